"""When in a call's life a rule runs. Every rule's file says it as ``STAGE``."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """The rules of one stage are given the same arguments.

    TARGET: ``check(call, classification, policy)``, where the request goes to; asked of a redirect's hop too.
    TUNNEL: ``check(host, port)``, a CONNECT whose content is neither HTTP nor TLS.
    RESPONSE_HEAD: ``check(call, classification, policy, head)``, status and headers of the final answer.
    BODY: ``check(facts, classification, policy, host)``, what the bytes of the answer are.
    ANY_TIME: what happens to a call while it runs or at its end; each has the arguments that its case has.
    """

    TARGET = "target"
    TUNNEL = "tunnel"
    RESPONSE_HEAD = "response_head"
    BODY = "body"
    ANY_TIME = "any_time"


class AnswerHead(Protocol):
    """Status and headers of the final answer, as ``wxpolicy.call.events.ResponseHead`` has them."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

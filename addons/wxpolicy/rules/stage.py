"""The point in a call's life at which a rule runs: ``STAGE`` in every rule's file."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """The rules of one stage have the same arguments.

    TARGET: ``check(call, classification, policy)``, the target of the request; also used for a redirect's hop. TUNNEL:
    ``check(host, port)``, a CONNECT whose content is neither HTTP nor TLS. RESPONSE_HEAD: ``check(call, classification,
    policy, head)``, status and headers of the final response. BODY: ``check(facts, classification, policy, host)``, the
    encoding of the response body. ANY_TIME: what happens to a call while it runs or at its end; each rule has arguments
    of its own.
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

"""TIMEOUT: errno 5, ``fail timeout``. ``wxpolicy.state`` decides when a call's time is up.

seed-2017 §2: "默认超时时间和最大超时时间都是 60s"; values for each API, platform §1 [doc].
Debug builds skip none of it (platform §2).

Says nothing:
    a call that is complete, to the last byte of its answer, in time; time in the queue, which does not count
Fails:
    an answer after 61 s with the default of 60 s
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from wxpolicy.editions import Edition
from wxpolicy.editions.edition import Topic
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api

STAGE = Stage.ANY_TIME


class Progress(StrEnum):
    """The progress of a call when its time was up."""

    QUEUE = "queue"  # still waiting for one of the slots: in older sessions alone
    HANDSHAKE = "handshake"  # connectSocket: the server has not switched protocols
    UPLOAD = "upload"  # the request body is not all sent
    WAITING = "waiting"  # sent, and no response headers yet
    DOWNLOAD = "download"  # the response body is not complete


def check(
    api: Api, host: str, timeout_ms: int, progress: Progress, edition: Edition, queued_ms: int = 0
) -> Iterator[Finding]:
    """The call was not complete after ``timeout_ms``; before, it waited ``queued_ms`` for a slot."""
    data: dict[str, Any] = {
        "host": host,
        "api": api.value,
        "timeout_ms": timeout_ms,
        "queued_ms": queued_ms,
        "stage": progress.value,
    }
    if timeout_ms < edition.default_timeout_ms:
        data |= {"raise_to_ms": edition.default_timeout_ms, "is_own_limit": True}
    elif edition.max_timeout_ms is not None:
        data["max_ms"] = edition.max_timeout_ms
    else:
        data["raise_to_ms"] = 2 * timeout_ms
    yield Finding(Code.TIMEOUT, data, clause=edition.clauses[Topic.TIMEOUT])

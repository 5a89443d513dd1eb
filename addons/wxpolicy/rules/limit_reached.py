"""LIMIT_REACHED: a limit of the proxy ended the call, in every mode. It says nothing of the server or the platform.

Says nothing:
    a message that unpacks to what a phone would take too
Fails:
    a message of a socket that unpacks to more than ``mp_message_limit`` bytes
    a request with 100,000 lines in its head
"""

from collections.abc import Iterator

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.stage import Stage

STAGE = Stage.ANY_TIME


def check(host: str, what: str, limit: int, unit: str, option: str, count: int = 0) -> Iterator[Finding]:
    """``what`` exceeded ``limit`` of that ``unit``; ``option`` raises it. ``count``: how many requests this single
    finding stands for."""
    data: dict[str, object] = {"host": host, "what": what, "limit": limit, "unit": unit, "option": option}
    if count:
        data["count"] = count
    yield Finding(Code.LIMIT_REACHED, data)

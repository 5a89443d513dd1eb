"""CONCURRENCY_EXCEEDED: errno 600007, ``fail exceed max task count`` (platform §3).

seed-2017 §2: "最大并发限制是 10 个". The page names no limit of sockets; today's is 5 (platform §1 [doc]).

Says nothing:
    five sockets at once
Fails:
    the sixth; an eleventh wx.request with ``concurrency: {excess: fail}``
Notes:
    a second socket in edition 2017: before base library 1.7.0 there was one at a time (platform §1 [doc])
"""

from collections.abc import Iterator

from wxpolicy.editions import Edition
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api

STAGE = Stage.ANY_TIME


def check(api: Api, host: str, limit: int) -> Iterator[Finding]:
    """``limit`` calls were running, and this one failed."""
    yield Finding(Code.CONCURRENCY_EXCEEDED, {"host": host, "api": api.value, "limit": limit}, clause=limit_clause(api))


def check_earlier(api: Api, host: str, running: int, edition: Edition) -> Iterator[Finding]:
    """The call runs, as one of ``running``; clients with an old base library allow fewer at once."""
    earlier = edition.earlier_limits.get(api)
    if earlier is not None and running > earlier.limit:
        data = {"host": host, "api": api.value, "limit": earlier.limit, "before": earlier.before}
        yield Finding(Code.CONCURRENCY_EXCEEDED, data, Severity.NOTE, Status.NOT_OBSERVABLE, clause="platform §1 [doc]")


def limit_clause(api: Api) -> str:
    """seed-2017 §2 names three APIs; the limit of sockets is the current documentation's."""
    return "platform §1 [doc]" if api is Api.CONNECT_SOCKET else "seed-2017 §2; platform §1 [doc]"

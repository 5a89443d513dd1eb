"""CONCURRENCY_QUEUED, a note: all slots were taken, and the call waited for one.

seed-2017 §2: "最大并发限制是 10 个"; more are queued since base library 1.4.0 (platform §1 [doc]).

Says nothing:
    ten calls of wx.request at once
Notes:
    the eleventh
"""

from collections.abc import Iterator

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.concurrency_exceeded import limit_clause
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api

STAGE = Stage.ANY_TIME


def check(api: Api, host: str, limit: int, queued_ms: int | None) -> Iterator[Finding]:
    """``queued_ms`` None: it would have waited (mode observe holds nothing)."""
    data = {"host": host, "api": api.value, "limit": limit, "queued_ms": queued_ms}
    yield Finding(Code.CONCURRENCY_QUEUED, data, clause=limit_clause(api))

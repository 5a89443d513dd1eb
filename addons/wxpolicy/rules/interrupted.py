"""INTERRUPTED: errno 600003, ``fail interrupted``. When that is, ``wxpolicy.state`` decides.

seed-2017 §2, last item: "如果 5s 内网络请求没有结束，会回调错误信息 fail interrupted".
Debug builds skip none of it (platform §2).

Says nothing:
    a call that is complete within 5 s of the background; where pinned mini-programs are exempt, any call of one
Fails:
    an upload that goes on for longer; a socket that stays open
"""

from collections.abc import Iterator

from wxpolicy.editions import Edition
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.rules.background_refused import pin_exemption
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api

STAGE = Stage.ANY_TIME


def check(
    api: Api,
    host: str,
    edition: Edition,
    grace_ms: int,
    *,
    is_open_socket: bool = False,
    begun_in_background: bool = False,
) -> Iterator[Finding]:
    """The call was still open ``grace_ms`` after its mini-program went to the background."""
    what = "open_socket" if is_open_socket else "late_call" if begun_in_background else "call"
    data = {"host": host, "api": api.value, "grace_ms": grace_ms, "what": what, **pin_exemption(edition)}
    if is_open_socket:
        # The page is about calls. That clients close an open WebSocket too, within about 10 s, is reported by
        # developers.
        yield Finding(Code.INTERRUPTED, data, known=Known.SAID)
    else:
        yield Finding(Code.INTERRUPTED, data)

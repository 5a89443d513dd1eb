"""BACKGROUND_REFUSED: no call begins until the foreground. When that is, ``wxpolicy.state`` decides.

seed-2017 §2, last item: "在回到前台之前，网络请求接口调用都会无法调用".
Debug builds skip none of it (platform §2).

Says nothing:
    a call within 5 s of the background; where pinned mini-programs are exempt, any call of one
Fails:
    a heartbeat 20 s after the mini-program went to the background: errno 600003
"""

from collections.abc import Iterator

from wxpolicy.editions import Edition
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api

STAGE = Stage.ANY_TIME


def check(api: Api, host: str, edition: Edition, background_ms: float) -> Iterator[Finding]:
    """``background_ms`` is the time since the app went to the background."""
    data = {"host": host, "api": api.value, "background_ms": background_ms, **pin_exemption(edition)}
    yield Finding(Code.BACKGROUND_REFUSED, data)


def pin_exemption(edition: Edition) -> dict[str, str]:
    """The data about mini-programs that are pinned to the chat top."""
    return {"pin_exempt_in": edition.name} if edition.pinned_is_exempt else {}

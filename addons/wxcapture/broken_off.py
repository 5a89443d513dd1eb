"""A call that did not get its answer to the end, where the capture tells who ended it: found as it is live.

mitmproxy keeps why a flow failed. The gate writes into a flow's metadata what it
made of it, for by then mitmproxy's own word is that the flow was killed.
"""

from typing import Any

from mitmproxy import flow as mitmflow
from mitmproxy import http

from wxcapture.captured import EndedBy
from wxcapture.quick_flow import METADATA
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.printable import beginning
from wxpolicy.printable import printable
from wxpolicy.record import Verdict
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text

_CLAUSE = "seed-2017 §3; platform §3"


def ended_by(flow: http.HTTPFlow) -> EndedBy | None:
    """None for a call that had its answer to the end."""
    if flow.error is None:
        return None
    told = _told(flow)
    if told.get("acted") == "fail":
        return EndedBy.GATE
    for finding in told.get("findings") or ():
        if isinstance(finding, dict) and finding.get("code") == Code.NETWORK_ERROR:
            return EndedBy.CLIENT if finding.get("severity") == Severity.NOTE else EndedBy.SERVER
    if flow.websocket is not None and flow.response is not None:
        # Its answer is the handshake: what came later is the socket's life.
        return None
    why = flow.error.msg
    if why == mitmflow.Error.KILLED_MESSAGE:
        return EndedBy.UNKNOWN
    return EndedBy.CLIENT if why.startswith("Client disconnected") or "by client" in why else EndedBy.SERVER


def happened(flow: http.HTTPFlow) -> Verdict | None:
    """What the client met, where the gate wrote it down."""
    told = _told(flow)
    outcome, errno, errmsg = (told.get(name) for name in ("outcome", "errno", "errmsg"))
    if flow.error is None or outcome != Outcome.FAIL or not isinstance(errmsg, str):
        return None
    return Verdict(Outcome.FAIL, errno if type(errno) is int else None, errmsg)


def broken_off(ender: EndedBy, why: str, host: str) -> Finding:
    """NETWORK_ERROR, as heavy as live: a server that fails fails the call, a client that leaves is a note."""
    if ender is EndedBy.CLIENT:
        return Finding(
            Code.NETWORK_ERROR,
            Text(
                "客户端在收到完整回应前断开了（页面关闭、abort 或调试结束）",
                "The client hung up before the answer was complete (page closed, abort, or end of debugging)",
            ),
            Text("若并非有意中止，请检查代码中的 abort() 与页面跳转", "If that was not meant, look for abort() and page changes in the code"),
            _CLAUSE,
            Severity.NOTE,
            subject=host,
        )
    shown = "" if why == mitmflow.Error.KILLED_MESSAGE else printable(beginning(why))
    return Finding(
        Code.NETWORK_ERROR,
        Text(
            f"服务器没有给出完整的回应{f'：{shown}' if shown else ''}",
            f"The server gave no complete answer{f': {shown}' if shown else ''}",
        ),
        Text(
            "这与域名策略无关：请确认域名解析、服务器端口和网关是否正常",
            "This has nothing to do with the domain policy: check DNS, the server's port and its gateway",
        ),
        _CLAUSE,
        subject=host,
    )


def _told(flow: http.HTTPFlow) -> dict[str, Any]:
    told = flow.metadata.get(METADATA)
    return told if isinstance(told, dict) else {}

"""A call whose answer was incomplete, if the capture tells who ended it: judged as it is live.

mitmproxy stores why a flow failed. The proxy adds its own reason to a flow's metadata, because by then mitmproxy only
stores that the flow was killed.
"""

from typing import Any

from mitmproxy import flow as mitmflow
from mitmproxy import http

from wxcapture.quick_flow import METADATA
from wxpolicy.call.events import EndedBy
from wxpolicy.call.record import Verdict
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.rules.network_error import is_by_client
from wxpolicy.terms import Outcome


def ended_by(flow: http.HTTPFlow) -> EndedBy | None:
    """None for a call whose answer was complete."""
    if flow.error is None:
        return None
    told = _told(flow)
    if told.get("acted") == "fail":
        return EndedBy.GATE
    for finding in told.get("findings") or ():
        if isinstance(finding, dict) and finding.get("code") == Code.NETWORK_ERROR:
            return EndedBy.CLIENT if finding.get("severity") == Severity.NOTE else EndedBy.SERVER
    if flow.websocket is not None and flow.response is not None:
        # Its answer is the handshake: what follows is the WebSocket's life.
        return None
    why = flow.error.msg
    if why == mitmflow.Error.KILLED_MESSAGE:
        return EndedBy.UNKNOWN
    return EndedBy.CLIENT if is_by_client(why) else EndedBy.SERVER


def happened(flow: http.HTTPFlow) -> Verdict | None:
    """What the client met, if the proxy recorded it."""
    told = _told(flow)
    outcome, errno, errmsg = (told.get(name) for name in ("outcome", "errno", "errmsg"))
    if flow.error is None or outcome != Outcome.FAIL or not isinstance(errmsg, str):
        return None
    return Verdict(Outcome.FAIL, errno if type(errno) is int else None, errmsg)


def _told(flow: http.HTTPFlow) -> dict[str, Any]:
    told = flow.metadata.get(METADATA)
    return told if isinstance(told, dict) else {}

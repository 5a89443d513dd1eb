"""A call that did not get its answer to the end, where the capture tells who ended it: found as it is live.

mitmproxy keeps why a flow failed. The gate writes into a flow's metadata what it
made of it, for by then mitmproxy's own word is that the flow was killed.
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
    return EndedBy.CLIENT if is_by_client(why) else EndedBy.SERVER


def happened(flow: http.HTTPFlow) -> Verdict | None:
    """What the client met, where the gate wrote it down."""
    told = _told(flow)
    outcome, errno, errmsg = (told.get(name) for name in ("outcome", "errno", "errmsg"))
    if flow.error is None or outcome != Outcome.FAIL or not isinstance(errmsg, str):
        return None
    return Verdict(Outcome.FAIL, errno if type(errno) is int else None, errmsg)


def _told(flow: http.HTTPFlow) -> dict[str, Any]:
    told = flow.metadata.get(METADATA)
    return told if isinstance(told, dict) else {}

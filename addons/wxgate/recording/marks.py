"""Shows verdicts in mitmproxy's console and web interface: flow.marked and flow.comment."""

from collections.abc import Callable

from wxgate.call.live_calls import LiveCall
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.terms import Outcome
from wxsession.schema import storable


def mark(call: LiveCall, message_of: Callable[[Finding], str]) -> None:
    """``message_of`` renders a finding in the user's language. Runs before the flow is serialised, so that flows.mitm
    has the marks too."""
    flow, verdicts = call.flow, call.judgement.verdicts()
    if verdicts.release.outcome is Outcome.FAIL:
        flow.marked = ":warning:" if verdicts.debug.outcome is Outcome.SUCCESS else ":x:"
    lines = [
        f"{finding.code}: {message_of(finding)}"
        for finding in call.judgement.findings
        if finding.severity is not Severity.NOTE
    ]
    if lines:
        flow.comment = storable("\n".join([verdicts.release.errmsg, *lines])) or ""

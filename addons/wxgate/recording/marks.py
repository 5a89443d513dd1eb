"""Shows verdicts in mitmproxy's own console and web page: flow.marked and flow.comment."""

from wxgate.call.live_calls import LiveCall
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Severity
from wxpolicy.terms import Outcome
from wxsession.schema import storable


def mark(call: LiveCall, lang: str) -> None:
    """Comes before the flow is serialised, so that flows.mitm carries the marks too."""
    flow, verdicts = call.flow, call.judgement.verdicts()
    if verdicts.release.outcome is Outcome.FAIL:
        flow.marked = ":warning:" if verdicts.debug.outcome is Outcome.SUCCESS else ":x:"
    lines = [
        f"{finding.code}: {message_of(finding).in_lang(lang)}"
        for finding in call.judgement.findings
        if finding.severity is not Severity.NOTE
    ]
    if lines:
        flow.comment = storable("\n".join([verdicts.release.errmsg, *lines])) or ""

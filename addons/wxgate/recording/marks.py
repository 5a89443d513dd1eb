"""Shows verdicts in mitmproxy's own console and web page: flow.marked and flow.comment."""

from mitmproxy import http

from wxgate.call.open_calls import OpenCalls
from wxgate.recording.session import Session
from wxpolicy.finding import Severity
from wxpolicy.terms import Outcome
from wxsession.schema import storable


class Marks:
    """Runs before the recorder, so that flows.mitm carries the marks too."""

    def __init__(self, calls: OpenCalls, session: Session) -> None:
        self.calls = calls
        self.session = session

    def response(self, flow: http.HTTPFlow) -> None:
        self._mark(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        self._mark(flow)

    def _mark(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        if call is None:
            return
        verdicts = call.verdicts()
        if verdicts.release.outcome is Outcome.FAIL:
            flow.marked = ":warning:" if verdicts.debug.outcome is Outcome.SUCCESS else ":x:"
        said = [
            f"{finding.code}: {finding.message.in_lang(self.session.lang)}"
            for finding in call.findings
            if finding.severity is not Severity.NOTE
        ]
        if said:
            flow.comment = storable("\n".join([verdicts.release.errmsg, *said])) or ""

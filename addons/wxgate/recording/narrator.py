"""Says each call that a release build would fail, as it happens: one line on the terminal."""

import logging

from mitmproxy import http

from wxgate.call.open_calls import OpenCalls
from wxgate.recording.session import Session
from wxpolicy.call.verdicts import skipped_in_debug
from wxpolicy.terms import Outcome
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened
from wxredact.redact import redact_url

logger = logging.getLogger(__name__)

LONGEST_URL = 120


class Narrator:
    def __init__(self, calls: OpenCalls, session: Session) -> None:
        self.calls = calls
        self.session = session

    def response(self, flow: http.HTTPFlow) -> None:
        self._say(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        self._say(flow)

    def _say(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        if call is None:
            return
        verdicts = call.verdicts()
        if verdicts.release.outcome is Outcome.SUCCESS:
            return
        codes = ", ".join(dict.fromkeys(finding.code.value for finding in call.findings if finding.fails))
        mark = "✗" if call.refused or call.network_trouble else "!"
        only = ""
        if verdicts.debug.outcome is Outcome.SUCCESS and any(skipped_in_debug(each.code) for each in call.findings):
            only = "（仅调试可用）" if self.session.lang == "zh" else " (works only with debugging on)"
        url = shortened(printable(redact_url(call.url)), LONGEST_URL)
        logger.warning("%s %s %s %s  %s%s", mark, call.classification.api.value, call.facts.method, url, codes, only)

"""The Referer gate: calls leave with the fixed Referer, whatever the client set."""

from mitmproxy import http

from wxgate.call.guard import Gate
from wxgate.call.guard import gate
from wxpolicy.call.referer import settle_referer
from wxpolicy.terms import Mode


class FixedReferer(Gate):
    @gate
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        if call is None or call.refused:
            return
        settled = settle_referer(call.facts.headers.get("referer"), call.policy)
        call.findings.extend(settled.findings)
        if settled.value is not None and call.policy.mode is not Mode.OBSERVE:
            flow.request.headers["referer"] = settled.value

"""The redirect gate: every hop must be listed, and the hop is known from the answer before it."""

from mitmproxy import http

from wxgate.call.guard import Gate
from wxgate.call.guard import gate
from wxpolicy.rules.redirect import check_redirect


class Redirects(Gate):
    @gate
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        if call is None or call.refused:
            return
        assert flow.response
        location = flow.response.headers.get("location")
        if location is None:
            return
        status = flow.response.status_code
        call.impose(check_redirect(call.facts, call.classification, call.policy, status, location))

"""Notes where a 4xx or 5xx answer is success to a mini-program."""

from mitmproxy import http

from wxgate.call.guard import Gate
from wxgate.call.guard import gate
from wxpolicy.rules.status import check_status


class Status(Gate):
    @gate
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        if call is None or call.refused:
            return
        assert flow.response
        call.findings.extend(check_status(flow.response.status_code))

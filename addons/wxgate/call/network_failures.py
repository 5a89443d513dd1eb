"""An upstream that fails is a network failure to the client as well.

mitmproxy would answer for it with a 502 of its own, which a mini-program takes
for success (mitmproxy facts, trap 3). That holds for all traffic: without the
proxy nobody would have seen a 502.
"""

from mitmproxy import http

from wxgate.call.open_calls import OpenCalls
from wxpolicy.rules.network_error import client_left
from wxpolicy.rules.network_error import is_by_client
from wxpolicy.rules.network_error import upstream_failed


class NetworkFailures:
    def __init__(self, calls: OpenCalls) -> None:
        self.calls = calls

    def error(self, flow: http.HTTPFlow) -> None:
        """Runs once a call has failed, before the client is told."""
        assert flow.error
        call = self.calls.of(flow)
        if call is not None and not call.refused:
            call.network_trouble = flow.error.msg
            host = flow.request.host
            call.findings.append(client_left(host) if _by_client(flow) else upstream_failed(flow.error.msg, host))
        if flow.killable:
            flow.kill()


def _by_client(flow: http.HTTPFlow) -> bool:
    assert flow.error
    return not flow.client_conn.connected or is_by_client(flow.error.msg)

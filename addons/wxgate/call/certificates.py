"""The certificate gate: what the upstream connection was found to be counts for every call that uses it."""

from mitmproxy import http

from wxgate.call.guard import Gate
from wxgate.call.guard import gate
from wxgate.call.open_calls import OpenCall
from wxgate.call.open_calls import OpenCalls
from wxgate.connections.upstreams import Upstream
from wxgate.connections.upstreams import Upstreams
from wxgate.start.policy_source import PolicySource


class CertificateGate(Gate):
    """A connection is judged while it is made (see upstreams.py); here its calls hear of it."""

    def __init__(self, source: PolicySource, calls: OpenCalls, upstreams: Upstreams) -> None:
        super().__init__(source, calls)
        self.upstreams = upstreams

    @gate
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """A connection that a debug session let through must not serve a release call after an edit."""
        call = self.calls.of(flow)
        if call is None or call.refused:
            return
        for upstream in self.upstreams.at(flow.client_conn, (flow.request.host, flow.request.port)):
            if upstream.findings:
                _apply(call, upstream)
                return

    @gate
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        upstream = self.upstreams.of(flow.server_conn)
        if call is not None and upstream is not None and not call.refused:
            _apply(call, upstream)

    @gate
    def error(self, flow: http.HTTPFlow) -> None:
        """The handshake was broken off, or the connection failed later: before the client is told."""
        call = self.calls.of(flow)
        if call is None or call.refused:
            return
        place = (flow.request.host, flow.request.port)
        upstream = self.upstreams.of(flow.server_conn) or self.upstreams.broken(
            flow.client_conn, place, since=call.started_monotonic
        )
        if upstream is not None:
            _apply(call, upstream)


def _apply(call: OpenCall, upstream: Upstream) -> None:
    """Adds what was found on the connection, once."""
    call.trust_stores = upstream.trust_stores
    if not call.heard_of_upstream:
        call.heard_of_upstream = True
        call.impose(upstream.findings)

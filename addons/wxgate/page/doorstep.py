"""A browser that opens the proxy's own address is shown the certificate page.

A phone that scanned the QR code has no proxy set yet: its request has the
proxy itself as host. Without this it would end in an error.
"""

from mitmproxy import ctx
from mitmproxy import http
from mitmproxy.proxy import mode_specs

from wxpolicy.url.addresses import plain_address


class Doorstep:
    """Runs before the scope gate: its visits are nobody's calls."""

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        sockname = flow.client_conn.sockname
        # Elsewhere (a tunnel, a transparent or reverse proxy) the socket's name is the client's own target.
        if not isinstance(flow.client_conn.proxy_mode, (mode_specs.RegularMode, mode_specs.UpstreamMode)):
            return
        if not sockname or flow.request.scheme != "http" or flow.client_conn.tls_established:
            return
        address, port = plain_address(sockname[0]), sockname[1]
        if flow.request.port == port and flow.request.host in (address, "localhost"):
            flow.request.host = ctx.options.onboarding_host
            flow.request.port = 80
            flow.request.headers["host"] = ctx.options.onboarding_host

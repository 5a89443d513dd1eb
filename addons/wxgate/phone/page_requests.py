"""A browser that opens the proxy's own address gets the phone's page.

A phone that scanned the QR code has no proxy set yet: the host of its request is the proxy itself. Otherwise this would
be an error.
"""

from dataclasses import dataclass

from mitmproxy import ctx
from mitmproxy import http
from mitmproxy.proxy import mode_specs

from wxgate.layers.own import Layers
from wxgate.phone.names import DEVICE_PAGE_HOST
from wxgate.phone.names import is_own_page
from wxpolicy.url.addresses import plain_address
from wxpolicy.url.hosts import with_brackets

_VISIT = "miniprogram_visit"
# mitmproxy's own downloads, which tutorials and scripts use.
_OF_MITMPROXY = "/cert/"


@dataclass(frozen=True, slots=True)
class Visit:
    """How a request for the phone's page arrived. ``is_direct``: its client used the proxy as a web server."""

    origin: str
    is_direct: bool = False


class PageRequests:
    """Runs before the scope check: requests for the page are not calls."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        request, sockname = flow.request, flow.client_conn.sockname
        if is_own_page(flow) and request.pretty_host == ctx.options.onboarding_host:
            self._lead_away_from_mitmproxy(flow)
            return
        # Elsewhere (a tunnel, a transparent or reverse proxy) the socket's name is the client's own target.
        if not isinstance(flow.client_conn.proxy_mode, (mode_specs.RegularMode, mode_specs.UpstreamMode)):
            return
        if not sockname or request.scheme != "http" or flow.client_conn.tls_established:
            return
        address, port = plain_address(sockname[0]), sockname[1]
        host = request.host
        if request.port != port or host not in (address, "localhost") or request.pretty_host != host:
            return
        asked = self._layers.asked_by(flow)
        # A proxy receives an absolute URL, a web server a path.
        is_direct = asked is not None and not asked.authority
        flow.metadata[_VISIT] = Visit(f"http://{with_brackets(host)}:{port}", is_direct)
        is_of_mitmproxy = request.path.startswith(_OF_MITMPROXY)
        request.host = ctx.options.onboarding_host if is_of_mitmproxy else DEVICE_PAGE_HOST
        request.port = 80
        request.headers["host"] = request.host

    def _lead_away_from_mitmproxy(self, flow: http.HTTPFlow) -> None:
        """mitmproxy's onboarding page would answer first, in English only."""
        request = flow.request
        if not request.path.startswith(_OF_MITMPROXY):
            flow.metadata[_VISIT] = Visit(f"{request.scheme}://{request.pretty_host}")
            if request.host == request.pretty_host:
                request.host = DEVICE_PAGE_HOST
            request.headers["host"] = DEVICE_PAGE_HOST


def visit_of(flow: http.HTTPFlow) -> Visit:
    """How a request for the phone's page arrived."""
    found = flow.metadata.get(_VISIT)
    return found if isinstance(found, Visit) else Visit(f"{flow.request.scheme}://{flow.request.pretty_host}")

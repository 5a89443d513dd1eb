"""Names and addresses that exist only inside the proxy: requests for them get the phone's page."""

from urllib.parse import urlsplit

from mitmproxy import ctx
from mitmproxy import http

from wxreport.greeting import PHONE_PAGE
from wxreport.greeting import PHONE_PAGE_BY_ADDRESS

# .test is reserved (RFC 6761), and so is 192.0.2.0/24 (RFC 5737): a tunnel, or the gateway, routes both here.
DEVICE_PAGE_HOST = urlsplit(PHONE_PAGE).hostname or ""
DEVICE_PAGE_ADDRESS = urlsplit(PHONE_PAGE_BY_ADDRESS).hostname or ""
_PORTS = {"http": 80, "https": 443}


# The name in mitmproxy's tutorials; the same as ``onboarding_host``, an option that is copied each time it is read.
_own_names = [DEVICE_PAGE_HOST, DEVICE_PAGE_ADDRESS, "mitm.it"]


def own_names() -> tuple[str, ...]:
    return tuple(_own_names)


def configure(updated: set[str]) -> None:
    if "onboarding_host" in updated:
        _own_names[2] = ctx.options.onboarding_host


def is_own_page(flow: http.HTTPFlow) -> bool:
    """Whether a request is for a page that the proxy itself serves, also according to its Host header."""
    request = flow.request
    host = request.host
    if host not in _own_names or _PORTS.get(request.scheme) != request.port:
        return False
    named = request.pretty_host
    # Where a name was resolved before the request arrived here, the Host header tells which page was meant.
    return named == host or (host == DEVICE_PAGE_ADDRESS and named in own_names())

"""Names and addresses that exist inside the proxy alone: whoever asks for them is shown the phone's page."""

from urllib.parse import urlsplit

from mitmproxy import ctx
from mitmproxy import http

from wxreport.greeting import PHONE_PAGE
from wxreport.greeting import PHONE_PAGE_BY_ADDRESS

# .test belongs to nobody (RFC 6761), nor does 192.0.2.0/24 (RFC 5737): a tunnel, or the gateway, brings both here.
DEVICE_PAGE_HOST = urlsplit(PHONE_PAGE).hostname or ""
DEVICE_PAGE_ADDRESS = urlsplit(PHONE_PAGE_BY_ADDRESS).hostname or ""
_PORTS = {"http": 80, "https": 443}


# What tutorials of mitmproxy tell people to open; as ``onboarding_host`` says, which is copied each time that it is looked at.
_own_names = [DEVICE_PAGE_HOST, DEVICE_PAGE_ADDRESS, "mitm.it"]


def own_names() -> tuple[str, ...]:
    return tuple(_own_names)


def configure(updated: set[str]) -> None:
    if "onboarding_host" in updated:
        _own_names[2] = ctx.options.onboarding_host


def is_own_page(flow: http.HTTPFlow) -> bool:
    """Whether a request is for a page that the proxy itself serves, and says so in its Host as well."""
    request = flow.request
    host = request.host
    if host not in _own_names or _PORTS.get(request.scheme) != request.port:
        return False
    named = request.pretty_host
    # Where a name has become an address before it came here, the Host tells which page was meant.
    return named == host or (host == DEVICE_PAGE_ADDRESS and named in own_names())

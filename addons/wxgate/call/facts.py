"""A mitmproxy flow as facts of a call: nothing is judged here."""

from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy import http
from mitmproxy.proxy import mode_specs

from wxgate.page.names import DEVICE_PAGE_HOST
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.headers import joined
from wxpolicy.url.urls import DEFAULT_PORTS
from wxpolicy.url.urls import read_url


def call_facts(flow: http.HTTPFlow) -> CallFacts:
    """What the wire shows of a call, at the time of its request headers."""
    request = flow.request
    headers = joined(request.headers.items(multi=True))
    return CallFacts(
        device=device_of(flow.client_conn),
        method=request.method,
        scheme=_scheme(flow, headers),
        names=_names(flow),
        path=request.path,
        headers=headers,
    )


def device_of(client: connection.Client) -> str:
    """The client's address, which is what makes a device."""
    peername = client.peername
    address = peername[0] if peername else "unknown"
    # A dual-stack socket shows an IPv4 client as ::ffff:1.2.3.4.
    return address.removeprefix("::ffff:")


def call_url(facts: CallFacts) -> str:
    """The call's URL as its developer would know it."""
    host, port = "", None
    for where in (Where.HOST, Where.AUTHORITY, Where.URL, Where.CONNECT, Where.SNI):
        for name in facts.names:
            if name.where is where and name.host:
                host, port = name.host, name.port
                break
        if host:
            break
    for name in facts.names:
        if name.where is Where.CONNECT and port is None:
            port = name.port
    shown_port = "" if port is None or port == DEFAULT_PORTS.get(facts.scheme) else f":{port}"
    shown_host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    path = facts.path if facts.path.startswith("/") else f"/{facts.path}" if facts.path != "*" else "/*"
    return f"{facts.scheme}://{shown_host}{shown_port}{path}"


def _scheme(flow: http.HTTPFlow, headers: dict[str, str]) -> str:
    secure = flow.request.scheme == "https"
    if headers.get("upgrade", "").strip().lower() == "websocket":
        return "wss" if secure else "ws"
    return "https" if secure else "http"


def _names(flow: http.HTTPFlow) -> tuple[CarriedName, ...]:
    """Every host that the call carries, as spelled."""
    request = flow.request
    found: list[CarriedName] = []
    # Where the proxy stands in the network's way (WireGuard, transparent) or in an origin's
    # place (reverse), the target is an address that the client's code never named.
    explicit = isinstance(flow.client_conn.proxy_mode, (mode_specs.RegularMode, mode_specs.UpstreamMode))
    sni = flow.client_conn.sni
    if explicit and flow.client_conn.tls_established:
        found.append(CarriedName(Where.CONNECT, request.host, request.port))
    elif explicit:
        # mitmproxy fills in the scheme's port where the URL spelled none; the Host header
        # tells whether it did.
        spelled = None if request.port == DEFAULT_PORTS[request.scheme] else request.port
        found.append(CarriedName(Where.URL, request.host, spelled))
    if sni:
        found.append(CarriedName(Where.SNI, sni, None))
    if not request.path.startswith("/") and request.path != "*":
        # HTTP/2 leaves :path as it came: a whole URL in it is forwarded, and names a host.
        url = read_url(request.path)
        spelled_host = (request.path, None) if url.invalid else (url.host.spelled, url.port)
        found.append(CarriedName(Where.URL, *spelled_host))
    if request.authority:
        found.append(CarriedName(Where.AUTHORITY, *_host_and_port(request.authority)))
    for value in request.headers.get_all("host"):
        found.append(CarriedName(Where.HOST, *_host_and_port(value)))
    if not found:
        found.append(CarriedName(Where.URL, request.host, request.port))
    return tuple(found)


def _host_and_port(authority: str) -> tuple[str, int | None]:
    """Splits ``host:port``; whatever does not split cleanly stays whole, to be judged as it is."""
    host, colon, port = authority.rpartition(":")
    if not colon or "]" in port:
        return authority, None
    if port.isascii() and port.isdigit() and len(port) <= 5 and (":" not in host or host.startswith("[")):
        return host, int(port)
    return authority, None


def is_own_page(flow: http.HTTPFlow) -> bool:
    """Whether a request is for a page that the proxy itself serves."""
    request = flow.request
    own = (ctx.options.onboarding_host, DEVICE_PAGE_HOST)
    return request.scheme == "http" and request.port == 80 and request.host == request.pretty_host in own

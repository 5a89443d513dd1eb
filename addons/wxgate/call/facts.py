"""Turns a mitmproxy flow into the facts of a call; judges nothing."""

from mitmproxy import connection
from mitmproxy import http
from mitmproxy.proxy import mode_specs

from wxgate.call.fields import joined_fields
from wxgate.layers.asked import Asked
from wxgate.layers.asked import recorded_in
from wxgate.layers.wireguard import of_one_phone
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.url.addresses import plain_address
from wxpolicy.url.urls import DEFAULT_PORTS
from wxpolicy.url.urls import read_url


def call_facts(flow: http.HTTPFlow, asked: Asked | None = None) -> CallFacts:
    """What the request headers show of a call. ``asked`` is what the client requested before other addons changed
    it."""
    request = flow.request
    asked = asked or recorded_in(flow)
    headers = joined_fields(request.headers)
    return CallFacts(
        device=device_of(flow.client_conn),
        method=request.method,
        scheme=_scheme(flow, headers, asked),
        names=_names(flow, asked),
        path=request.path,
        headers=headers,
        has_body=bool(request.raw_content) or (asked is not None and asked.has_body),
    )


def device_of(client: connection.Client) -> str:
    """The client's address identifies a device. In a tunnel a phone has two addresses, which count as one device."""
    peername = client.peername
    return of_one_phone(plain_address(peername[0])) if peername else "unknown"


def call_url(facts: CallFacts) -> str:
    """The call's URL as its developer would write it."""
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


def _scheme(flow: http.HTTPFlow, headers: dict[str, str], asked: Asked | None) -> str:
    scheme = asked.scheme if asked is not None and _is_explicit(flow) else None
    # Inside a tunnel's TLS everything is secure, whatever scheme an absolute request target spells.
    in_tunnel = flow.client_conn.tls_established and (scheme is not None or not flow.request.scheme)
    secure = in_tunnel or (scheme or flow.request.scheme) == "https"
    if headers.get("upgrade", "").strip().lower() == "websocket":
        return "wss" if secure else "ws"
    return "https" if secure else "http"


def _is_explicit(flow: http.HTTPFlow) -> bool:
    """False for a transparent proxy (WireGuard, transparent) and a reverse proxy: there the target is an address that
    the client's code never named."""
    return isinstance(flow.client_conn.proxy_mode, (mode_specs.RegularMode, mode_specs.UpstreamMode))


def _names(flow: http.HTTPFlow, asked: Asked | None) -> tuple[CarriedName, ...]:
    """Every host name in the call, as spelled."""
    request = flow.request
    found: list[CarriedName] = []
    there = (asked.host, asked.port) if asked is not None else (request.host, request.port)
    # A malformed request may have no request target at all.
    explicit = _is_explicit(flow) and bool(there[0])
    sni = flow.client_conn.sni
    if explicit and flow.client_conn.tls_established:
        found.append(CarriedName(Where.CONNECT, *there))
    elif explicit:
        # mitmproxy fills in the scheme's port when the URL has none; the Host header
        # tells whether it had one.
        spelled = None if there[1] == DEFAULT_PORTS.get(request.scheme) else there[1]
        found.append(CarriedName(Where.URL, there[0], spelled))
    if sni:
        found.append(CarriedName(Where.SNI, sni, None))
    if not request.path.startswith("/") and request.path != "*":
        # HTTP/2 does not rewrite :path: an absolute URL in it is forwarded as it is, and names a host.
        url = read_url(request.path)
        spelled_host = (request.path, None) if url.invalid else (url.host.spelled, url.port)
        found.append(CarriedName(Where.URL, *spelled_host))
    authority = asked.authority if asked is not None and asked.authority else request.authority
    if authority and (request.authority or request.is_http2 or request.is_http3):
        found.append(CarriedName(Where.AUTHORITY, *_host_and_port(authority)))
    hosts = asked.host_lines if asked is not None and asked.host_lines is not None else request.headers.get_all("host")
    for value in hosts:
        found.append(CarriedName(Where.HOST, *_host_and_port(value)))
    if not found:
        found.append(CarriedName(Where.URL, *there))
    return tuple(found)


def _host_and_port(authority: str) -> tuple[str, int | None]:
    """Splits ``host:port``; a value that cannot be split cleanly stays whole, to be judged as it is."""
    host, colon, port = authority.rpartition(":")
    if not colon or "]" in port:
        return authority, None
    if port.isascii() and port.isdigit() and len(port) <= 5 and (":" not in host or host.startswith("[")):
        return host, int(port)
    if not port and (":" not in host or host.startswith("[")):
        # An empty port ("wss://host:/") means no port, in every client.
        return host, None
    return authority, None

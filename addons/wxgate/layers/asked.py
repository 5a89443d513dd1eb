"""What a client requested, before options and other addons changed it."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from mitmproxy import http
from mitmproxy.connection import Server
from mitmproxy.net.http.url import hostport
from mitmproxy.proxy import mode_specs
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.modes import DestinationKnown


@dataclass(frozen=True, slots=True)
class Asked:
    """``host`` as named by CONNECT, SOCKS, an absolute URL or a reverse target; ``sni`` as in the client's TLS
    handshake.

    ``scheme``, ``authority`` and ``host_lines`` are those of the request, None if there is none yet. As a reverse proxy
    mitmproxy writes the Host itself: there the lines are what it writes. ``has_body``: the request does not end with
    its head.
    """

    host: str
    port: int
    sni: str | None = None
    scheme: str | None = None
    authority: str | None = None
    host_lines: tuple[str, ...] | None = None
    has_body: bool = False

    @property
    def certificate_name(self) -> str:
        """The name for which the origin needs a certificate: that of CONNECT, or the SNI if that is an address."""
        return self.sni if self.sni and (not self.host or is_address(self.host)) else self.host


def changed(asked: Asked, flow: http.HTTPFlow) -> dict[str, object] | None:
    """What a stored flow does not show of the original request, as JSON; None if it shows everything."""
    request, server = flow.request, flow.server_conn
    hosts = asked.host_lines
    name = asked.certificate_name
    is_told = (
        (request.host, request.port, request.scheme) == (asked.host, asked.port, asked.scheme)
        and (hosts is None or hosts == host_lines(request))
        # Not part of HTTP/1: mitmproxy removes it from an absolute URL.
        and (request.authority == asked.authority or not (request.is_http2 or request.is_http3))
        and (server is None or not server.tls or name == (server.sni or (server.address or (request.host,))[0]))
    )
    if is_told:
        return None
    lines = None if hosts is None else list(hosts)
    return {
        "host": asked.host,
        "port": asked.port,
        "sni": asked.sni,
        "scheme": asked.scheme,
        "authority": asked.authority,
        "host_lines": lines,
        "certificate_name": name,
    }


def host_lines(request: http.Request) -> tuple[str, ...]:
    """As ``headers.get_all("host")``, which compares each field's name several times."""
    return tuple(
        value.decode("utf-8", "surrogateescape")
        for name, value in request.headers.fields
        if len(name) == 4 and name.lower() == b"host"
    )


def recorded_in(flow: http.HTTPFlow) -> Asked | None:
    """What was requested, if a stored flow has it in its metadata (``changed``)."""
    told = flow.metadata.get("miniprogram")
    found = told.get("asked") if isinstance(told, dict) else None
    if not isinstance(found, dict):
        return None
    host, port, lines = found.get("host"), found.get("port"), found.get("host_lines")
    sni, scheme, authority = (found.get(name) for name in ("sni", "scheme", "authority"))
    are_texts = all(isinstance(each, str | None) for each in (sni, scheme, authority))
    if not isinstance(host, str) or not isinstance(port, int) or not are_texts:
        return None
    if not isinstance(lines, list | tuple | None):
        return None
    return Asked(host, port, sni, scheme, authority, None if lines is None else tuple(map(str, lines)))


def is_address(host: str) -> bool:
    # The longest with brackets and a zone; longer names are not cached.
    return len(host) <= _LONGEST_ADDRESS and _is_address(host)


_LONGEST_ADDRESS = 80


@lru_cache(maxsize=256)
def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def asked_in(context: Context) -> Asked | None:
    """What was requested, if a tunnel, SOCKS or a mode names it; None if each request names its own host."""
    for layer in reversed(context.layers):
        target: tuple[str, int] | None = None
        if isinstance(layer, HttpStream):
            flow = getattr(layer, "flow", None)
            if flow is not None and flow.request.method == "CONNECT":
                target = getattr(layer, "target", None) or (flow.request.host, flow.request.port)
        elif isinstance(layer, DestinationKnown):
            target = getattr(layer, "target", None) or context.server.address
        if target is not None:
            return Asked(target[0], target[1], context.client.sni)
    return None


def asked_by(request: http.Request, context: Context, *, has_body: bool) -> Asked:
    """The target of a request that no hook has seen yet."""
    tunnel = asked_in(context)
    there = tunnel or Asked(request.host, request.port, context.client.sni)
    # In a tunnel, the scheme of an absolute URL is not reliable.
    spelled = request.scheme if tunnel is None else ""
    lines = host_lines(request)
    if isinstance(context.client.proxy_mode, mode_specs.ReverseMode) and not context.options.keep_host_header:
        # Not from the request once a hook has seen it, nor from an address that a hook has changed for an earlier one.
        is_written = lines or not (request.is_http2 or request.is_http3)
        scheme = "https" if context.server.tls else "http"
        lines = (hostport(scheme, there.host, there.port),) if is_written else ()
    return Asked(
        there.host,
        there.port,
        there.sni,
        spelled or ("https" if context.client.tls else "http"),
        request.authority,
        lines,
        has_body,
    )


def unread_request(context: Context) -> http.Request | None:
    """Represents a request that was never parsed: the tunnel as its client named it; None if nothing was named."""
    asked = asked_in(context)
    named = (asked.host, asked.port) if asked is not None else context.server.address
    if named is None:
        return None
    request = http.Request.make("CONNECT", f"https://unknown:{named[1] or 443}/")
    request.host = named[0]
    return request


def asked_for(context: Context, server: Server) -> Asked | None:
    """What an upstream connection is opened for."""
    for layer in reversed(context.layers):
        wire = getattr(layer, "wire", None)
        if wire is not None and server in wire.asked:
            known: Asked = wire.asked[server]
            return known
    return asked_in(context)


def waiting_for(context: Context, server: Server) -> list[http.HTTPFlow]:
    """The calls that wait for an upstream connection that is being opened."""
    wire = next((layer.wire for layer in context.layers if hasattr(layer, "wire")), None)
    layers = list(wire.http_layers) if wire is not None else []
    return [ask.stream.flow for layer in layers for ask in layer.waiting_for_establishment.get(server, ())]


def is_given_up(context: Context, server: Server) -> bool:
    """Whether no call wanted the connection any more before it was open."""
    given_up = any(server in getattr(layer, "given_up", ()) for layer in context.layers)
    return given_up or not context.client.connected

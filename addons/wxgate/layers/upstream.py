"""Upstream connections: reused by what was requested, and handled by our own layers."""

from typing import Any

from mitmproxy.connection import Connection
from mitmproxy.connection import Server
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layers.http import GetHttpConnection
from mitmproxy.proxy.layers.http import Http3Client
from mitmproxy.proxy.layers.http import HttpClient
from mitmproxy.proxy.layers.http import RegisterHttpConnection
from mitmproxy.proxy.layers.http import is_h3_alpn

from wxgate.layers.http1_client import OwnHttp1Client
from wxgate.layers.http2_client import OwnHttp2Client
from wxgate.layers.wire import Wire


class Ask(GetHttpConnection):
    """A stream asks its HTTP layer for a connection. ``server`` is the one that it waits for, or has."""

    def __init__(self, stream: Any, address: tuple[str, int], tls: bool, via: Any, transport_protocol: Any) -> None:
        super().__init__(address, tls, via, transport_protocol)
        self.stream = stream
        self.server: Server | None = None

    def connection_spec_matches(self, connection: Connection) -> bool:
        """By the address that a connection was opened for: a ``server_connect`` hook may have changed its actual one.

        One that was abandoned or has failed is not shared: the call tries again.
        """
        layer = self.stream.http_layer
        if not isinstance(connection, Server) or connection in layer.given_up:
            return False
        if connection in layer.made_for and connection.error:
            return False
        if not layer.wire.own.is_current(connection):
            return False
        return bool(
            layer.made_for.get(connection, connection.address) == self.address
            and self.tls == connection.tls
            and self.via == connection.via
            and self.transport_protocol == connection.transport_protocol
        )


class OwnHttpClient(HttpClient):
    """Opens the connection of its context if necessary, and adds our own HTTP/1 or HTTP/2 layer."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self._wire = wire

    def _handle_event(self, event: Any) -> Any:
        server = self.context.server
        trouble = None if server.connected else (yield commands.OpenConnection(server))
        if not trouble:
            self.child_layer = speaking_to(self.context, self._wire)
            self._handle_event = self.child_layer.handle_event  # type: ignore[method-assign]
            yield from self._handle_event(event)
        yield RegisterHttpConnection(server, trouble)


def speaking_to(context: Context, wire: Wire) -> Layer:
    """The layer for the protocol that the context's server has agreed to."""
    if is_h3_alpn(context.server.alpn):
        return Http3Client(context)
    if context.server.alpn == b"h2":
        return OwnHttp2Client(context, wire)
    return OwnHttp1Client(context, wire)

"""An exception below an HTTP layer ends the calls that it affects, and nothing else."""

import weakref
from typing import Any

from mitmproxy.connection import Connection
from mitmproxy.proxy import commands
from mitmproxy.proxy import events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.layers.http import HTTPMode
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.http import RequestProtocolError
from mitmproxy.proxy.layers.http import ResponseProtocolError

from wxgate.layers.codes import CANCELLED
from wxgate.layers.codes import KILLED
from wxgate.layers.wire import Wire


class EndsWhatFails(HttpLayer):
    """``given_up`` are the connections that no further call may use."""

    def __init__(self, context: Context, mode: HTTPMode, wire: Wire) -> None:
        super().__init__(context, mode)
        self.wire = wire
        self.given_up: weakref.WeakSet[Connection] = weakref.WeakSet()
        self._failed: list[Layer] = []

    def _child_failed(self, child: Layer, event: events.Event, error: Exception) -> Any:
        """Ends the calls affected by a stream or a connection that raised, and the connection with them."""
        where = f"{type(child).__name__}({type(event).__name__})"
        if isinstance(child, HttpStream):
            yield from self._stream_failed(child, where, error)
            return
        self._failed.append(child)
        lost = [connection for connection, top in self.connections.items() if top is child]
        if self.context.client in lost:
            streams = list(self.streams.values())
        else:
            streams = [stream for stream in self.streams.values() if self._is_on(stream, lost)]
        if not streams:
            self.wire.own.failed(self.wire, None, self.context, where, error)
        for stream in streams:
            yield from self._stream_failed(stream, where, error)
        for connection in lost:
            self.given_up.add(connection)
            self.waiting_for_establishment.pop(connection, None)
            yield commands.CloseConnection(connection)

    def _is_on(self, stream: HttpStream, connections: list[Connection]) -> bool:
        waits_for = getattr(stream, "waits_for", None)
        return stream.context.server in connections or any(
            waits_for is one for each in connections for one in self.waiting_for_establishment.get(each, ())
        )

    def _stream_failed(self, stream: HttpStream, where: str, error: Exception) -> Any:
        """Ends one call on both its sides without calling its stream, which may be what is broken."""
        if stream in self._failed:
            return
        self._failed.append(stream)
        flow, stream_id = getattr(stream, "flow", None), stream.stream_id
        self.streams.pop(stream_id, None)
        for command in [each for each, source in self.command_sources.items() if source is stream]:
            del self.command_sources[command]
            for waiting in self.waiting_for_establishment.values():
                waiting[:] = [other for other in waiting if other is not command]
        self.wire.own.failed(self.wire, flow, stream.context, where, error)
        message = "ended by the proxy"
        towards_client = self.connections[self.context.client]
        yield from self.event_to_child(towards_client, ResponseProtocolError(stream_id, message, KILLED))
        if getattr(stream, "child_layer", None) is not None:
            self._tunnel_failed(where, error)
            yield commands.CloseConnection(self.context.client)
        towards_origin = self.connections.get(stream.context.server)
        if towards_origin is not None and getattr(stream, "permitted", None) is stream.context.server:
            yield from self.event_to_child(towards_origin, RequestProtocolError(stream_id, message, CANCELLED))

    def _tunnel_failed(self, where: str, error: Exception) -> None:
        """The calls inside a CONNECT that failed: their layers get no further events."""
        for inner in list(self.wire.http_layers):
            if inner is not self and self in inner.context.layers:
                for stream in list(inner.streams.values()):
                    inner.streams.pop(stream.stream_id, None)
                    self.wire.own.failed(self.wire, getattr(stream, "flow", None), stream.context, where, error)

    def _layer_failed(self, error: Exception) -> Any:
        """An exception in this layer itself: it is unknown what is still intact."""
        for stream in list(self.streams.values()):
            yield from self._stream_failed(stream, type(self).__name__, error)
        self.wire.own.failed(self.wire, None, self.context, type(self).__name__, error)
        yield commands.CloseConnection(self.context.client)

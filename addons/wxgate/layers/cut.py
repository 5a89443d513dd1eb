"""Cuts calls in flight: the part of what reaches behind mitmproxy's public API (``internals``) that ends one call.

``flow.kill`` does nothing to a call that waits for its server (mitmproxy #4711),
so the layers are told what they would hear if both peers had gone.

Checked on 11.0.2 (Python 3.11), 12.2.3 and 12.3.1 (Python 3.13).
"""

import asyncio
import weakref
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from enum import Enum
from typing import Any

import mitmproxy.version
from mitmproxy import http
from mitmproxy.connection import Connection
from mitmproxy.master import Master
from mitmproxy.proxy import commands
from mitmproxy.proxy import events
from mitmproxy.proxy.layers.http import DropStream
from mitmproxy.proxy.layers.http import GetHttpConnection
from mitmproxy.proxy.layers.http import GetHttpConnectionCompleted
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.http import RequestProtocolError
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.layers.http import _http2

if mitmproxy.version.VERSION.startswith("11."):
    from mitmproxy.net.http import status_codes

    _KILLED: Any = status_codes.NO_RESPONSE
    _CANCELLED: Any = status_codes.CLIENT_CLOSED_REQUEST
else:
    from mitmproxy.proxy.layers.http import ErrorCode

    _KILLED, _CANCELLED = ErrorCode.KILL, ErrorCode.CANCEL


class _Whom(Enum):
    """Who is told that a call is cut, in this order."""

    CLIENT = 1
    SERVER = 2
    STREAM = 3


@dataclass
class _Cut(events.Event):
    """Travels from the client's connection down to one stream."""

    stream: HttpStream
    message: str
    whom: _Whom
    exclusive: list[Connection] = field(default_factory=list)  # what carries no other call and may be closed


async def cut(master: Master, flows: Sequence[http.HTTPFlow], message: str) -> None:
    """Ends calls at once as network failures, in whatever state they are, and their upstream side with them.

    On HTTP/2 the stream alone is reset, HTTP/1 connections and open sockets are
    closed. The ``error`` or ``websocket_end`` hook follows. All clients are told
    before the first hook runs: of a thousand calls the last one ends on time too.
    """
    found = []
    for flow in flows:
        handler = master.addons.get("proxyserver").connections.get(flow.client_conn.id)
        stream = _streams.get(flow.id)
        if handler is None or stream is None:
            continue
        if flow.websocket is None:
            found.append((handler, stream))
            continue
        # A close frame would look like an orderly end.
        for connection in (stream.context.client, stream.context.server):
            _abort(handler, connection)
    for whom in (_Whom.CLIENT, _Whom.SERVER):
        for handler, stream in found:
            event = _Cut(stream, message, whom)
            await handler.server_event(event)
            for connection in event.exclusive:
                _abort(handler, connection)
    for handler, stream in found:
        # Closed sockets close for good in the loop's next turn; and others' calls go on meanwhile.
        await asyncio.sleep(0)
        await handler.server_event(_Cut(stream, message, _Whom.STREAM))


def hang_up(master: Master, client: Connection, server: Connection) -> None:
    """Closes one upstream connection before anything is sent on it."""
    handler = master.addons.get("proxyserver").connections.get(client.id)
    if handler is not None:
        _abort(handler, server)


Leaving = Callable[[http.HTTPFlow, str, bool], None]


def hear_of_clients_that_leave(tell: Leaving) -> None:
    """``tell`` is given each flow whose client leaves while its stream waits, and whether for a connection.

    Otherwise it waits for a hook. mitmproxy keeps that news until the wait is
    over, and of a stream that is reset no hook tells: its connection lives on.
    """
    _listeners[:] = [tell]


_listeners: list[Leaving] = []
# By flow id. Not every layer keeps the one below it where it could be found again.
_streams: "weakref.WeakValueDictionary[str, HttpStream]" = weakref.WeakValueDictionary()
# Connections that were given up while they were being opened: nobody may join them.
_given_up: "weakref.WeakSet[Connection]" = weakref.WeakSet()


def make_calls_cuttable() -> None:
    """Teaches mitmproxy's layers ``cut``. Done once, before the first connection."""
    if getattr(HttpLayer._handle_event, "cuts", False):
        return
    handle, hear, fits = HttpLayer._handle_event, HttpStream.handle_event, GetHttpConnection.connection_spec_matches
    checked, killed = HttpStream.check_invalid, HttpStream.check_killed

    def layer_handles(self: HttpLayer, event: events.Event) -> Any:
        return _pass_down(self, event) if isinstance(event, _Cut) else handle(self, event)

    def stream_hears(self: HttpStream, event: events.Event) -> Any:
        if isinstance(event, RequestProtocolError) and self._paused is not None:
            for tell in _listeners:
                tell(self.flow, event.message, isinstance(self._paused.command, GetHttpConnection))
        return hear(self, event)

    def stream_is_checked(self: HttpStream, request: bool) -> Any:
        # The first thing that is done with a new flow.
        if request:
            _streams[self.flow.id] = self
        return checked(self, request)

    def stream_is_killed(self: HttpStream, emit_error_hook: bool) -> Any:
        # mitmproxy forgets the streams that ended, but not those that were killed.
        is_killed = yield from killed(self, emit_error_hook)
        if is_killed:
            yield DropStream(self.stream_id)
        return is_killed

    def connection_fits(self: GetHttpConnection, connection: Connection) -> bool:
        return connection not in _given_up and fits(self, connection)

    layer_handles.cuts = True  # type: ignore[attr-defined]
    HttpLayer._handle_event = layer_handles  # type: ignore[method-assign]
    HttpStream.handle_event = stream_hears  # type: ignore[method-assign]
    HttpStream.check_invalid = stream_is_checked  # type: ignore[method-assign]
    HttpStream.check_killed = stream_is_killed  # type: ignore[method-assign]
    GetHttpConnection.connection_spec_matches = connection_fits  # type: ignore[method-assign]


def _abort(handler: Any, connection: Connection) -> None:
    """Closes a socket with what waits to be written: a peer that reads nothing must not keep it open."""
    io = handler.transports.get(connection)
    transport = getattr(io.writer, "transport", None) if io is not None else None
    if transport is not None:
        transport.abort()


def _pass_down(layer: HttpLayer, event: _Cut) -> Any:
    """One HTTP layer's part: the stream is its own, or that of a CONNECT with further layers inside."""
    path = event.stream.context.layers
    below = path[path.index(layer) + 1]
    if below is not event.stream:
        yield from layer.event_to_child(below, event)
    elif layer.streams.get(event.stream.stream_id) is event.stream:
        yield from _TELL[event.whom](layer, event)


def _tell_client(layer: HttpLayer, event: _Cut) -> Any:
    client = layer.context.client
    if isinstance(layer.connections[client], _http1.Http1Connection):
        event.exclusive.append(client)
    told = ResponseProtocolError(event.stream.stream_id, event.message, _KILLED)
    yield from layer.event_to_child(layer.connections[client], told)


def _tell_server(layer: HttpLayer, event: _Cut) -> Any:
    stream = event.stream
    waits_for = stream._paused.command if stream._paused is not None else None
    if isinstance(waits_for, GetHttpConnection):
        yield from _give_up(layer, waits_for)
    elif isinstance(waits_for, commands.StartHook) and stream.flow.killable:
        # Looked at when the hook is done.
        stream.flow.kill()
    for connection, top in list(layer.connections.items()):
        speaker = top.context.layers[-1]
        if isinstance(speaker, _http2.Http2Client):
            # Not sent yet: the server allows no more streams just now.
            if (
                speaker.stream_queue.pop(stream.stream_id, None) is not None
                or stream.stream_id not in speaker.our_stream_id
            ):
                continue
        elif isinstance(speaker, _http1.Http1Client) and speaker.stream_id == stream.stream_id:
            event.exclusive.append(connection)
        else:
            continue
        yield from layer.event_to_child(top, RequestProtocolError(stream.stream_id, event.message, _CANCELLED))


def _give_up(layer: HttpLayer, command: GetHttpConnection) -> Any:
    """Takes a stream out of those that wait for a connection, and closes it if nobody else does."""
    layer.command_sources.pop(command, None)
    for connection, waiting in layer.waiting_for_establishment.items():
        # By identity: two commands for one address are equal.
        others = [other for other in waiting if other is not command]
        if len(others) == len(waiting):
            continue
        waiting[:] = others
        if not others:
            top = layer.connections[connection]
            for opened in [opened for opened, its_top in layer.connections.items() if its_top is top]:
                _given_up.add(opened)
                yield commands.CloseConnection(opened)


def _tell_stream(layer: HttpLayer, event: _Cut) -> Any:
    stream = event.stream
    waits_for = stream._paused.command if stream._paused is not None else None
    if isinstance(waits_for, GetHttpConnection):
        yield from layer.event_to_child(stream, GetHttpConnectionCompleted(waits_for, (None, event.message)))
    elif waits_for is None:
        yield from layer.event_to_child(stream, ResponseProtocolError(stream.stream_id, event.message, _KILLED))


_TELL = {_Whom.CLIENT: _tell_client, _Whom.SERVER: _tell_server, _Whom.STREAM: _tell_stream}

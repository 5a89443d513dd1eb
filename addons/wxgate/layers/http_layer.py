"""The HTTP layer of one connection: creates our own streams and connections, and ends what fails.

Everything that is passed down to a stream or a connection goes through ``event_to_child``: so bytes for an origin are
permitted or refused there, and an exception of a layer below ends the calls that it affects.
"""

from typing import Any

from mitmproxy.connection import Connection
from mitmproxy.connection import Server
from mitmproxy.proxy import commands
from mitmproxy.proxy import events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layers.http import DropStream
from mitmproxy.proxy.layers.http import GetHttpConnection
from mitmproxy.proxy.layers.http import HttpClient
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.layers.http import HTTPMode
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RegisterHttpConnection
from mitmproxy.proxy.layers.http import RequestData
from mitmproxy.proxy.layers.http import RequestEndOfMessage
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import RequestTrailers
from mitmproxy.proxy.layers.http import SendHttp
from mitmproxy.proxy.layers.http import is_h3_alpn
from mitmproxy.proxy.layers.quic import QuicStreamEvent

from wxgate.layers.cut import TELL
from wxgate.layers.events import Cut
from wxgate.layers.events import Flush
from wxgate.layers.http1_server import OwnHttp1Server
from wxgate.layers.http2_server import OwnHttp2Server
from wxgate.layers.http3 import OwnHttp3Server
from wxgate.layers.http_failures import EndsWhatFails
from wxgate.layers.stream import OwnStream
from wxgate.layers.upstream import Ask
from wxgate.layers.upstream import OwnHttpClient
from wxgate.layers.upstream import speaking_to
from wxgate.layers.wire import Wire

# Events with bytes of a request, or with its end.
_SENT = (RequestHeaders, RequestData, RequestTrailers, RequestEndOfMessage)
_RECEIVED = (events.DataReceived, QuicStreamEvent)


class NotPermitted(Exception):
    """Bytes were about to be sent on a connection for which their call has no permit."""


class OwnHttpLayer(EndsWhatFails):
    """``made_for`` maps each upstream connection to the address that it was opened for."""

    def __init__(self, context: Context, mode: HTTPMode, wire: Wire) -> None:
        super().__init__(context, mode, wire)
        self.made_for: dict[Connection, tuple[str, int]] = {}
        wire.http_layers.add(self)

    # Events from above

    def _handle_event(self, event: events.Event) -> Any:
        try:
            if isinstance(event, events.ConnectionEvent):
                speaker = self.connections.get(event.connection)
                if speaker is not None:
                    yield from self.event_to_child(speaker, event)
                    return
                yield from self._before_the_connections_event(event)
                if event.connection not in self.connections and event.connection is not self.context.server:
                    return  # It failed, and was removed.
            elif isinstance(event, events.CommandCompleted):
                if event.command not in self.command_sources:
                    return  # Everything that asked for it has ended.
            elif isinstance(event, events.Start):
                if self.context.client not in self.connections:
                    self.connections[self.context.client] = self._towards_the_client()
            elif isinstance(event, (Cut, Flush)):
                yield from self._pass_down(event)
                return
            yield from super()._handle_event(event)
        except Exception as error:
            yield from self._layer_failed(error)

    def _towards_the_client(self) -> Layer:
        context = self.context.fork()
        if is_h3_alpn(context.client.alpn):
            return OwnHttp3Server(context, self.wire)
        if context.client.alpn == b"h2":
            return OwnHttp2Server(context, self.wire)
        return OwnHttp1Server(context, self.wire)

    def _before_the_connections_event(self, event: events.ConnectionEvent) -> Any:
        """An origin may send before the first request does (HTTP/2 settings): mitmproxy would put its own layer
        there."""
        server = self.context.server
        if event.connection is server and server not in self.connections and isinstance(event, _RECEIVED):
            self.connections[server] = speaking_to(self.context.fork(), self.wire)
            yield from self.event_to_child(self.connections[server], events.Start())

    # Events to below

    def event_to_child(self, child: Layer, event: events.Event) -> Any:
        if self._failed and child in self._failed:
            return
        try:
            if isinstance(event, _SENT):
                if not isinstance(child, HttpStream):
                    self._look_at_permit(child, event)
            elif isinstance(event, events.Start):
                child = self._of_our_own(child)
            # As mitmproxy routes them, in a single loop: each additional step runs for each event and each command.
            command: Any
            for command in child.handle_event(event):
                kind = type(command)
                if kind is ReceiveHttp:
                    yield from self._received(command.event)
                elif kind is SendHttp:
                    yield from self.event_to_child(self.connections[command.connection], command.event)
                elif kind is commands.SendData:
                    yield command
                else:
                    yield from self._routed(child, command)
        except NotPermitted as error:
            stream = self.streams.get(event.stream_id)  # type: ignore[attr-defined]
            if stream is not None:
                yield from self._stream_failed(stream, "permit", error)
        except Exception as error:
            yield from self._child_failed(child, event, error)

    def _received(self, event: Any) -> Any:
        """To the stream that it is for; one that has ended accepts nothing more."""
        if isinstance(event, RequestHeaders):
            yield from self.make_stream(event.stream_id)
        stream = self.streams.get(event.stream_id)
        if stream is not None:
            yield from self.event_to_child(stream, event)

    def _routed(self, child: Layer, command: commands.Command) -> Any:
        if command.blocking or isinstance(command, commands.RequestWakeup):
            self.command_sources[command] = child  # its response is returned this way
        if isinstance(command, DropStream):
            self.streams.pop(command.stream_id, None)
        elif isinstance(command, GetHttpConnection):
            yield from self.get_connection(command)
        elif isinstance(command, RegisterHttpConnection):
            yield from self.register_connection(command)
        else:
            if isinstance(command, commands.OpenConnection):
                self.connections[command.connection] = child
            yield command

    def _look_at_permit(self, child: Layer, event: Any) -> None:
        """The only place where bytes are passed to an upstream connection. Raises NotPermitted."""
        stream = self.streams.get(event.stream_id)
        permitted = getattr(stream, "permitted", None)
        if permitted is None or self.connections.get(permitted) is not child:
            raise NotPermitted(f"{type(event).__name__} without a permit")

    def _of_our_own(self, child: Layer) -> Layer:
        """The stack that mitmproxy has created for an upstream connection, with our own layer at its end."""
        above, below = None, child
        while not isinstance(below, HttpClient) and isinstance(getattr(below, "child_layer", None), Layer):
            above, below = below, below.child_layer  # type: ignore[attr-defined]
        if not isinstance(below, HttpClient) or isinstance(below, OwnHttpClient):
            return child
        below.context.layers.remove(below)
        ours = OwnHttpClient(below.context, self.wire)
        if above is not None:
            above.child_layer = ours  # type: ignore[attr-defined]
            return child
        self.connections[below.context.server] = ours
        return ours

    def make_stream(self, stream_id: int) -> Any:
        self.streams[stream_id] = OwnStream(_forked(self.context), stream_id, self)
        yield from self.event_to_child(self.streams[stream_id], events.Start())

    def get_connection(self, event: GetHttpConnection, *, reuse: bool = True) -> Any:
        before = list(self.waiting_for_establishment)
        for command in super().get_connection(event, reuse=reuse):
            if isinstance(command, commands.OpenConnection):
                self._note(event, before)
            yield command
        self._note(event, before)

    def ready_for(self, ask: Ask) -> Server | None:
        """The connection that ``get_connection`` would return at once; None if it has more to do."""
        for connection in self.connections:
            if ask.connection_spec_matches(connection):
                is_one_call_only = self.context.client.alpn == b"h2" and connection.alpn != b"h2"
                is_open = connection.connected and not connection.error
                if is_open and not is_one_call_only and connection not in self.waiting_for_establishment:
                    return connection  # type: ignore[return-value]
                return None
        return None

    def _note(self, ask: GetHttpConnection, before: list[Connection]) -> None:
        """Remembers which connection a stream waits for, and what a new one was opened for."""
        for connection, waiting in self.waiting_for_establishment.items():
            if isinstance(ask, Ask) and isinstance(connection, Server) and any(one is ask for one in waiting):
                ask.server = connection
                if connection not in before and connection not in self.made_for:
                    self.made_for[connection] = ask.address
                    self.wire.asked[connection] = ask.stream.asked

    def register_connection(self, command: RegisterHttpConnection) -> Any:
        yield from super().register_connection(command)
        if command.err:
            # The next call tries again; a client that never disconnects must not fill the table with failed
            # connections.
            top = self.connections.get(command.connection)
            for connection in [each for each, its_top in self.connections.items() if its_top is top]:
                del self.connections[connection]
                self.made_for.pop(connection, None)

    def _pass_down(self, event: Cut | Flush) -> Any:
        """To one of our own streams or connections, or to the HTTP layer inside a CONNECT that has it."""
        target = event.stream if isinstance(event, Cut) else event.speaker
        path = target.context.layers
        below = path[path.index(self) + 1]
        if isinstance(event, Cut):
            if below is not target:
                yield from self.event_to_child(below, event)
            elif self.streams.get(target.stream_id) is target:
                yield from TELL[event.whom](self, event)
        elif any(isinstance(layer, HttpLayer) for layer in path[path.index(self) + 1 :]):
            yield from self.event_to_child(below, event)
        elif target.conn in self.connections:
            yield from self.event_to_child(self.connections[target.conn], event)


def _forked(context: Context) -> Context:
    """As ``context.fork()``, which first creates a server that nobody needs."""
    forked = object.__new__(type(context))
    vars(forked).update(vars(context), layers=context.layers.copy())
    return forked

"""Cuts calls in flight.

``flow.kill`` does nothing to a call that waits for its server (mitmproxy #4711), so the layers get the events of both
peers having disconnected.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

from mitmproxy import http
from mitmproxy.connection import Connection
from mitmproxy.master import Master
from mitmproxy.proxy import commands
from mitmproxy.proxy.layers.http import GetHttpConnection
from mitmproxy.proxy.layers.http import GetHttpConnectionCompleted
from mitmproxy.proxy.layers.http import Http1Client
from mitmproxy.proxy.layers.http import Http1Connection
from mitmproxy.proxy.layers.http import Http2Client
from mitmproxy.proxy.layers.http import RequestProtocolError
from mitmproxy.proxy.layers.http import ResponseProtocolError

from wxgate.layers.codes import CANCELLED
from wxgate.layers.codes import KILLED
from wxgate.layers.events import Cut
from wxgate.layers.events import Whom

if TYPE_CHECKING:
    from wxgate.layers.own import Layers
    from wxgate.layers.stream import OwnStream

logger = logging.getLogger(__name__)


async def cut(master: Master, flows: Sequence[http.HTTPFlow], message: str) -> None:
    """Ends calls at once as network failures, in whatever state they are, together with their upstream side.

    On HTTP/2 only the stream is reset, HTTP/1 connections and open WebSockets are closed. The ``error`` or
    ``websocket_end`` hook follows. All clients are notified before the first hook runs: of a thousand calls the last
    one ends on time too.
    """
    own: Layers = master.addons.get("layers")
    found: list[OwnStream] = []
    for flow in flows:
        stream = own.streams.get(flow.id)
        if stream is None or stream.http_layer.streams.get(stream.stream_id) is not stream:
            continue  # it has ended
        if flow.websocket is None:
            found.append(stream)
            continue
        # A close frame would look like an orderly end.
        for connection in (stream.context.client, stream.context.server):
            stream.wire.abort(connection)
    for whom in (Whom.CLIENT, Whom.SERVER):
        for stream in found:
            event = Cut(stream, message, whom)
            await _tell(stream, event)
            for unshared in event.exclusive:
                stream.wire.abort(unshared)
    for stream in found:
        # Closed sockets are released in the loop's next turn; and other calls continue meanwhile.
        await asyncio.sleep(0)
        await _tell(stream, Cut(stream, message, Whom.STREAM))


async def _tell(stream: "OwnStream", event: Cut) -> None:
    """The client's side of an HTTP/1 call is closed even if its layers no longer handle events."""
    try:
        await stream.wire.handler.server_event(event)
    except Exception:
        logger.exception("a call could not be told that it was cut")
    if event.whom is Whom.CLIENT and event.stream.context.client.alpn in (None, b"http/1.1", b"http/1.0"):
        client = event.stream.context.client
        if client not in event.exclusive:
            event.exclusive.append(client)


def hang_up(master: Master, client: Connection, server: Connection) -> None:
    """Closes one upstream connection before anything is sent on it."""
    wire = master.addons.get("layers").wires.get(client.id)
    if wire is not None:
        wire.abort(server)


def _tell_client(layer: Any, event: Cut) -> Any:
    client = layer.context.client
    if isinstance(layer.connections[client], Http1Connection):
        event.exclusive.append(client)
    told = ResponseProtocolError(event.stream.stream_id, event.message, KILLED)
    yield from layer.event_to_child(layer.connections[client], told)


def _tell_server(layer: Any, event: Cut) -> Any:
    stream = event.stream
    waits_for = stream.waits_for
    if isinstance(waits_for, GetHttpConnection):
        yield from _give_up(layer, waits_for)
    elif isinstance(waits_for, commands.StartHook) and stream.flow.killable:
        # Checked when the hook is done.
        stream.flow.kill()
    for connection, top in list(layer.connections.items()):
        speaker = top.context.layers[-1]
        if isinstance(speaker, Http2Client):
            # Not sent yet: the server allows no more streams at the moment.
            if (
                speaker.stream_queue.pop(stream.stream_id, None) is not None
                or stream.stream_id not in speaker.our_stream_id
            ):
                continue
        elif isinstance(speaker, Http1Client) and speaker.stream_id == stream.stream_id:
            event.exclusive.append(connection)
        else:
            continue
        yield from layer.event_to_child(top, RequestProtocolError(stream.stream_id, event.message, CANCELLED))


def _give_up(layer: Any, command: GetHttpConnection) -> Any:
    """Removes a stream from those that wait for a connection, and closes the connection if it is the last of them."""
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
                layer.given_up.add(opened)
                yield commands.CloseConnection(opened)


def _tell_stream(layer: Any, event: Cut) -> Any:
    stream = event.stream
    waits_for = stream.waits_for
    if isinstance(waits_for, GetHttpConnection):
        yield from layer.event_to_child(stream, GetHttpConnectionCompleted(waits_for, (None, event.message)))
    elif waits_for is None:
        yield from layer.event_to_child(stream, ResponseProtocolError(stream.stream_id, event.message, KILLED))


TELL = {Whom.CLIENT: _tell_client, Whom.SERVER: _tell_server, Whom.STREAM: _tell_stream}

"""Relays WebSocket messages as mitmproxy does, calling hooks synchronously where no addon has to wait (at_once.py).

A message that arrives complete in one frame is relayed without wsproto (websocket_frames.py).

Checked on 11.0.2 (Python 3.11, wsproto 1.2.0) and 12.3.1 (Python 3.13, wsproto 1.3.2).
"""

from typing import Any

from mitmproxy import http
from mitmproxy import websocket
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers.websocket import Fragmentizer
from mitmproxy.proxy.layers.websocket import WebsocketConnection
from mitmproxy.proxy.layers.websocket import WebsocketLayer
from mitmproxy.proxy.layers.websocket import WebsocketMessageHook
from mitmproxy.proxy.layers.websocket import WebSocketMessageInjected

from wxgate.layers.at_once import GoesOnAtOnce
from wxgate.layers.inflation import BoundedMessages
from wxgate.layers.websocket_frames import TEXT
from wxgate.layers.websocket_frames import WholeMessage
from wxgate.layers.websocket_frames import masked_frame
from wxgate.layers.websocket_frames import whole_message
from wxgate.layers.wire import Wire


class OwnWebsocketLayer(GoesOnAtOnce, WebsocketLayer):
    def __init__(self, context: Context, flow: http.HTTPFlow, wire: Wire) -> None:
        super().__init__(context, flow)
        self.wire = wire
        self._most_bytes: int | None = (
            None  # of a message relayed without wsproto; known once the first message arrives
        )

    def relay_messages(self, event: Any) -> Any:
        if type(event) is WebSocketMessageInjected:
            yield from self._injected(event.message)
            return
        if type(event) is not DataReceived:
            yield from super().relay_messages(event)
            return
        from_client = event.connection is self.context.client
        source, target = (self.client_ws, self.server_ws) if from_client else (self.server_ws, self.client_ws)
        most_bytes = self._most_bytes
        if most_bytes is None:
            most_bytes = self._most_bytes = min(_most_bytes(source), _most_bytes(target))
        # What arrived right after the handshake is a bytearray, which cannot be written into a session.
        data, at = bytes(event.data), 0
        if most_bytes and _is_between_messages(source):
            while (message := whole_message(data, at, most_bytes, is_masked=from_client)) is not None:
                yield from self._relayed(message, from_client, target)
                at = message.ends_at
                if at == len(data):
                    return
        yield from super().relay_messages(DataReceived(event.connection, data[at:]) if at else event)

    def _relayed(self, came: WholeMessage, from_client: bool, target: WebsocketConnection) -> Any:
        content = came.content
        message = websocket.WebSocketMessage(came.opcode, from_client, content)
        if not (yield from self._goes_on(message)):
            return
        if message.content is content:
            yield commands.SendData(target.conn, masked_frame(came.opcode, content) if from_client else came.frame)
            return
        for part in Fragmentizer([content], came.opcode == TEXT)(message.content):
            yield target.send2(part)

    def _injected(self, message: websocket.WebSocketMessage) -> Any:
        """mitmproxy puts it among the received fragments of another message, which spoils both."""
        target = self.server_ws if message.from_client else self.client_ws
        is_text = message.is_text
        message = websocket.WebSocketMessage(message.type, message.from_client, message.content, injected=True)
        if (yield from self._goes_on(message)):
            for part in Fragmentizer([], is_text)(message.content):
                yield target.send2(part)

    def _goes_on(self, message: websocket.WebSocketMessage) -> Any:
        """Whether a message is sent, after the addons have seen it."""
        assert self.flow.websocket
        self.flow.websocket.messages.append(message)
        yield WebsocketMessageHook(self.flow)
        return not message.dropped


def _most_bytes(side: WebsocketConnection) -> int:
    """The longest message that may be relayed without wsproto: the message limit, if no other extension changes frames.

    0 if everything is left to wsproto, also where its internals are not the ones known here.
    """
    try:
        _is_between_messages(side)
        (bound,) = side._proto.extensions
    except (AttributeError, ValueError):
        return 0
    return bound.limit if type(bound) is BoundedMessages else 0


def _is_between_messages(side: WebsocketConnection) -> bool:
    """Whether no part of the next message has arrived. (After a close frame nothing is relayed.)"""
    decoder = side._proto._frame_decoder
    return decoder.header is None and not decoder.buffer.buffer and side._proto._message_decoder.opcode is None


def of_our_own(layer: Any, wire: Wire) -> Any:
    """Ours instead of mitmproxy's, which has not started yet; any other layer is returned unchanged."""
    if type(layer) is not WebsocketLayer:
        return layer
    layer.context.layers.remove(layer)
    return OwnWebsocketLayer(layer.context, layer.flow, wire)

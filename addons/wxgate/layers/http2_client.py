"""HTTP/2 towards the origin."""

from typing import Any

from h2.events import StreamReset
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import Http2Client
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError

from wxgate.layers.answer_fields import AnswerDecoder
from wxgate.layers.answer_head import MOST_HEAD_BYTES
from wxgate.layers.backpressure import GoingAway
from wxgate.layers.http2_connection import OwnHttp2Connection
from wxgate.layers.http_failures import EndsWhatFails
from wxgate.layers.wire import Wire


def _not_taken(stream_id: int) -> ReceiveHttp:
    message = "HTTP/2 connection closed: GOAWAY before the request was handled"
    return ReceiveHttp(ResponseProtocolError(stream_id, message, ResponseProtocolError.code))


class OwnHttp2Client(OwnHttp2Connection, Http2Client):
    """Towards the origin."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self.h2_conn = self._limited(wire)
        # As set by mitmproxy on the connection that this one replaces.
        self.h2_conn.local_settings.enable_push = 0
        # Chromium's limit for a head [source]; h2's is 64 KB.
        self.h2_conn.local_settings.max_header_list_size = MOST_HEAD_BYTES
        if context.client.alpn == b"h2":
            # HTTP/2 frames a body by itself. HTTP/1 towards the client uses its length, so there h2 checks it.
            self.h2_conn.decoder = AnswerDecoder()
            self.h2_conn.decoder.max_allowed_table_size = self.h2_conn.local_settings.header_table_size
        self.h2_conn.decoder.max_header_list_size = MOST_HEAD_BYTES
        self.h2_conn.local_settings.acknowledge()
        self._is_leaving = False  # the origin accepts no more streams here
        self._unsent: list[int] = []  # calls that waited for a free stream then

    def _handle_event(self, event: Any) -> Any:
        if self._is_leaving and isinstance(event, RequestHeaders):
            yield _not_taken(event.stream_id)
            return
        yield from super()._handle_event(event)
        while self._unsent:
            yield _not_taken(self._unsent.pop())
        if self._is_leaving and not self.streams:
            # Not left to the origin: one that says goodbye after each call would collect open connections.
            yield from self.close_connection("HTTP/2 connection closed: GOAWAY")

    def _going_away(self, event: GoingAway) -> Any:
        """As nginx does after so many requests. New calls use another connection; what the origin did not take fails."""
        self._is_leaving = True
        for layer in self.context.layers:
            if isinstance(layer, EndsWhatFails):
                layer.given_up.add(self.conn)
        self._unsent += self.stream_queue
        self.stream_queue.clear()
        for stream_id in [each for each in self.streams if each > event.last_stream_id]:
            del self.streams[stream_id]
            yield _not_taken(stream_id)
        return False

    def handle_h2_event(self, event: Any) -> Any:
        handling = super().handle_h2_event(event)
        if not isinstance(event, StreamReset):
            return (yield from handling)
        for command in handling:
            # mitmproxy writes "by client" for either side.
            if isinstance(command, ReceiveHttp) and isinstance(command.event, ResponseProtocolError):
                command.event.message = command.event.message.replace("by client", "by server")
            yield command
        return False

"""HTTP/2 towards the origin."""

from typing import Any

from h2.events import StreamReset
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import Http2Client
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import ResponseProtocolError

from wxgate.layers.answer_fields import AnswerDecoder
from wxgate.layers.answer_head import MOST_HEAD_BYTES
from wxgate.layers.http2_connection import OwnHttp2Connection
from wxgate.layers.wire import Wire


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

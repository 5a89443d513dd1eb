"""HTTP/2 as mitmproxy speaks it, without pages of its own, and with back-pressure."""

from copy import copy
from typing import Any

from h2.errors import ErrorCodes
from h2.events import RequestReceived
from h2.events import ResponseReceived
from h2.events import TrailersReceived
from h2.exceptions import ProtocolError
from h2.utilities import HeaderValidationFlags
from h2.utilities import validate_headers
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import Http2Client
from mitmproxy.proxy.layers.http import Http2Server
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http._http2 import Http2Connection

from wxgate.layers.answer_head import MOST_HEAD_BYTES
from wxgate.layers.backpressure import LimitedH2Connection
from wxgate.layers.codes import KILLED
from wxgate.layers.codes import has_page
from wxgate.layers.events import Flush
from wxgate.layers.wire import Wire

_HEADS = (RequestReceived, ResponseReceived, TrailersReceived)


class _Limited(Http2Connection):
    h2_conn: LimitedH2Connection

    def _limited(self, wire: Wire) -> LimitedH2Connection:
        """In place of the connection that mitmproxy has made. What comes in is validated here: see ``_received``."""
        config = copy(self.h2_conf)
        config.validate_inbound_headers = False
        return LimitedH2Connection(config, wire, self)

    def handle_h2_event(self, event: Any) -> Any:
        if isinstance(event, _HEADS) and (fault := self._received(event)) is not None:
            yield from self._malformed(event.stream_id, fault)
            return False
        return (yield from super().handle_h2_event(event))

    def _received(self, event: Any) -> str | None:
        """Why a head is malformed. h2 ends the whole connection for a blank after a value, which is no part of it."""
        is_client, is_trailer = isinstance(self, Http2Client), isinstance(event, TrailersReceived)
        trimmed = [(bytes(name), bytes(value).strip(b" \t")) for name, value in event.headers]
        flags = HeaderValidationFlags(is_client, is_trailer, is_client and not is_trailer, False)
        try:
            event.headers = list(validate_headers(trimmed, flags))
        except ProtocolError as error:
            return str(error)
        return None

    def _malformed(self, stream_id: int, fault: str) -> Any:
        """RFC 9113 §8.1.1: the stream alone is in error."""
        if stream_id in self.streams:
            code = self.ReceiveProtocolError.code
            yield ReceiveHttp(self.ReceiveProtocolError(stream_id, f"HTTP/2 protocol error: {fault}", code))
            self.streams.pop(stream_id, None)
        if not self.is_closed(stream_id):
            self.h2_conn.reset_stream(stream_id, ErrorCodes.PROTOCOL_ERROR)

    def handle_event(self, event: Any) -> Any:
        # Also where the connection is done and expects no event of its own kind any more.
        return self._flush() if isinstance(event, Flush) else super().handle_event(event)

    def close_connection(self, msg: str) -> Any:
        self.h2_conn.give_up()
        yield from super().close_connection(msg)

    def _flush(self) -> Any:
        data = self.h2_conn.data_to_send()
        if data:
            yield commands.SendData(self.conn, data)


class OwnHttp2Server(_Limited, Http2Server):
    """Towards the client."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self.h2_conn = self._limited(wire)

    def _handle_event(self, event: Any) -> Any:
        if isinstance(event, ResponseProtocolError) and has_page(event.code):
            event.code = KILLED
        yield from super()._handle_event(event)


class OwnHttp2Client(_Limited, Http2Client):
    """Towards the origin."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self.h2_conn = self._limited(wire)
        # As mitmproxy sets it on the connection that this one stands in for.
        self.h2_conn.local_settings.enable_push = 0
        # Chromium takes so much of a head [source]; h2 takes 64 KB.
        self.h2_conn.local_settings.max_header_list_size = MOST_HEAD_BYTES
        self.h2_conn.decoder.max_header_list_size = MOST_HEAD_BYTES
        self.h2_conn.local_settings.acknowledge()

"""What both sides of HTTP/2 have in common: back-pressure, heads that are checked here, bodies in larger pieces."""

from copy import copy
from itertools import groupby
from typing import Any

from h2.errors import ErrorCodes
from h2.events import DataReceived as H2DataReceived
from h2.events import RequestReceived
from h2.events import ResponseReceived
from h2.events import TrailersReceived
from h2.exceptions import ProtocolError
from h2.utilities import HeaderValidationFlags
from h2.utilities import validate_headers
from mitmproxy.proxy import commands
from mitmproxy.proxy.layers.http import Http2Client
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http._http2 import Http2Connection

from wxgate.layers.answer_fields import fault_of_answer
from wxgate.layers.answer_fields import fields_of_answer
from wxgate.layers.backpressure import GoingAway
from wxgate.layers.backpressure import LimitedH2Connection
from wxgate.layers.events import Flush
from wxgate.layers.request_fields import fault_of_request
from wxgate.layers.request_fields import shown
from wxgate.layers.wire import Wire

_HEADS = (RequestReceived, ResponseReceived, TrailersReceived)


class OwnHttp2Connection(Http2Connection):
    """Both sides of the proxy."""

    h2_conn: LimitedH2Connection

    def _limited(self, wire: Wire) -> LimitedH2Connection:
        """Replaces the connection that mitmproxy has created. Received heads are validated here: see ``_received``."""
        config = copy(self.h2_conf)
        config.validate_inbound_headers = False
        return LimitedH2Connection(config, wire, self)

    def received(self, events: list[Any]) -> list[Any]:
        """The events of one read that are to be handled."""
        return joined(events)

    def handle_h2_event(self, event: Any) -> Any:
        if isinstance(event, GoingAway):
            return (yield from self._going_away(event))
        if isinstance(event, _HEADS) and (fault := self._received(event)) is not None:
            yield from self._malformed(event, fault)
            return False
        return (yield from super().handle_h2_event(event))

    def _going_away(self, event: GoingAway) -> Any:
        """mitmproxy ends the connection and every call on it; here those that the peer still handles go on."""
        if not self.streams:
            yield from self.close_connection("HTTP/2 connection closed: GOAWAY")
            return True
        return False

    def _received(self, event: Any) -> str | None:
        """Why a head is malformed. h2 ends the whole connection for a blank after a value, which is not part of it."""
        is_client, is_trailer = isinstance(self, Http2Client), isinstance(event, TrailersReceived)
        trimmed = [(bytes(name), bytes(value).strip(b" \t")) for name, value in event.headers]
        if is_client:
            trimmed = fields_of_answer(trimmed, is_trailer=is_trailer)
            fault = fault_of_answer(trimmed)
        elif (fault := fault_of_request(trimmed)) is not None:
            event.headers = shown(trimmed)
        if fault is not None:
            return fault
        flags = HeaderValidationFlags(is_client, is_trailer, is_client and not is_trailer, False)
        try:
            event.headers = list(validate_headers(trimmed, flags))
        except ProtocolError as error:
            return str(error)
        return None

    def _malformed(self, event: Any, fault: str) -> Any:
        """RFC 9113 §8.1.1: only the stream is in error."""
        stream_id = event.stream_id
        if stream_id in self.streams:
            code = self.ReceiveProtocolError.code
            yield ReceiveHttp(self.ReceiveProtocolError(stream_id, f"HTTP/2 protocol error: {fault}", code))
            self.streams.pop(stream_id, None)
        if not self.is_closed(stream_id):
            self.h2_conn.reset_stream(stream_id, ErrorCodes.PROTOCOL_ERROR)

    def handle_event(self, event: Any) -> Any:
        # Also if the connection is closed and expects no event of its own kind any more.
        return self._flush() if isinstance(event, Flush) else super().handle_event(event)

    def close_connection(self, msg: str) -> Any:
        self.h2_conn.give_up()
        yield from super().close_connection(msg)

    def _flush(self) -> Any:
        data = self.h2_conn.data_to_send()
        if data:
            yield commands.SendData(self.conn, data)


def joined(events: list[Any]) -> list[Any]:
    """Merges consecutive DATA frames of one body: senders cut at 16 KB, and each event passes through every layer."""
    if len(events) < 2:
        return events
    found: list[Any] = []
    for (kind, _), group in groupby(events, key=lambda each: (type(each), getattr(each, "stream_id", None))):
        same = list(group)
        if kind is H2DataReceived and len(same) > 1:
            last = same[-1]
            last.data = b"".join(each.data for each in same)
            last.flow_controlled_length = sum(each.flow_controlled_length for each in same)
            same = [last]
        found += same
    return found

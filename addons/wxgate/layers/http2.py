"""mitmproxy's HTTP/2, without its error pages, and with back-pressure."""

import time
from copy import copy
from itertools import groupby
from typing import Any

from h2.connection import ConnectionState
from h2.errors import ErrorCodes
from h2.events import DataReceived as H2DataReceived
from h2.events import RequestReceived
from h2.events import ResponseReceived
from h2.events import StreamReset
from h2.events import TrailersReceived
from h2.exceptions import DenialOfServiceError
from h2.exceptions import ProtocolError
from h2.utilities import HeaderValidationFlags
from h2.utilities import validate_headers
from mitmproxy import http
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers.http import Http2Client
from mitmproxy.proxy.layers.http import Http2Server
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import ResponseData
from mitmproxy.proxy.layers.http import ResponseHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http._http2 import Http2Connection
from mitmproxy.proxy.layers.http._http2 import StreamState
from mitmproxy.proxy.layers.http._http2 import parse_h2_request_headers

from wxgate.layers.answer_fields import AnswerDecoder
from wxgate.layers.answer_fields import fault_of_answer
from wxgate.layers.answer_fields import fields_of_answer
from wxgate.layers.answer_head import MOST_HEAD_BYTES
from wxgate.layers.asked import unread_request
from wxgate.layers.backpressure import LimitedH2Connection
from wxgate.layers.codes import KILLED
from wxgate.layers.codes import has_page
from wxgate.layers.events import Flush
from wxgate.layers.flood import TOO_MANY_FRAMES
from wxgate.layers.flood import without_taken_back
from wxgate.layers.http1_connection import has_its_body
from wxgate.layers.request_bounds import MOST_HEAD_BYTES as MOST_REQUEST_HEAD_BYTES
from wxgate.layers.request_bounds import SHOWN_FIELDS
from wxgate.layers.request_bounds import TOO_LONG
from wxgate.layers.request_bounds import Refusal
from wxgate.layers.request_bounds import RefusedHead
from wxgate.layers.request_bounds import limit_of_fields
from wxgate.layers.request_fields import RequestDecoder
from wxgate.layers.request_fields import fault_of_request
from wxgate.layers.request_fields import shown
from wxgate.layers.wire import Wire
from wxpolicy.call.events import LimitReached
from wxpolicy.call.events import Malformed

_HEADS = (RequestReceived, ResponseReceived, TrailersReceived)


class _Limited(Http2Connection):
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
        if isinstance(event, _HEADS) and (fault := self._received(event)) is not None:
            yield from self._malformed(event, fault)
            return False
        return (yield from super().handle_h2_event(event))

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


class OwnHttp2Server(_Limited, Http2Server):
    """Towards the client."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self._wire = wire
        self.h2_conn = self._limited(wire)
        self.h2_conn.decoder = RequestDecoder()
        self.h2_conn.decoder.max_allowed_table_size = self.h2_conn.local_settings.header_table_size
        # The same limit as for an HTTP/1 head; h2's is 64 KB.
        self.h2_conn.local_settings.max_header_list_size = MOST_REQUEST_HEAD_BYTES
        self.h2_conn.decoder.max_header_list_size = MOST_REQUEST_HEAD_BYTES
        self.h2_conn.local_settings.acknowledge()
        self._last: RequestReceived | None = None
        self._whole: int | None = None  # the last stream whose response had its whole body available

    def _handle_event(self, event: Any) -> Any:
        if isinstance(event, ResponseProtocolError) and has_page(event.code):
            event.code = KILLED
        if self._is_followed_at_once(event):
            yield from self._kept(super()._handle_event(event))
            return
        yield from super()._handle_event(event)
        if isinstance(event, DataReceived):
            if (limit := self.h2_conn.flood.limit) is not None and not self._is_over:
                yield from self._beyond(limit)
                yield from self.protocol_error("too many requests are taken back", ErrorCodes.ENHANCE_YOUR_CALM)
            elif self.h2_conn.has_half_a_head:
                self._wire.begins_a_head()
            elif self._wire.unfinished_since is not None and self._last is not None:
                self._wire.unfinished_since = None

    def _is_followed_at_once(self, event: Any) -> bool:
        """Whether this is the head or the data of a response whose whole body is available: the end follows immediately."""
        if isinstance(event, ResponseHeaders):
            self._whole = event.stream_id if has_its_body(event.response, event.end_stream) else None
            return self._whole is not None
        return isinstance(event, ResponseData) and event.stream_id == self._whole

    def _kept(self, handling: Any) -> Any:
        """Keeps the frames in h2's buffer until the next event, so that a response is one TLS record and one write, not three."""
        self.h2_conn.keeps = True
        try:
            for command in handling:
                if not isinstance(command, commands.SendData) or command.data:
                    yield command
        finally:
            self.h2_conn.keeps = False

    def received(self, events: list[Any]) -> list[Any]:
        """The events of one read that remain: a flood of requests that are cancelled at once is only counted."""
        left, unseen = without_taken_back(events)
        if unseen:
            self.h2_conn.flood.reset(unseen)
            self._wire.own.taken_back(unseen)
        return super().received(left)

    @property
    def _is_over(self) -> bool:
        return self.h2_conn.state_machine.state is ConnectionState.CLOSED

    def handle_h2_event(self, event: Any) -> Any:
        if isinstance(event, RequestReceived):
            self._last = event
            limit = limit_of_fields([name for name, _ in event.headers])
            if limit is not None:
                yield from self._refuse(event.stream_id, event, limit)
            else:
                yield from self._requested(event)
            return False
        if isinstance(event, StreamReset) and event.stream_id in self.streams:
            self.h2_conn.flood.reset()
        elif isinstance(event, DenialOfServiceError):
            yield from self._beyond(TOO_LONG if "header block" in str(event) else TOO_MANY_FRAMES)
        return (yield from super().handle_h2_event(event))

    def _requested(self, event: RequestReceived) -> Any:
        """Where mitmproxy ends the connection, with all calls on it, only this one is refused."""
        assert event.stream_id is not None
        fault = self._received(event)
        if fault is None:
            try:
                request = _request_of(event.headers)
            except ValueError as error:
                fault = str(error)
            else:
                self.streams[event.stream_id] = StreamState.HEADERS_RECEIVED
                yield ReceiveHttp(RequestHeaders(event.stream_id, request, bool(event.stream_ended)))
                return
        yield from self._refuse(event.stream_id, event, Malformed(fault))

    def _beyond(self, limit: LimitReached) -> Any:
        """One record for all requests beyond the limit: a request like the last one, on a nonexistent stream."""
        yield from self._refuse(self.h2_conn.highest_inbound_stream_id + 2, self._last, limit)

    def _refuse(self, stream_id: int, event: RequestReceived | None, refusal: Refusal) -> Any:
        request = request_of(event) if event is not None else None
        request = request or unread_request(self.context)
        if request is not None:
            yield ReceiveHttp(RefusedHead(stream_id, request, True, refusal=refusal))
            return
        if isinstance(refusal, LimitReached):
            self._wire.own.limit_passed(self.context.client, refusal)
        if not self.is_closed(stream_id):
            self.h2_conn.reset_stream(stream_id, ErrorCodes.PROTOCOL_ERROR)


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


def request_of(event: RequestReceived) -> http.Request | None:
    """As much of a request as its record needs; None if it names no target."""
    try:
        return _request_of((event.headers or [])[:SHOWN_FIELDS])
    except ValueError:
        return None


def _request_of(fields: Any) -> http.Request:
    """Raises ValueError."""
    host, port, method, scheme, authority, path, headers = parse_h2_request_headers(fields)
    return http.Request(
        host=host,
        port=port,
        method=method,
        scheme=scheme,
        authority=authority,
        path=path,
        http_version=b"HTTP/2.0",
        headers=headers,
        content=None,
        trailers=None,
        timestamp_start=time.time(),
        timestamp_end=None,
    )


class OwnHttp2Client(_Limited, Http2Client):
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

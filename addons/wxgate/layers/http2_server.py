"""HTTP/2 towards the client: no error pages of mitmproxy's own, bounds on what a client may send."""

import time
from typing import Any

from h2.connection import ConnectionState
from h2.errors import ErrorCodes
from h2.events import RequestReceived
from h2.events import StreamReset
from h2.exceptions import DenialOfServiceError
from mitmproxy import http
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers.http import Http2Server
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import ResponseData
from mitmproxy.proxy.layers.http import ResponseHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http._http2 import StreamState
from mitmproxy.proxy.layers.http._http2 import parse_h2_request_headers

from wxgate.layers.asked import unread_request
from wxgate.layers.codes import KILLED
from wxgate.layers.codes import has_page
from wxgate.layers.flood import TOO_MANY_FRAMES
from wxgate.layers.flood import without_taken_back
from wxgate.layers.http1_connection import has_its_body
from wxgate.layers.http2_connection import OwnHttp2Connection
from wxgate.layers.request_bounds import MOST_HEAD_BYTES as MOST_REQUEST_HEAD_BYTES
from wxgate.layers.request_bounds import SHOWN_FIELDS
from wxgate.layers.request_bounds import TOO_LONG
from wxgate.layers.request_bounds import Refusal
from wxgate.layers.request_bounds import RefusedHead
from wxgate.layers.request_bounds import limit_of_fields
from wxgate.layers.request_fields import RequestDecoder
from wxgate.layers.wire import Wire
from wxpolicy.call.events import LimitReached
from wxpolicy.call.events import Malformed


class OwnHttp2Server(OwnHttp2Connection, Http2Server):
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

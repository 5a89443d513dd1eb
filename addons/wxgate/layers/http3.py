"""mitmproxy's HTTP/3, without its error pages, and with HTTP/2's limits for heads and for cancelled requests."""

from typing import Any

from aioquic.h3.connection import ErrorCode as H3ErrorCode
from aioquic.h3.events import HeadersReceived
from mitmproxy import http
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import Http3Server
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import RequestProtocolError
from mitmproxy.proxy.layers.http import ResponseProtocolError

from wxgate.layers.asked import unread_request
from wxgate.layers.codes import KILLED
from wxgate.layers.codes import has_page
from wxgate.layers.flood import Flood
from wxgate.layers.request_bounds import MOST_HEAD_BYTES
from wxgate.layers.request_bounds import SHOWN_FIELDS
from wxgate.layers.request_bounds import TOO_LONG
from wxgate.layers.request_bounds import RefusedHead
from wxgate.layers.request_bounds import limit_of_fields
from wxgate.layers.wire import Wire
from wxpolicy.call.events import LimitReached
from wxpolicy.call.events import Malformed

# No client opens it: a stream's number has 62 bits, and the last two of a client's are 0.
NO_STREAM = 1 << 62


class OwnHttp3Server(Http3Server):
    """Towards the client."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self._wire = wire
        self._flood = Flood()
        self._last: http.Request | None = None
        self._is_beyond = False

    def _handle_event(self, event: Any) -> Any:
        if isinstance(event, ResponseProtocolError):
            if event.stream_id == NO_STREAM:
                return
            if has_page(event.code):
                event.code = KILLED
        for command in super()._handle_event(event):
            if isinstance(command, ReceiveHttp) and isinstance(command.event, RequestProtocolError):
                self._flood.reset()
            yield command
        if (limit := self._flood.limit) is not None and not self._is_beyond:
            self._is_beyond = True
            self.h3_conn.close_connection(H3ErrorCode.H3_EXCESSIVE_LOAD, None, "too many requests are taken back")
            yield from self.h3_conn.transmit()
            yield from self._beyond(limit)

    def parse_headers(self, event: HeadersReceived) -> RequestHeaders:
        """Where mitmproxy ends the connection, with all calls on it, only this one is refused."""
        try:
            found: Any = super().parse_headers(event)
        except ValueError as error:
            request = unread_request(self.context)
            if request is None:
                raise
            return RefusedHead(event.stream_id, request, True, refusal=Malformed(str(error)))
        self._last = found.request
        return _within_bounds(found)

    def _beyond(self, limit: LimitReached) -> Any:
        """One record represents all requests beyond the limit: a request like the last one, on a stream that does not
        exist."""
        request = self._last.copy() if self._last is not None else unread_request(self.context)
        if request is None:
            self._wire.own.limit_passed(self.context.client, limit)
        else:
            request.headers.fields = request.headers.fields[:SHOWN_FIELDS]
            yield ReceiveHttp(RefusedHead(NO_STREAM, request, True, refusal=limit))


def _within_bounds(event: RequestHeaders) -> RequestHeaders:
    request = event.request
    fields = request.headers.fields
    limit = limit_of_fields([name for name, _ in fields])
    if len(request.data.path) + sum(len(name) + len(value) for name, value in fields) > MOST_HEAD_BYTES:
        limit = TOO_LONG
    if limit is None:
        return event
    request.headers.fields = fields[:SHOWN_FIELDS]
    return RefusedHead(event.stream_id, request, True, refusal=limit)

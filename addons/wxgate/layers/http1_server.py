"""HTTP/1 towards the client: requests are parsed as strictly as by mitmproxy, and its error pages are not sent."""

import asyncio
from collections.abc import Iterable
from typing import Any

from h11._receivebuffer import ReceiveBuffer
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers.http import Http1Server
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import ResponseData
from mitmproxy.proxy.layers.http import ResponseEndOfMessage
from mitmproxy.proxy.layers.http import ResponseHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http import ResponseTrailers

from wxgate.layers.asked import unread_request
from wxgate.layers.codes import CANCELLED
from wxgate.layers.codes import KILLED
from wxgate.layers.codes import has_page
from wxgate.layers.http1_connection import OwnHttp1Connection
from wxgate.layers.http1_connection import has_its_body
from wxgate.layers.http1_connection import is_chunked
from wxgate.layers.request_bounds import MOST_HEAD_BYTES
from wxgate.layers.request_bounds import MOST_HOST_FIELDS
from wxgate.layers.request_bounds import TOO_FAR_AHEAD
from wxgate.layers.request_bounds import TRAILER_TOO_LONG
from wxgate.layers.request_bounds import BeyondBounds
from wxgate.layers.request_bounds import RefusedHead
from wxgate.layers.request_bounds import beginning_of
from wxgate.layers.request_bounds import has_bare_line_feed
from wxgate.layers.request_bounds import limit_of
from wxgate.layers.request_bounds import refusal_in_words
from wxgate.layers.wire import FULL_FRAMES
from wxgate.layers.wire import Wire
from wxgate.layers.wire import wake
from wxpolicy.call.events import LimitReached
from wxpolicy.call.events import Malformed


class OwnHttp1Server(OwnHttp1Connection, Http1Server):
    """Towards the client."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self._wire = wire
        self._lines = 0  # received bytes of the head
        self._rooms: list[asyncio.Future[None]] = []  # of a client that is read no further

    def send(self, event: Any) -> Any:
        if self.head:
            yield from self.with_head(self._send(event))
        elif isinstance(event, ResponseHeaders) and has_its_body(event.response, event.end_stream):
            self.keep_head(super().send(event))
        else:
            yield from self._send(event)

    def _send(self, event: Any) -> Any:
        if isinstance(event, ResponseProtocolError):
            if has_page(event.code):
                event.code = KILLED
        elif isinstance(event, ResponseData) and self.response is not None and self.is_plain(self.response):
            if event.data:
                yield commands.SendData(self.conn, event.data)
            return
        elif isinstance(event, ResponseTrailers):
            self.trailers_to_send = event.trailers
            return
        elif self.trailers_to_send is not None and isinstance(event, ResponseEndOfMessage):
            assert self.request and self.response
            has_chunks = self.request.method.upper() != "HEAD" and is_chunked(self.response)
            yield from self.end_with_trailers(has_chunks, response=True)
            return
        yield from super().send(event)

    def read_headers(self, event: Any) -> Any:
        if isinstance(event, DataReceived):
            if (limit := self._limit_of_head(event.data)) is not None:
                yield from self._refuse(limit)
                return
            # Most heads arrive at once and contain none: only the others are examined closely.
            data = event.data or bytes(self.buf)
            if data.count(b"\n") != data.count(b"\r\n") and has_bare_line_feed(bytes(self.buf)):
                yield from self._refuse_two_readings()
                return
        reading, is_read = super().read_headers(event), False
        for command in reading:
            # All that mitmproxy sends while it reads a head is its error page.
            if isinstance(command, commands.SendData) and command.connection is self.conn:
                continue
            if not is_read and isinstance(command, commands.CloseConnection):
                # If there is a request to report, its stream closes the connection.
                yield _malformed(reading) or command
                return
            if not is_read and isinstance(command, ReceiveHttp):
                is_read, self._lines, self._wire.unfinished_since = True, 0, None
            yield command
        if self.buf and self.state == self.read_headers:
            self._wire.begins_a_head()

    def _limit_of_head(self, data: bytes) -> LimitReached | None:
        # Data that was already received comes with an empty event of its own.
        self._lines += data.count(b"\n") if data else bytes(self.buf).count(b"\n")
        if self._lines <= MOST_HOST_FIELDS and len(self.buf) <= MOST_HEAD_BYTES:
            return None
        return limit_of(bytes(self.buf))

    def _refuse(self, limit: LimitReached) -> Any:
        self.request = beginning_of(bytes(self.buf)) or unread_request(self.context)
        self.buf, self.state = ReceiveBuffer(), self.done
        if self.request is not None:
            yield ReceiveHttp(RefusedHead(self.stream_id, self.request, True, refusal=limit))
        else:
            self._wire.own.limit_passed(self.context.client, limit)
            yield commands.CloseConnection(self.conn)

    def _refuse_two_readings(self) -> Any:
        request = beginning_of(bytes(self.buf)) or unread_request(self.context)
        self.buf, self.state = ReceiveBuffer(), self.done
        if request is None:
            yield commands.CloseConnection(self.conn)
            return
        self.request = request
        refusal = Malformed("a line of the request's head ends with LF alone")
        yield ReceiveHttp(RefusedHead(self.stream_id, request, True, refusal=refusal))

    def read_body(self, event: Any) -> Any:
        for command in super().read_body(event):
            reader = getattr(self.body_reader, "reader", None)
            if isinstance(command, ReceiveHttp) and reader is not None and reader.is_too_long:
                command = _beyond(self.stream_id, TRAILER_TOO_LONG)
            yield command

    def mark_done(self, *, request: bool = False, response: bool = False) -> Any:
        yield from super().mark_done(request=request, response=response)
        if self._rooms:
            rooms, self._rooms = self._rooms, []
            wake(rooms)

    def _frames_ahead(self) -> int:
        is_ahead = self.state == self.wait and len(self.buf) > MOST_HEAD_BYTES
        return FULL_FRAMES if is_ahead else 0

    def wait(self, event: Any) -> Any:
        if isinstance(event, DataReceived) and len(self.buf) > MOST_HEAD_BYTES and self.response is not None:
            # The client may already have the whole answer, while a hook still waits. No more is read until that is done.
            self._wire.is_behind(self._frames_ahead, self._rooms.append)
        elif isinstance(event, DataReceived) and len(self.buf) > MOST_HEAD_BYTES:
            self.buf, self.state = ReceiveBuffer(), self.done
            yield commands.CloseConnection(self.conn)
            yield _beyond(self.stream_id, TOO_FAR_AHEAD)
        else:
            yield from super().wait(event)


def _beyond(stream_id: int, limit: LimitReached) -> ReceiveHttp:
    return ReceiveHttp(BeyondBounds(stream_id, refusal_in_words(limit), CANCELLED, limit=limit))


def _malformed(rest: Iterable[Any]) -> ReceiveHttp | None:
    """The request that mitmproxy rejects, after it has closed its connection; None if there is none to report."""
    told = [command.event for command in rest if isinstance(command, ReceiveHttp)]
    if not told or not isinstance(told[0], RequestHeaders):
        return None
    why = getattr(told[-1], "message", "")
    return ReceiveHttp(RefusedHead(told[0].stream_id, told[0].request, True, refusal=Malformed(why)))

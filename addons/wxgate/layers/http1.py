"""HTTP/1 as mitmproxy speaks it, without pages of its own, with framing and trailers, and with one answer a request.

Requests are read as strictly as mitmproxy reads them; answers as a phone reads them (answer_head.py).
"""

from collections.abc import Iterable
from typing import Any

from h11._receivebuffer import ReceiveBuffer
from mitmproxy.net.http.http1 import expected_http_body_size
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers.http import Http1Client
from mitmproxy.proxy.layers.http import Http1Server
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestData
from mitmproxy.proxy.layers.http import RequestEndOfMessage
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import RequestTrailers
from mitmproxy.proxy.layers.http import ResponseData
from mitmproxy.proxy.layers.http import ResponseEndOfMessage
from mitmproxy.proxy.layers.http import ResponseHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http import ResponseTrailers
from mitmproxy.proxy.layers.http._http1 import make_body_reader
from mitmproxy.proxy.layers.http._http1 import should_make_pipe

from wxgate.layers.answer_chunks import AnswerChunks
from wxgate.layers.answer_head import NO_STATUS_LINE
from wxgate.layers.answer_head import TOO_LONG
from wxgate.layers.answer_head import AnswerHead
from wxgate.layers.answer_head import NotCarried
from wxgate.layers.answer_head import begins_like_an_answer
from wxgate.layers.answer_head import read_answer_head
from wxgate.layers.answers import not_carried
from wxgate.layers.answers import response_of
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
from wxgate.layers.wire import Wire
from wxpolicy.call.events import LimitReached
from wxpolicy.call.events import Malformed

# So many interim answers before the answer itself; a server that sends more never answers.
MOST_INTERIM = 100


class OwnHttp1Server(OwnHttp1Connection, Http1Server):
    """Towards the client."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self._wire = wire
        self._lines = 0  # that have come of the head

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
            # Most heads have come at once and hold none: the rest is looked at closely.
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
                # Where there is a request to tell of, its stream closes the connection.
                yield _malformed(reading) or command
                return
            if not is_read and isinstance(command, ReceiveHttp):
                is_read, self._lines, self._wire.unfinished_since = True, 0, None
            yield command
        if self.buf and self.state == self.read_headers:
            self._wire.begins_a_head()

    def _limit_of_head(self, data: bytes) -> LimitReached | None:
        # What was sent ahead comes with an event of its own that is empty.
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

    def wait(self, event: Any) -> Any:
        if isinstance(event, DataReceived) and len(self.buf) > MOST_HEAD_BYTES:
            self.buf, self.state = ReceiveBuffer(), self.done
            yield commands.CloseConnection(self.conn)
            yield _beyond(self.stream_id, TOO_FAR_AHEAD)
        else:
            yield from super().wait(event)


class OwnHttp1Client(OwnHttp1Connection, Http1Client):
    """Towards the origin."""

    _interim_answers = 0
    _is_irregular = False
    _chunks: AnswerChunks | None = None

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self._wire = wire

    def send(self, event: Any) -> Any:
        if self.head:
            yield from self.with_head(self._send(event))
        elif isinstance(event, RequestHeaders) and has_its_body(event.request, event.end_stream):
            self.keep_head(self._send(event))
        else:
            yield from self._send(event)

    def _send(self, event: Any) -> Any:
        if isinstance(event, RequestHeaders):
            self._interim_answers = 0
            event = _framed(event)
        elif isinstance(event, RequestData) and self.request is not None and self.is_plain(self.request):
            if event.data:
                yield commands.SendData(self.conn, event.data)
            return
        elif isinstance(event, RequestTrailers):
            self.trailers_to_send = event.trailers
            return
        elif self.trailers_to_send is not None and isinstance(event, RequestEndOfMessage):
            assert self.request
            yield from self.end_with_trailers(is_chunked(self.request), request=True)
            return
        elif isinstance(event, RequestEndOfMessage) and self._ends_by_its_length():
            yield from self.mark_done(request=True)
            return
        yield from super().send(event)

    def read_headers(self, event: Any) -> Any:
        """Reads the answer as a phone does (answer_head.py), where mitmproxy would refuse what a phone takes.

        Interim answers (100, 102, 103) are dropped: mitmproxy has sent its own 100, and what counts is the answer.
        """
        if not isinstance(event, DataReceived) or self.request is None:
            yield from super().read_headers(event)
            return
        head = self._next_head()
        if isinstance(head, NotCarried):
            yield commands.CloseConnection(self.conn)
            yield ReceiveHttp(not_carried(self.stream_id, head))
        elif head is not None:
            yield from self._answered(head, event)

    def _next_head(self) -> AnswerHead | NotCarried | None:
        """The answer's own head; None where it is still to come."""
        for _ in range(MOST_INTERIM + 1):
            if not begins_like_an_answer(bytes(self.buf)):
                return NO_STATUS_LINE
            lines = self.buf.maybe_extract_lines()
            if lines is None:
                return TOO_LONG if len(self.buf) > MOST_HEAD_BYTES else None
            if not lines:
                continue  # an empty line before the answer
            # Also where all of it came at once: the bound is not one of chance.
            if sum(map(len, lines)) > MOST_HEAD_BYTES:
                return TOO_LONG
            head = read_answer_head([bytes(line) for line in lines])
            if isinstance(head, NotCarried) or head.status == 101 or head.status >= 200:
                return head
            self._is_irregular |= head.is_irregular
            self._interim_answers += 1
            if self._interim_answers > MOST_INTERIM:
                break
        return NotCarried("the server sends interim answers without end")

    def _answered(self, head: AnswerHead, event: Any) -> Any:
        assert self.request is not None and self.stream_id is not None
        self._is_irregular |= head.is_irregular
        self.response = response_of(head)
        size = expected_http_body_size(self.request, self.response)
        yield ReceiveHttp(ResponseHeaders(self.stream_id, self.response, size == 0))
        if size is None:
            self.body_reader = self._chunks = AnswerChunks()
        else:
            self.body_reader = make_body_reader(size)
        self.state = self.read_body
        yield from self.state(event)

    def read_body(self, event: Any) -> Any:
        """The answer's end is told once this connection is free: a request that was sent ahead comes to it at once."""
        if self.response_done and isinstance(event, DataReceived):
            # Behind an answer that came before its request's end: mitmproxy would end the answer once more.
            self.buf, self._is_irregular = ReceiveBuffer(), True
            return
        ends = []
        for command in super().read_body(event):
            is_end = isinstance(command, ReceiveHttp) and isinstance(command.event, ResponseEndOfMessage)
            if is_end and not self._becomes_a_pipe():
                ends.append(command)
            else:
                yield command
        yield from ends

    def mark_done(self, *, request: bool = False, response: bool = False) -> Any:
        """A connection that answered irregularly carries no other call: where its next answer begins is not sure."""
        is_over = (request or self.request_done) and (response or self.response_done)
        is_irregular = self._is_irregular or (self._chunks is not None and self._chunks.is_irregular)
        if is_over:
            self._chunks = None
        if is_over and is_irregular and not self._becomes_a_pipe():
            yield commands.CloseConnection(self.conn)
            self.state = self.done
            return
        yield from super().mark_done(request=request, response=response)

    def _ends_by_its_length(self) -> bool:
        """Whether nothing is to be sent at the end of the request: neither a last chunk nor the end of the stream."""
        return self.response is None and self.request is not None and "transfer-encoding" not in self.request.headers

    def _becomes_a_pipe(self) -> bool:
        assert self.request is not None and self.response is not None
        return should_make_pipe(self.request, self.response)


def _beyond(stream_id: int, limit: LimitReached) -> ReceiveHttp:
    return ReceiveHttp(BeyondBounds(stream_id, refusal_in_words(limit), CANCELLED, limit=limit))


def _malformed(rest: Iterable[Any]) -> ReceiveHttp | None:
    """The request that mitmproxy refuses, once it has closed its connection; None where there is none to tell of."""
    told = [command.event for command in rest if isinstance(command, ReceiveHttp)]
    if not told or not isinstance(told[0], RequestHeaders):
        return None
    why = getattr(told[-1], "message", "")
    return ReceiveHttp(RefusedHead(told[0].stream_id, told[0].request, True, refusal=Malformed(why)))


def _framed(event: RequestHeaders) -> RequestHeaders:
    """Chunks an HTTP/2 body of no declared length: sent without framing, the server would take it for a request."""
    request = event.request
    if event.end_stream or not (request.is_http2 or request.is_http3):
        return event
    if "content-length" in request.headers or "transfer-encoding" in request.headers:
        return event
    # A copy: the session keeps the request as the client sent it.
    chunked = request.copy()
    chunked.headers["transfer-encoding"] = "chunked"
    return RequestHeaders(event.stream_id, chunked, event.end_stream)

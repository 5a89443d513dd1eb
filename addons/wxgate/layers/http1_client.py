"""HTTP/1 towards the origin: responses are parsed as a phone does (answer_head.py), one for each request."""

from typing import Any

from h11._receivebuffer import ReceiveBuffer
from mitmproxy.net.http.http1 import expected_http_body_size
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers.http import Http1Client
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestData
from mitmproxy.proxy.layers.http import RequestEndOfMessage
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import RequestTrailers
from mitmproxy.proxy.layers.http import ResponseEndOfMessage
from mitmproxy.proxy.layers.http import ResponseHeaders
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
from wxgate.layers.http1_connection import OwnHttp1Connection
from wxgate.layers.http1_connection import has_its_body
from wxgate.layers.http1_connection import is_chunked
from wxgate.layers.request_bounds import MOST_HEAD_BYTES
from wxgate.layers.wire import Wire

# Maximum number of interim responses; a server that sends more never answers.
MOST_INTERIM = 100


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
        """Parses the response as a phone does (answer_head.py), where mitmproxy would reject what a phone accepts.

        Interim responses (100, 102, 103) are dropped: mitmproxy has sent its own 100, and only the final response
        matters.
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
        """The final response's head; None if it has not arrived yet."""
        for _ in range(MOST_INTERIM + 1):
            if not begins_like_an_answer(bytes(self.buf)):
                return NO_STATUS_LINE
            lines = self.buf.maybe_extract_lines()
            if lines is None:
                return TOO_LONG if len(self.buf) > MOST_HEAD_BYTES else None
            if not lines:
                continue  # an empty line before the response
            # Also if everything arrived at once: the limit must not depend on chance.
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
        """The response's end is passed on when this connection is free: a request that was already sent can use it at
        once."""
        if self.response_done and isinstance(event, DataReceived):
            # After a response that arrived before the end of its request: mitmproxy would end the response again.
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
        """A connection with an irregular response is not reused: it is uncertain where its next response starts."""
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
        """Whether nothing is sent at the end of the request: neither a last chunk nor the end of the stream."""
        return self.response is None and self.request is not None and "transfer-encoding" not in self.request.headers

    def _becomes_a_pipe(self) -> bool:
        assert self.request is not None and self.response is not None
        return should_make_pipe(self.request, self.response)


def _framed(event: RequestHeaders) -> RequestHeaders:
    """Chunks an HTTP/2 body without a declared length: without framing, the server would take it for a request."""
    request = event.request
    if event.end_stream or not (request.is_http2 or request.is_http3):
        return event
    if "content-length" in request.headers or "transfer-encoding" in request.headers:
        return event
    # A copy: the session keeps the request as the client sent it.
    chunked = request.copy()
    chunked.headers["transfer-encoding"] = "chunked"
    return RequestHeaders(event.stream_id, chunked, event.end_stream)

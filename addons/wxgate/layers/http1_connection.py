"""What both sides of HTTP/1 have in common: trailers, large bodies, and heads that are sent with their bodies."""

import re
from typing import Any

from h11 import EndOfMessage
from h11._readers import ChunkedReader
from h11._readers import ContentLengthReader
from mitmproxy import http
from mitmproxy.proxy import commands
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.layers.http import Http1Connection
from mitmproxy.proxy.layers.http import Http1Server
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestEndOfMessage
from mitmproxy.proxy.layers.http import RequestTrailers
from mitmproxy.proxy.layers.http import ResponseEndOfMessage
from mitmproxy.proxy.layers.http import ResponseTrailers

from wxgate.layers.answer_chunks import AnswerChunks
from wxgate.layers.answer_chunks import RequestChunks
from wxgate.layers.reading import WIDE_BYTES
from wxgate.layers.wire import Wire

# RFC 9110 §6.5.1: fields that frame or route a message are never trailers.
NEVER_TRAILERS = frozenset(
    {b"transfer-encoding", b"content-length", b"host", b"content-encoding", b"content-type", b"trailer", b"upgrade"}
)
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# A longer body is not copied to be sent with its head.
MOST_JOINED_BYTES = 64 * 1024
_ENDS = (RequestEndOfMessage, ResponseEndOfMessage)


class _BodyWithTrailers:
    """A reader of a chunked body. mitmproxy raises on trailers, so they are kept separately."""

    def __init__(self, reader: AnswerChunks) -> None:
        self.reader = reader
        self.trailers: tuple[tuple[bytes, bytes], ...] = ()

    def __call__(self, received: Any) -> Any:
        return self._without_trailers(self.reader(received))

    def read_eof(self) -> Any:
        return self._without_trailers(self.reader.read_eof())

    def _without_trailers(self, event: Any) -> Any:
        if isinstance(event, EndOfMessage) and event.headers:
            self.trailers = tuple(
                (bytes(name), bytes(value)) for name, value in event.headers.raw_items() if _may_trail(name)
            )
            return EndOfMessage()
        return event


def _may_trail(name: bytes) -> bool:
    # HTTP/2 may have let pass what is not a name here, with a colon or a blank in it.
    return _TOKEN.fullmatch(name) is not None and bytes(name).lower() not in NEVER_TRAILERS


class OwnHttp1Connection(Http1Connection):
    """Both sides of the proxy: trailers are received, kept until the body's end, and sent."""

    _wire: Wire
    stream_id: Any  # a number, or None until a server's connection has its first request
    _reads_wide = False
    trailers_to_send: http.Headers | None = None
    head: bytes = b""  # sent with what follows it
    _framed_as: tuple[http.Message, bool] | None = None

    def _handle_event(self, event: Any) -> Any:
        # Most of a large body: what does not end it needs no buffer, in which it would be copied three times.
        if (
            type(event) is DataReceived
            and self.state == self.read_body
            and type(reader := self.body_reader) is ContentLengthReader
            and len(event.data) < reader._remaining
            and event.data
            and not self.buf
        ):
            reader._remaining -= len(event.data)
            if self._reads_wide is not (reader._remaining >= WIDE_BYTES):
                self._reads_wide = not self._reads_wide
                self._wire.read_wide(self.conn, self._reads_wide)
            yield ReceiveHttp(self.ReceiveData(self.stream_id, event.data))
        else:
            yield from super()._handle_event(event)

    def is_plain(self, message: http.Message) -> bool:
        """Whether the data of ``message`` is sent as it is. mitmproxy determines its framing with each chunk."""
        if self._framed_as is None or self._framed_as[0] is not message:
            self._framed_as = message, is_chunked(message)
        return not self._framed_as[1]

    def read_body(self, event: Any) -> Any:
        if isinstance(self.body_reader, ChunkedReader):
            chunks = self.body_reader if isinstance(self.body_reader, AnswerChunks) else RequestChunks()
            self.body_reader = _BodyWithTrailers(chunks)  # type: ignore[assignment]
        reader = self.body_reader
        if not isinstance(reader, _BodyWithTrailers):
            return (yield from super().read_body(event))
        for command in super().read_body(event):
            if reader.trailers and isinstance(command, ReceiveHttp) and isinstance(command.event, _ENDS):
                kind = RequestTrailers if isinstance(self, Http1Server) else ResponseTrailers
                # HTTP/2 on the other side accepts lower-case names only.
                fields = [(name.lower(), value) for name, value in reader.trailers]
                yield ReceiveHttp(kind(command.event.stream_id, http.Headers(fields)))
            yield command

    def end_with_trailers(self, is_chunked: bool, **done: bool) -> Any:
        """The end of a body with its trailers; without chunked encoding they cannot be sent."""
        trailers, self.trailers_to_send = self.trailers_to_send, None
        assert trailers is not None
        if is_chunked:
            lines = b"".join(
                name + b": " + value + b"\r\n"
                for name, value in trailers.fields
                if _may_trail(name) and not re.search(rb"[\r\n\0]", name + value)
            )
            yield commands.SendData(self.conn, b"0\r\n" + lines + b"\r\n")
        yield from self.mark_done(**done)

    def mark_done(self, *, request: bool = False, response: bool = False) -> Any:
        is_over = (request or self.request_done) and (response or self.response_done)
        if not is_over or not _stays_open(self.request, self.response):
            yield from super().mark_done(request=request, response=response)
            return
        # The rest of it, if nothing requires more than HTTP/1.1's default behaviour.
        self.request_done = self.response_done = False
        self.request = self.response = None
        self.stream_id = self.stream_id + 2 if isinstance(self, Http1Server) else None
        self.state = self.read_headers
        if self.buf:
            yield from self.state(DataReceived(self.conn, b""))

    def keep_head(self, sending: Any) -> None:
        """Two writes would be two TLS records and two system calls here, and two wake-ups at the other end."""
        self.head = b"".join(command.data for command in sending)

    def with_head(self, sending: Any) -> Any:
        """What is sent next, after the head that was kept."""
        head, self.head = self.head, b""
        for command in sending:
            if head and isinstance(command, commands.SendData) and len(command.data) <= MOST_JOINED_BYTES:
                command.data = head + command.data
            elif head:
                yield commands.SendData(self.conn, head)
            head = b""
            yield command
        if head:
            yield commands.SendData(self.conn, head)


def has_its_body(message: http.Message, end_stream: bool) -> bool:
    """Whether the body of a message is available, and is sent right after its head."""
    return not end_stream and bool(message.data.content) and not message.stream


def is_chunked(message: http.Message) -> bool:
    return "chunked" in message.headers.get("transfer-encoding", "").lower()


def _stays_open(request: http.Request | None, response: http.Response | None) -> bool:
    """Whether a connection clearly stays open for its next call; mitmproxy examines framing and fields three times for
    that."""
    if request is None or response is None or response.status_code == 101 or request.data.method.upper() == b"CONNECT":
        return False
    if not request.data.http_version == response.data.http_version == b"HTTP/1.1":
        return False
    has_length = False
    for message in (request, response):
        for name, value in message.headers.fields:
            length = len(name)
            if length == 10 and name.lower() == b"connection" and value.lower() != b"keep-alive":
                return False
            if length == 17 and name.lower() == b"transfer-encoding":
                return False
            if length == 14 and message is response and name.lower() == b"content-length":
                has_length = True
    return has_length

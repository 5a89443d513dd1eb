"""HTTP/2 on one connection (h2): each stream is answered in a task of its own."""

import asyncio

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated
from h2.events import DataReceived
from h2.events import Event
from h2.events import RequestReceived
from h2.events import StreamEnded
from h2.events import StreamReset
from h2.exceptions import H2Error
from h2.exceptions import ProtocolError

from wxlab.exchange import Body
from wxlab.exchange import Exchange
from wxlab.exchange import Headers
from wxlab.exchange import PeerGone
from wxlab.link import Link
from wxlab.routes import find


class Http2Server:
    """See ``wxlab.link.HttpServer``."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        self._arriving: dict[int, tuple[list[tuple[str, str]], Body]] = {}
        self._answering: dict[int, asyncio.Task[None]] = {}
        self._written = asyncio.Event()  # there is something to write
        self._moved = asyncio.Event()  # a window grew, or a stream ended
        self._over = False
        self.h2.initiate_connection()
        self._written.set()

    def receive(self, data: bytes) -> None:
        try:
            for event in self.h2.receive_data(data):
                self._take(event)
        except ProtocolError as error:
            self._link.log.complained(f"not HTTP/2: {error!r}")
            self._over = True
        self._moved.set()
        self._written.set()

    async def serve(self) -> None:
        while True:
            await self._written.wait()
            self._written.clear()
            await self.flush()
            if self._over:
                return

    def gone(self) -> None:
        for stream_id in list(self._arriving):
            self._record(stream_id, complete=False)
        for task in self._answering.values():
            task.cancel()

    def _take(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            headers = [(_text(name), _text(value)) for name, value in event.headers or []]
            self._arriving[event.stream_id] = (headers, Body())
        elif isinstance(event, DataReceived):
            self._arriving[event.stream_id][1].add(event.data)
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            self._answer(event.stream_id)
        elif isinstance(event, StreamReset):
            if event.stream_id in self._arriving:
                self._record(event.stream_id, complete=False)
            if task := self._answering.get(event.stream_id):
                task.cancel()
        elif isinstance(event, ConnectionTerminated):
            self._over = True

    def _answer(self, stream_id: int) -> None:
        exchange = self._record(stream_id, complete=True)
        task = asyncio.ensure_future(find(self._link.routes, exchange.path)(exchange))
        self._answering[stream_id] = task
        task.add_done_callback(lambda ended: self._answered(stream_id, ended))

    def _answered(self, stream_id: int, task: "asyncio.Task[None]") -> None:
        self._answering.pop(stream_id, None)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, PeerGone):
            self._link.log.complained(repr(error))
            Stream(self, stream_id).reset(ErrorCodes.INTERNAL_ERROR)

    def _record(self, stream_id: int, *, complete: bool) -> Exchange:
        headers, body = self._arriving.pop(stream_id)
        pseudo = dict(headers)
        seen = self._link.seen(
            pseudo.get(":method", ""),
            pseudo.get(":path", ""),
            pseudo.get(":authority") or pseudo.get("host", ""),
            [(name, value) for name, value in headers if not name.startswith(":")],
            body,
            http_version="HTTP/2",
            complete=complete,
        )
        return Exchange(seen, Stream(self, stream_id))

    async def flush(self) -> None:
        data = self.h2.data_to_send()
        if data:
            await self._link.write(data)

    async def window(self) -> None:
        """Waits for the peer's next frames, which may enlarge a window."""
        self._moved.clear()
        await self._moved.wait()

    def soon(self) -> None:
        """Makes ``serve`` write what is waiting."""
        self._written.set()


class Stream:
    """The ``Wire`` of one exchange."""

    def __init__(self, server: Http2Server, stream_id: int) -> None:
        self._server = server
        self._h2 = server.h2
        self._id = stream_id

    async def head(self, status: int, headers: Headers) -> None:
        try:
            self._h2.send_headers(self._id, [(":status", str(status)), *headers])
        except H2Error as error:
            raise PeerGone(repr(error)) from error
        await self._server.flush()

    async def data(self, chunk: bytes) -> None:
        while chunk:
            try:
                room = min(self._h2.local_flow_control_window(self._id), self._h2.max_outbound_frame_size)
                if room > 0:
                    self._h2.send_data(self._id, chunk[:room])
            except H2Error as error:
                raise PeerGone(repr(error)) from error
            if room > 0:
                chunk = chunk[room:]
                await self._server.flush()
            else:
                await self._server.window()

    async def end(self) -> None:
        try:
            self._h2.end_stream(self._id)
        except H2Error as error:
            raise PeerGone(repr(error)) from error
        await self._server.flush()

    async def cut(self, *, reset: bool) -> None:
        self.reset(ErrorCodes.INTERNAL_ERROR if reset else ErrorCodes.CANCEL)

    def reset(self, code: ErrorCodes) -> None:
        try:
            self._h2.reset_stream(self._id, code)
        except H2Error:
            return
        self._server.soon()


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value

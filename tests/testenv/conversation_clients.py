"""Clients of the random conversations: HTTP/1.1 and HTTP/2 through CONNECT and TLS."""

import asyncio
import random
import ssl
from collections.abc import Sequence
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated
from h2.events import DataReceived
from h2.events import PingAckReceived
from h2.events import RemoteSettingsChanged
from h2.events import ResponseReceived
from h2.events import StreamEnded
from h2.events import StreamReset
from h2.events import WindowUpdated
from h2.exceptions import ProtocolError

from testenv.changes_on_the_way import ANSWER
from testenv.conversations import FAILED
from testenv.conversations import UPGRADE
from testenv.conversations import Call
from testenv.conversations import chunked
from testenv.conversations import read_message
from testenv.cutting import write
from testenv.socket_conversations import Socket

# Clients


class Client:
    """Tunnels through the proxy to ``host``."""

    def __init__(self, port: int, host: str, ca_pem: Any) -> None:
        self._port, self._host = port, host
        self._contexts = {}
        for alpn in ("http/1.1", "h2"):
            self._contexts[alpn] = ssl.create_default_context(cafile=str(ca_pem))
            self._contexts[alpn].set_alpn_protocols([alpn])

    async def _tunnel(self, alpn: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(f"CONNECT {self._host}:443 HTTP/1.1\r\nHost: {self._host}:443\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        await writer.start_tls(self._contexts[alpn], server_hostname=self._host)
        return reader, writer

    async def http1(self, calls: Sequence[Call], chance: random.Random) -> list[Any]:
        """What became of each: (status, body), or FAILED."""
        reader, writer = await self._tunnel("http/1.1")
        found: list[Any] = []
        try:
            for call in calls:
                head = f"{call.method} {call.path} HTTP/1.1\r\nHost: {self._host}\r\nX-Do: {','.join(call.orders)}\r\n"
                framing = (
                    "Transfer-Encoding: chunked\r\n" if call.is_chunked else f"Content-Length: {len(call.sent)}\r\n"
                )
                data = (head + (framing if call.sent else "") + "\r\n").encode()
                data += chunked(call.sent, chance) if call.is_chunked else call.sent
                await write(writer, data[: len(data) // 2] if call.leaves in ("head", "middle") else data, chance)
                if call.leaves:
                    await asyncio.sleep(chance.choice((0, 0.01)))
                    break
                has_body = call.method != "HEAD" and (call.status not in (204, 304) or call.expected == (203, ANSWER))
                status, _, content = await read_message(reader, has_body=has_body)
                found.append((int(status), content))
        except (OSError, asyncio.IncompleteReadError):
            found.append(FAILED)
        finally:
            writer.transport.abort()
        return found

    async def http2(self, calls: Sequence[Call], chance: random.Random) -> list[Any]:
        """All at once on one connection."""
        reader, writer = await self._tunnel("h2")
        peer = _Http2(writer, chance)
        reading = asyncio.ensure_future(peer.read(reader))
        try:
            await asyncio.gather(*(peer.call(call, self._host) for call in calls))
            await peer.is_read()
            return [peer.found[call.path] for call in calls if not call.leaves]
        finally:
            reading.cancel()
            writer.transport.abort()

    async def socket(self, socket: "Socket") -> None:
        reader, writer = await self._tunnel("http/1.1")
        try:
            writer.write(f"GET {socket.path} HTTP/1.1\r\nHost: {self._host}\r\n{UPGRADE}\r\n".encode())
            await reader.readuntil(b"\r\n\r\n")
            await socket.talk(reader, writer, is_client=True)
            await socket.is_done.wait()
        finally:
            writer.transport.abort()


class _Http2:
    def __init__(self, writer: asyncio.StreamWriter, chance: random.Random) -> None:
        self.found: dict[str, Any] = {}
        self._h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
        self._h2.initiate_connection()
        self._writer, self._chance = writer, chance
        self._writing = asyncio.Lock()
        self._has_room = asyncio.Event()
        self._is_read = asyncio.Event()
        self._streams: dict[int, tuple[Call, asyncio.Future[Any], list[Any]]] = {}

    async def _flush(self) -> None:
        async with self._writing:
            await write(self._writer, self._h2.data_to_send(), self._chance)

    async def is_read(self) -> None:
        """Returns when the other end has read everything; what is unread would be lost with the connection."""
        if not self._is_read.is_set():
            self._h2.ping(bytes(8))
            await self._flush()
            await self._is_read.wait()

    async def call(self, call: Call, host: str) -> None:
        stream_id = self._h2.get_next_available_stream_id()
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._streams[stream_id] = call, done, [0, b""]
        fields = [(":method", call.method), (":scheme", "https"), (":authority", host), (":path", call.path)]
        fields.append(("x-do", ",".join(call.orders)))
        if call.sent and not call.is_chunked:
            fields.append(("content-length", str(len(call.sent))))
        self._h2.send_headers(stream_id, fields, end_stream=not call.sent)
        left = call.sent if call.leaves != "head" else b""
        until = len(left) // 2 if call.leaves == "middle" else 0
        await self._flush()
        while len(left) > until and not done.done():
            room = min(self._h2.local_flow_control_window(stream_id), self._h2.max_outbound_frame_size, len(left))
            if room <= 0:
                self._has_room.clear()
                await self._has_room.wait()
                continue
            self._h2.send_data(stream_id, left[:room], end_stream=room == len(left))
            left = left[room:]
            await self._flush()
        if call.leaves:
            await asyncio.sleep(self._chance.choice((0, 0.01)))
            if not done.done():
                self._h2.reset_stream(stream_id, 8)
                await self._flush()
            return
        self.found[call.path] = await done

    async def read(self, reader: asyncio.StreamReader) -> None:
        try:
            while data := await reader.read(65536):
                for event in self._h2.receive_data(data):
                    self._take(event)
                await self._flush()
        except (OSError, ProtocolError):
            pass
        for _, done, _ in self._streams.values():
            _end(done, FAILED)
        self._has_room.set()
        self._is_read.set()

    def _take(self, event: Any) -> None:
        if isinstance(event, (WindowUpdated, RemoteSettingsChanged)):
            self._has_room.set()
        if isinstance(event, PingAckReceived):
            self._is_read.set()
        if isinstance(event, ConnectionTerminated):
            raise ProtocolError("GOAWAY")
        if (found := self._streams.get(getattr(event, "stream_id", None) or 0)) is None:
            return
        call, done, answer = found
        if isinstance(event, ResponseReceived):
            answer[0] = int(dict(event.headers)[":status"])
        elif isinstance(event, DataReceived):
            answer[1] += event.data
            if not call.leaves:
                self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamEnded):
            _end(done, tuple(answer))
        elif isinstance(event, StreamReset):
            _end(done, FAILED)
            self._has_room.set()


def _end(done: "asyncio.Future[Any]", answer: Any) -> None:
    if not done.done():
        done.set_result(answer)

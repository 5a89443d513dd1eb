"""One device that uses a proxy for hours: all protocols, good hosts and bad ones, and sometimes it disconnects early.

Each call that it sends has a unique number in its URL, so that records can be counted against ``sent``.
"""

import asyncio
import itertools
import random
import ssl
from collections import Counter
from collections.abc import Awaitable
from collections.abc import Callable
from contextlib import suppress

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated
from h2.events import DataReceived
from h2.events import StreamEnded
from h2.events import StreamReset
from h2.exceptions import ProtocolError
from wsproto import ConnectionType
from wsproto import WSConnection
from wsproto.events import AcceptConnection
from wsproto.events import CloseConnection
from wsproto.events import RejectConnection
from wsproto.events import Request
from wsproto.events import TextMessage

MARK = "soak"
PATIENCE_S = 20.0
_GIVES_UP_AFTER_S = 0.05

LISTED, UNLISTED, EXPIRED, SOCKET = "api.example.com", "unlisted.example.com", "expired.example.com", "ws.example.com"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Device:
    """``address`` is the loopback address that it connects from; ``numbers`` are shared by all devices. ``sent`` counts
    its calls by kind."""

    def __init__(
        self, proxy: tuple[str, int], trust: Callable[[tuple[str, ...]], ssl.SSLContext], address: str,
        numbers: "itertools.count[int]", seed: int,
    ) -> None:  # fmt: skip
        self._proxy = proxy
        self._trust = trust
        self._address = address
        self._numbers = numbers
        self._random = random.Random(seed)
        self._kept: Streams | None = None
        self.sent: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()

    async def run(self, calls_a_second: float, until: Callable[[], bool]) -> None:
        kinds = [kind for kind, (weight, _) in KINDS.items() for _ in range(weight)]
        while not until():
            await asyncio.sleep(self._random.expovariate(calls_a_second))
            kind = self._random.choice(kinds)
            with suppress(OSError, EOFError, ProtocolError, asyncio.TimeoutError, asyncio.LimitOverrunError):
                await asyncio.wait_for(KINDS[kind][1](self, kind), PATIENCE_S)
        if self._kept is not None:
            self._kept[1].close()

    # Kinds of calls

    async def kept_alive(self, kind: str) -> None:
        """A small call on the connection that is kept alive."""
        if self._kept is None:
            self._kept = await self._tunnel(LISTED, ("http/1.1",))
        streams, self._kept = self._kept, None
        if await self._exchange(kind, streams, LISTED, "GET", "/json"):
            self._kept = streams

    async def upload(self, kind: str) -> None:
        await self._once(kind, LISTED, "POST", "/echo", b"x" * 100_000)

    async def download(self, kind: str) -> None:
        await self._once(kind, LISTED, "GET", "/bytes?n=300000&chunked=1")

    async def unlisted(self, kind: str) -> None:
        await self._once(kind, UNLISTED, "GET", "/json")

    async def expired(self, kind: str) -> None:
        await self._once(kind, EXPIRED, "GET", "/json")

    async def broken_off(self, kind: str) -> None:
        await self._once(kind, LISTED, "GET", self._random.choice(("/close", "/reset", "/cut-body")))

    async def plain(self, kind: str) -> None:
        streams = await asyncio.open_connection(*self._proxy, local_addr=(self._address, 0))
        await self._exchange(kind, streams, LISTED, "GET", f"http://{LISTED}/json")
        streams[1].close()

    async def given_up(self, kind: str) -> None:
        """Sends a complete call, and disconnects before there is an answer."""
        reader, writer = await self._tunnel(LISTED, ("http/1.1",))
        self._write(kind, writer, LISTED, "GET", "/hang")
        await writer.drain()
        await asyncio.sleep(_GIVES_UP_AFTER_S)
        writer.close()

    async def http2(self, kind: str) -> None:
        """Three concurrent calls; one of them is sometimes cancelled."""
        reader, writer = await self._tunnel(LISTED, ("h2",))
        h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
        h2.initiate_connection()
        waiting = set()
        for _ in range(3):
            stream_id = h2.get_next_available_stream_id()
            fields = [
                (":method", "GET"),
                (":scheme", "https"),
                (":authority", LISTED),
                (":path", self._numbered(kind, "/json")),
            ]
            h2.send_headers(stream_id, fields, end_stream=True)
            waiting.add(stream_id)
        writer.write(h2.data_to_send())
        if self._random.random() < 0.2:
            await asyncio.sleep(_GIVES_UP_AFTER_S / 10)
            h2.reset_stream(stream_id, 8)
            waiting.discard(stream_id)
            writer.write(h2.data_to_send())
        while waiting:
            received = await reader.read(65536)
            if not received:
                break
            for event in h2.receive_data(received):
                if isinstance(event, DataReceived):
                    h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, (StreamEnded, StreamReset)):
                    self.answered[kind] += isinstance(event, StreamEnded)
                    waiting.discard(event.stream_id)
                elif isinstance(event, ConnectionTerminated):
                    waiting.clear()
            writer.write(h2.data_to_send())
        writer.close()

    async def socket(self, kind: str) -> None:
        """Opens a WebSocket, has three messages echoed, and closes it."""
        reader, writer = await self._tunnel(SOCKET, ("http/1.1",))
        speaker, left = WSConnection(ConnectionType.CLIENT), 3
        writer.write(speaker.send(Request(host=SOCKET, target=self._numbered(kind, "/ws"))))
        while received := await reader.read(65536):
            speaker.receive_data(received)
            for event in speaker.events():
                if isinstance(event, (AcceptConnection, TextMessage)):
                    reply = TextMessage(data="hello") if left else CloseConnection(code=1000)
                    left -= 1
                    if left >= -1:
                        writer.write(speaker.send(reply))
                elif isinstance(event, (CloseConnection, RejectConnection)):
                    self.answered[kind] += 1
                    writer.close()
                    return

    # Their implementation

    async def _once(self, kind: str, host: str, method: str, path: str, body: bytes = b"") -> None:
        streams = await self._tunnel(host, ("http/1.1",))
        await self._exchange(kind, streams, host, method, path, body)
        streams[1].close()

    async def _exchange(
        self, kind: str, streams: Streams, host: str, method: str, path: str, body: bytes = b""
    ) -> bool:
        """Returns whether the answer was complete, so that the connection can be reused."""
        reader, writer = streams
        self._write(kind, writer, host, method, path, body)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            _, _, length = head.partition(b"content-length:")
            if length:
                await reader.readexactly(int(length.split(b"\r\n", 1)[0]))
            else:
                while (size := int(await reader.readline(), 16)) >= 0:
                    await reader.readexactly(size + 2)
                    if not size:
                        break
        except (OSError, EOFError, ValueError):
            writer.close()
            return False
        self.answered[kind] += 1
        return True

    def _write(
        self, kind: str, writer: asyncio.StreamWriter, host: str, method: str, path: str, body: bytes = b""
    ) -> None:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        head = f"{method} {self._numbered(kind, path)} HTTP/1.1\r\nHost: {host}\r\nX-Miniprogram-Api: request\r\n{length}\r\n"
        writer.write(head.encode() + body)

    def _numbered(self, kind: str, path: str) -> str:
        self.sent[kind] += 1
        return f"{path}{'&' if '?' in path else '?'}{MARK}={next(self._numbers)}"

    async def _tunnel(self, host: str, alpn: tuple[str, ...]) -> Streams:
        reader, writer = await asyncio.open_connection(*self._proxy, local_addr=(self._address, 0))
        writer.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        await writer.start_tls(self._trust(alpn), server_hostname=host)
        return reader, writer


Doing = Callable[[Device, str], Awaitable[None]]
# How many of a hundred calls are of each kind.
KINDS: dict[str, tuple[int, Doing]] = {
    "kept alive": (50, Device.kept_alive),
    "HTTP/2": (15, Device.http2),
    "upload": (5, Device.upload),
    "download": (5, Device.download),
    "unlisted": (5, Device.unlisted),
    "expired": (4, Device.expired),
    "broken off": (4, Device.broken_off),
    "given up": (3, Device.given_up),
    "socket": (5, Device.socket),
    "plain http": (4, Device.plain),
}

"""Many calls in flight at once through one proxy: HTTP/2 streams on many connections, each with its times.

async with Crowd(proxy.port, proxy.ca_pem) as crowd:
    line = await crowd.connect("api.example.com")
    call = line.send("/hang")
    await asyncio.wait_for(call.ended, 5)
    assert call.failed and call.ended_at - call.sent_at < 1
"""

import asyncio
import time
from pathlib import Path

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import ConnectionTerminated
from h2.events import DataReceived
from h2.events import ResponseReceived
from h2.events import StreamEnded
from h2.events import StreamReset

from testenv.tunnel import trusting


class CrowdCall:
    """One call. Times are ``time.monotonic``; ``ended`` is done however it ended."""

    def __init__(self) -> None:
        self.sent_at = time.monotonic()
        self.ended_at = 0.0
        self.status: int | None = None
        self.body = b""
        self.failed = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(self, *, failed: bool) -> None:
        if not self.ended.done():
            self.ended_at = time.monotonic()
            self.failed = failed
            self.ended.set_result(None)


class Line:
    """One HTTP/2 connection in a tunnel."""

    def __init__(self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host
        self._reader, self._writer = reader, writer
        self._h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
        self._h2.initiate_connection()
        self._flush()
        self._calls: dict[int, CrowdCall] = {}
        self._numbers: dict[CrowdCall, int] = {}
        self._pump = asyncio.ensure_future(self._receive())

    def send(self, path: str, api: str = "request", *, promises: int = 0, body: bytes = b"") -> CrowdCall:
        """Begins a call. One that ``promises`` so many bytes of a body never sends them; a ``body`` (of less than
        64 KiB, the first window) is sent whole and declares no length."""
        number = self._h2.get_next_available_stream_id()
        call = self._calls[number] = CrowdCall()
        self._numbers[call] = number
        fields = [
            (":method", "POST" if promises or body else "GET"), (":scheme", "https"), (":authority", self._host), (":path", path),
            ("x-miniprogram-api", api),
        ]  # fmt: skip
        if promises:
            fields.append(("content-length", str(promises)))
        self._h2.send_headers(number, fields, end_stream=not (promises or body))
        for start in range(0, len(body), 16_000):
            self._h2.send_data(number, body[start : start + 16_000], end_stream=start + 16_000 >= len(body))
        self._flush()
        return call

    def reset(self, call: CrowdCall) -> None:
        """The client gives one call up."""
        self._h2.reset_stream(self._numbers[call], ErrorCodes.CANCEL)
        call.end(failed=True)
        self._flush()

    async def close(self) -> None:
        self._pump.cancel()
        self._writer.transport.abort()
        await asyncio.gather(self._pump, return_exceptions=True)
        for call in self._calls.values():
            call.end(failed=True)

    def _flush(self) -> None:
        self._writer.write(self._h2.data_to_send())

    async def _receive(self) -> None:
        try:
            while data := await self._reader.read(65536):
                for event in self._h2.receive_data(data):
                    self._take(event)
                self._flush()
        except OSError:
            pass
        for call in self._calls.values():
            call.end(failed=True)

    def _take(self, event: object) -> None:
        if isinstance(event, ConnectionTerminated):
            for call in self._calls.values():
                call.end(failed=True)
            return
        call = self._calls.get(getattr(event, "stream_id", None) or 0)
        if call is None:
            return
        if isinstance(event, ResponseReceived):
            call.status = int(dict(event.headers)[":status"])
        elif isinstance(event, DataReceived):
            call.body += event.data
            self._h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, (StreamEnded, StreamReset)):
            call.end(failed=isinstance(event, StreamReset))


class Crowd:
    """The lines of any number of devices: ``source`` is the loopback address that a line comes from."""

    def __init__(self, proxy_port: int, ca_pem: Path) -> None:
        self._port = proxy_port
        self._context = trusting(ca_pem, alpn=("h2",))
        self.lines: list[Line] = []

    async def connect(self, host: str, *, source: str = "127.0.0.1") -> Line:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(source, 0))
        writer.write(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.split(b" ", 2)[1] == b"200", head
        await writer.start_tls(self._context, server_hostname=host)
        line = Line(host, reader, writer)
        self.lines.append(line)
        return line

    async def __aenter__(self) -> "Crowd":
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(line.close() for line in self.lines))

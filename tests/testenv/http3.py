"""HTTP/3 on loopback: an origin that keeps what it is sent, and a client, both made of aioquic (which mitmproxy brings)."""

import asyncio
import ssl
import tempfile
import threading
from pathlib import Path
from typing import Any

from aioquic.asyncio import QuicConnectionProtocol
from aioquic.asyncio import connect
from aioquic.asyncio import serve
from aioquic.h3.connection import H3_ALPN
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated
from aioquic.quic.events import StreamDataReceived
from aioquic.quic.events import StreamReset

from testenv.answer import ANSWERED
from testenv.answer import GAVE_UP
from testenv.answer import NETWORK_ERROR
from testenv.answer import Answer
from testenv.answer import failure
from wxlab.authority import Leaf


class Http3Origin:
    """Answers every request with 200. ``received`` holds the bytes of each request's stream; ``connections`` those made."""

    def __init__(self, leaf: Leaf, port: int = 0) -> None:
        self.received: list[bytes] = []
        self.connections = 0
        self._configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
        with tempfile.TemporaryDirectory() as folder:
            self._configuration.load_cert_chain(leaf.write(Path(folder)))
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._server = self._in_loop(self._serve(port))
        self.port = self._server._transport.get_extra_info("sockname")[1]

    async def _serve(self, port: int) -> Any:
        return await serve(
            "127.0.0.1", port, configuration=self._configuration, create_protocol=lambda *a, **k: _Served(self, *a, **k)
        )

    def _in_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _close(self) -> None:
        self._server.close()

    def __enter__(self) -> "Http3Origin":
        return self

    def __exit__(self, *_: object) -> None:
        self._in_loop(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)


class _Served(QuicConnectionProtocol):
    def __init__(self, origin: Http3Origin, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._origin = origin
        self._origin.connections += 1
        self._streams: dict[int, int] = {}
        self._http: H3Connection | None = None

    def quic_event_received(self, event: Any) -> None:
        if isinstance(event, StreamDataReceived) and event.stream_id % 4 == 0:
            if event.stream_id not in self._streams:
                self._streams[event.stream_id] = len(self._origin.received)
                self._origin.received.append(b"")
            self._origin.received[self._streams[event.stream_id]] += event.data
        if self._http is None:
            self._http = H3Connection(self._quic)
        for each in self._http.handle_event(event):
            if isinstance(each, (HeadersReceived, DataReceived)) and each.stream_ended:
                self._http.send_headers(each.stream_id, [(b":status", b"200"), (b"content-type", b"text/plain")])
                self._http.send_data(each.stream_id, b"ok", end_stream=True)
                self.transmit()


class _Asking(QuicConnectionProtocol):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._http = H3Connection(self._quic)
        self._answers: dict[int, tuple[asyncio.Future[Answer], dict[str, str], bytearray]] = {}

    async def ask(self, fields: list[tuple[bytes, bytes]], data: bytes | None) -> Answer:
        stream_id = self._quic.get_next_available_stream_id()
        done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._answers[stream_id] = done, {}, bytearray()
        self._http.send_headers(stream_id, fields, end_stream=data is None)
        if data is not None:
            self._http.send_data(stream_id, data, end_stream=True)
        self.transmit()
        return await done

    def quic_event_received(self, event: Any) -> None:
        if isinstance(event, ConnectionTerminated):
            for done, _, _ in self._answers.values():
                _end(done, Answer(NETWORK_ERROR, error=f"the connection was closed: {event.reason_phrase}"))
        elif isinstance(event, StreamReset) and event.stream_id in self._answers:
            _end(self._answers[event.stream_id][0], Answer(NETWORK_ERROR, error=f"reset: {event.error_code}"))
        for each in self._http.handle_event(event):
            if not isinstance(each, (HeadersReceived, DataReceived)):
                continue
            done, headers, body = self._answers[each.stream_id]
            if isinstance(each, HeadersReceived):
                headers |= {name.decode(): value.decode() for name, value in each.headers}
            else:
                body += each.data
            if each.stream_ended:
                _end(done, Answer(ANSWERED, int(headers[":status"]), bytes(body), headers=headers, http_version="3"))


def _end(done: "asyncio.Future[Answer]", answer: Answer) -> None:
    if not done.done():
        done.set_result(answer)


def requests(
    port: int, ca_pem: Path, host: str, paths: list[str], *, data: bytes | None = None, timeout_s: float = 5.0
) -> list[Answer]:
    """One call after the other on one connection to a server at ``port``, which is called ``host``."""
    return asyncio.run(_requests(port, ca_pem, host, paths, data, timeout_s))


async def _requests(
    port: int, ca_pem: Path, host: str, paths: list[str], data: bytes | None, timeout_s: float
) -> list[Answer]:
    configuration = QuicConfiguration(
        alpn_protocols=H3_ALPN, server_name=host, verify_mode=ssl.CERT_REQUIRED, idle_timeout=timeout_s
    )
    configuration.load_verify_locations(str(ca_pem))
    method = b"GET" if data is None else b"POST"
    answers: list[Answer] = []
    try:
        async with (
            asyncio.timeout(timeout_s * 2),
            connect("127.0.0.1", port, configuration=configuration, create_protocol=_Asking) as protocol,
        ):
            assert isinstance(protocol, _Asking)
            for path in paths:
                target = [(b":method", method), (b":scheme", b"https"), (b":authority", host.encode())]
                fields = [*target, (b":path", path.encode()), (b"authorization", b"Bearer secret")]
                try:
                    answers.append(await asyncio.wait_for(protocol.ask(fields, data), timeout_s))
                except TimeoutError:
                    answers.append(Answer(GAVE_UP, error=f"no end within {timeout_s} s"))
    except (OSError, TimeoutError, ConnectionError) as error:
        answers += [failure(error)] * (len(paths) - len(answers))
    return answers

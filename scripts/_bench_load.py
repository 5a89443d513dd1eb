"""The load on a proxy: connections that make one call after another, on one selector in this thread. Standard library only."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field

import _bench_http2 as h2
import _bench_wire as wire
from _bench_origin import BODY
from _bench_origin import HOST
from _bench_origin import NOISE
from _bench_origin import unmasked

REFERER = "https://servicewechat.com/wx0123456789abcdef/7/page-frame.html"
_USER_AGENT = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 MiniProgramEnv/android"
_DRAIN_S = 20.0


@dataclass(frozen=True)
class Shape:
    """How the calls of a load look: "http/1.1", "h2" or "websocket". ``devices``: how many client addresses they come from.

    ``noise``: the answers are 32 KB of no text.
    """

    connections: int = 1
    speaks: str = "http/1.1"
    referer: bool = True
    devices: int = 1
    noise: bool = False


@dataclass
class Tally:
    """What one run made. ``latencies_ms`` are those of single calls."""

    calls: int = 0
    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        return self.calls / self.seconds


class Caller(wire.Peer):
    """One connection. ``on_answer`` is told of each answer, and may begin the next call."""

    on_answer: Callable[["Caller"], None]
    most_at_once = 1

    def begin(self, number: int) -> None:
        raise NotImplementedError

    def closed(self) -> None:
        raise ConnectionError("the proxy closed a connection of the benchmark")


class Http1Caller(Caller):
    def __init__(self, loop: wire.Loop, sock: ssl.SSLSocket, shape: Shape) -> None:
        super().__init__(loop, sock)
        referer = f"Referer: {REFERER}\r\n" if shape.referer else ""
        self._rest = (
            f" HTTP/1.1\r\nHost: {HOST}\r\nConnection: keep-alive\r\n{referer}User-Agent: {_USER_AGENT}\r\n"
            "charset: utf-8\r\ncontent-type: application/json\r\nAccept-Encoding: gzip,compress,br,deflate\r\n\r\n"
        ).encode()
        self._answer = b""
        self._path, self._end = (b"/noise", NOISE[-64:]) if shape.noise else (b"/json", BODY)

    def begin(self, number: int) -> None:
        self.send(b"GET %b?page=%d" % (self._path, number) + self._rest)

    def received(self, data: bytes) -> None:
        answer = self._answer = self._answer + data if self._answer else data
        # Answers are all alike, and no call is sent before the last one was answered.
        if answer.endswith(self._end):
            if not answer.startswith(b"HTTP/1.1 200"):
                raise ConnectionError(f"not the origin's answer: {answer[:80]!r}")
            self._answer = b""
            self.on_answer(self)


class Http2Caller(Caller):
    most_at_once = 10

    def __init__(self, loop: wire.Loop, sock: ssl.SSLSocket, shape: Shape) -> None:
        super().__init__(loop, sock)
        if sock.selected_alpn_protocol() != "h2":
            raise ConnectionError("the proxy does not speak HTTP/2")
        named = {
            ":authority": HOST, **({"referer": REFERER} if shape.referer else {}), "user-agent": _USER_AGENT, "charset": "utf-8",
            "content-type": "application/json", "accept-encoding": "gzip,compress,br,deflate",
        }  # fmt: skip
        self._fields = b"".join(h2.literal(name, value) for name, value in named.items())
        self._frames = h2.Frames()
        self._stream = 1
        self.send(h2.PREFACE + h2.opening())

    def begin(self, number: int) -> None:
        fields = h2.INDEXED_GET + h2.INDEXED_HTTPS + h2.literal_path(b"/json?page=%d" % number) + self._fields
        self.send(h2.frame(h2.HEADERS, h2.END_HEADERS | h2.END_STREAM, self._stream, fields))
        self._stream += 2

    def received(self, data: bytes) -> None:
        for kind, flags, stream, payload in self._frames.of(data):
            if kind in (h2.RST_STREAM, h2.GOAWAY):
                raise ConnectionError("the proxy reset a stream of the benchmark")
            if stream and kind in (h2.DATA, h2.HEADERS) and flags & h2.END_STREAM:
                self.on_answer(self)
            elif owed := h2.answer_to(kind, flags, payload):
                self.send(owed)


class SocketCaller(Caller):
    """A WebSocket: each call is a message and its echo."""

    def __init__(self, loop: wire.Loop, sock: ssl.SSLSocket, shape: Shape) -> None:
        referer = f"Referer: {REFERER}\r\n" if shape.referer else ""
        sock.sendall(
            f"GET /socket HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{referer}"
            f"User-Agent: {_USER_AGENT}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := sock.recv(4096)):
                raise ConnectionError("the proxy closed a socket of the benchmark")
            head += more
        if not head.startswith(b"HTTP/1.1 101"):
            raise ConnectionError(f"no socket was opened: {head[:80]!r}")
        super().__init__(loop, sock)
        self._rest = b""

    def begin(self, number: int) -> None:
        payload = b'{"type": "moved", "number": %d, "to": [12.5, 31.25]}' % number
        # Any mask does; this one costs nothing to apply.
        self.send(bytes((0x81, 0x80 | len(payload))) + b"\0\0\0\0" + payload)

    def received(self, data: bytes) -> None:
        self._rest += data
        while (found := unmasked(self._rest)) is not None:
            first, _, size = found
            self._rest = self._rest[size:]
            if first != 0x81:
                raise ConnectionError(f"not the origin's message: {first:#x}")
            self.on_answer(self)


_KINDS: dict[str, type[Caller]] = {"http/1.1": Http1Caller, "h2": Http2Caller, "websocket": SocketCaller}


class Load:
    """Connections of one shape, kept from run to run. ``connect`` opens one from an address of loopback."""

    def __init__(self, shape: Shape, connect: Callable[[tuple[str, ...], str], ssl.SSLSocket]) -> None:
        self._loop = wire.Loop()
        self._number = 0
        alpn = ("h2",) if shape.speaks == "h2" else ("http/1.1",)
        kind: Callable[[wire.Loop, ssl.SSLSocket, Shape], Caller] = _KINDS[shape.speaks]
        self.callers: list[Caller] = []
        for each in range(shape.connections):
            device = f"127.0.0.{2 + each % shape.devices}" if shape.devices > 1 else "127.0.0.1"
            self.callers.append(kind(self._loop, connect(alpn, device), shape))

    def run(self, seconds: float, most: int | None = None) -> Tally:
        """Each connection makes one call after another for a time, or until ``most`` were begun."""
        tally, waiting = Tally(), 0
        began = time.perf_counter()
        deadline = began + seconds
        last = None if most is None else self._number + most

        def go_on(caller: Caller) -> None:
            nonlocal waiting
            waiting -= 1
            tally.calls += 1
            begin(caller)

        def begin(caller: Caller) -> None:
            nonlocal waiting
            if time.perf_counter() < deadline and (last is None or self._number < last):
                waiting += 1
                self._number += 1
                caller.begin(self._number)

        for caller in self.callers:
            caller.on_answer = go_on
            for _ in range(caller.most_at_once):
                begin(caller)
        self._loop.run_until(deadline + _DRAIN_S, lambda: not waiting)
        tally.seconds = time.perf_counter() - began
        if waiting:
            raise ConnectionError(f"{waiting} calls were never answered")
        return tally

    def paced(self, seconds: float, per_s: float) -> Tally:
        """Calls at fixed moments, whether or not those before were answered: each on the connection that is free longest."""
        tally, free = Tally(), list(self.callers)
        sent_at: dict[Caller, float] = {}

        def take(caller: Caller) -> None:
            tally.latencies_ms.append((time.perf_counter() - sent_at.pop(caller)) * 1000)
            tally.calls += 1
            free.append(caller)

        for caller in self.callers:
            caller.on_answer = take
        began = time.perf_counter()
        for number in range(int(seconds * per_s)):
            due = began + number / per_s
            self._loop.run_until(due)
            # A call that found no free connection is counted from when it was due: its wait is the proxy's doing.
            # One that did is not: selectors sleep in whole milliseconds.
            is_late = not free
            if is_late:
                self._loop.run_until(due + _DRAIN_S, lambda: bool(free))
            caller = free.pop(0)
            sent_at[caller] = due if is_late else time.perf_counter()
            self._number += 1
            caller.begin(self._number)
        self._loop.run_until(time.perf_counter() + _DRAIN_S, lambda: not sent_at)
        tally.seconds = time.perf_counter() - began
        return tally

    def close(self) -> None:
        for caller in self.callers:
            caller.close()

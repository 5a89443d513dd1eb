"""Origins and clients that fail at one moment of a call: each a function of its socket, by the name of that moment."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived

from testenv.received import until
from testenv.tunnel import open_tunnel

HOST = "api.example.com"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
# Longer than the time that the policy gives a call.
HANGS_S = 3.0


def reset(sock: socket.socket) -> None:
    """Ends a connection by a TCP RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


class FailingOrigin:
    """Listens on ``port`` of loopback; ``serve`` is given each connection, and ``context``, whose TLS it may speak."""

    def __init__(self, serve: "Callable[[socket.socket, ssl.SSLContext], None]", context: ssl.SSLContext) -> None:
        self._serve, self._context = serve, context
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._one, args=(sock,), daemon=True).start()

    def _one(self, sock: socket.socket) -> None:
        sock.settimeout(HANGS_S * 2)
        with suppress(OSError, ValueError):
            self._serve(sock, self._context)
        with suppress(OSError):
            sock.close()

    def __enter__(self) -> "FailingOrigin":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


# Before TLS


def closes_at_once(sock, context) -> None:
    sock.close()


def resets_at_once(sock, context) -> None:
    reset(sock)


def closes_in_the_handshake(sock, context) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(sock.recv(65536))
    with suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    sock.sendall(outgoing.read()[:100])


def speaks_no_tls(sock, context) -> None:
    sock.recv(65536)
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def never_shakes_hands(sock, context) -> None:
    sock.recv(65536)
    time.sleep(HANGS_S)


# Over HTTP/1


def _answers(data: bytes, end: Callable[[socket.socket], None] = lambda sock: None):
    """Reads the request, answers with ``data``, and then ends in that way; closes by default."""

    def serve(sock, context) -> None:
        with context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=True) as tls:
            until(tls, b"\r\n\r\n")
            if data:
                tls.sendall(data)
            end(tls)

    return serve


def _resets(tls) -> None:
    time.sleep(0.05)
    reset(tls)


def _hangs(tls) -> None:
    time.sleep(HANGS_S)


# Over HTTP/2


def _over_http2(answer: "Callable[[H2Connection, int], None]", hangs: bool = False):
    def serve(sock, context) -> None:
        with context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=True) as tls:
            h2 = H2Connection(H2Configuration(client_side=False, validate_outbound_headers=False))
            h2.initiate_connection()
            tls.sendall(h2.data_to_send())
            while received := tls.recv(65536):
                for event in h2.receive_data(received):
                    if isinstance(event, RequestReceived):
                        answer(h2, event.stream_id)
                        tls.sendall(h2.data_to_send())
                        if hangs:
                            time.sleep(HANGS_S)
                        time.sleep(0.05)
                        return
                tls.sendall(h2.data_to_send())

    return serve


def _begins(h2, stream_id) -> None:
    h2.send_headers(stream_id, [(":status", "200"), ("content-length", "100")])
    h2.send_data(stream_id, b"{")


# A connection that ends at once may end before its handshake has begun.
_BEFORE_TLS = {"TLS_HANDSHAKE_FAILED", "NETWORK_ERROR"}
# Moment -> what the origin does, the codes that the call's record may lead with, and whether it speaks HTTP/2.
ORIGIN = {
    "closes at once": (closes_at_once, _BEFORE_TLS, False),
    "resets at once": (resets_at_once, _BEFORE_TLS, False),
    "closes in the handshake": (closes_in_the_handshake, {"TLS_HANDSHAKE_FAILED"}, False),
    "speaks no TLS": (speaks_no_tls, {"TLS_HANDSHAKE_FAILED"}, False),
    "closes without an answer": (_answers(b""), {"NETWORK_ERROR"}, False),
    "resets without an answer": (_answers(b"", _resets), {"NETWORK_ERROR"}, False),
    "closes in the status line": (_answers(b"HTTP/1.1 20"), {"NETWORK_ERROR"}, False),
    "closes in the head": (_answers(HEAD), {"NETWORK_ERROR"}, False),
    "resets in the head": (_answers(HEAD, _resets), {"NETWORK_ERROR"}, False),
    "closes behind the head": (_answers(HEAD + b"Content-Length: 9\r\n\r\n"), {"NETWORK_ERROR"}, False),
    "closes in the body": (_answers(HEAD + b"Content-Length: 9\r\n\r\n{}"), {"NETWORK_ERROR"}, False),
    "resets in the body": (_answers(HEAD + b"Content-Length: 9\r\n\r\n{}", _resets), {"NETWORK_ERROR"}, False),
    "closes between chunks": (_answers(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), {"NETWORK_ERROR"}, False),
    "closes in a chunk": (_answers(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{}"), {"NETWORK_ERROR"}, False),
    "closes before the last line": (_answers(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"), {"NETWORK_ERROR"}, False),
    "resets the stream": (_over_http2(lambda h2, stream_id: h2.reset_stream(stream_id, 2)), {"NETWORK_ERROR"}, True),
    "goes away": (_over_http2(lambda h2, stream_id: h2.close_connection(2)), {"NETWORK_ERROR"}, True),
    "closes in place of an answer": (_over_http2(lambda h2, stream_id: None), {"NETWORK_ERROR"}, True),
    "closes in the middle of DATA": (_over_http2(_begins), {"NETWORK_ERROR"}, True),
    "resets in the middle of DATA": (_over_http2(lambda h2, stream_id: (_begins(h2, stream_id), h2.reset_stream(stream_id, 2))), {"NETWORK_ERROR"}, True),
}  # fmt: skip
HANGING = {
    "never shakes hands": (never_shakes_hands, {"TIMEOUT"}, False),
    "never answers": (_answers(b"", _hangs), {"TIMEOUT"}, False),
    "stops in the head": (_answers(HEAD, _hangs), {"TIMEOUT"}, False),
    "stops in the body": (_answers(HEAD + b"Content-Length: 9\r\n\r\n{}", _hangs), {"TIMEOUT"}, False),
    "never answers a stream": (_over_http2(lambda h2, stream_id: None, hangs=True), {"TIMEOUT"}, True),
    "stops in the middle of DATA": (_over_http2(_begins, hangs=True), {"TIMEOUT"}, True),
}  # fmt: skip


# Clients


def _plain(proxy, data: bytes) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", proxy.port), timeout=10)
    sock.sendall(data)
    return sock


def _inside(proxy, data: bytes, *, end: Callable[[socket.socket], None] = lambda sock: sock.close()) -> None:
    sock = open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443")
    sock.sendall(data)
    time.sleep(0.15)
    end(sock)


_CONNECT = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
_GET = b"GET /{path} HTTP/1.1\r\nHost: api.example.com\r\nX-Miniprogram-Api: request\r\n"
_POST = b"POST /echo?{mark} HTTP/1.1\r\nHost: api.example.com\r\nX-Miniprogram-Api: request\r\nContent-Length: 900000\r\n\r\n"
_SOCKET = (
    b"GET /ws?{mark} HTTP/1.1\r\nHost: api.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def _half_a_hello(proxy) -> None:
    sock = _plain(proxy, _CONNECT)
    sock.recv(4096)
    sock.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc")
    time.sleep(0.05)
    sock.close()


def _of(head: bytes, path: str = ""):
    return lambda mark: head.replace(b"{path}", path.encode() + b"?" + mark).replace(b"{mark}", mark)


# Moment -> what the client sends inside its tunnel before it leaves; None: it leaves before there is a call.
CLIENT_BEFORE = {
    "leaves at once": lambda proxy: _plain(proxy, b"").close(),
    "leaves in CONNECT": lambda proxy: _plain(proxy, b"CONNECT api.exa").close(),
    "leaves behind CONNECT": lambda proxy: _plain(proxy, _CONNECT).close(),
    "resets behind CONNECT": lambda proxy: reset(_plain(proxy, _CONNECT)),
    "leaves in the handshake": _half_a_hello,
    "leaves behind the handshake": lambda proxy: _inside(proxy, b""),
    "leaves in the head": lambda proxy: _inside(proxy, b"GET /js"),
}
CLIENT = {
    "leaves in the upload": _of(_POST),
    "leaves in the middle of the upload": lambda mark: _of(_POST)(mark) + b"x" * 200_000,
    "leaves while it waits": _of(_GET + b"\r\n", "hang"),
    "leaves in the answer": _of(_GET + b"\r\n", "hang-body"),
    "leaves an open socket": _of(_SOCKET),
}


def client(what: "Callable[[bytes], bytes]", *, resets: bool):
    return lambda proxy, mark: _inside(proxy, what(mark), end=reset if resets else lambda sock: sock.close())

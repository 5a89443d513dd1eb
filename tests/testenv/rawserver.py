"""A TCP server that keeps every byte it is sent and answers with bytes of the test's choice."""

import contextlib
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

from testenv.received import head_of
from wxlab.authority import Leaf

Answering = Callable[[bytes], bytes]


class RawServer:
    """Listens on 127.0.0.1. ``answer`` is given all that a connection has sent so far, after each arrival,
    and says what to send back now. ``received`` holds one entry a connection.

    With a ``leaf`` it speaks TLS, and the bytes are those inside. It has a
    ``port``, so that a lab can place it. ``everywhere``: on all addresses of the machine. ``closes``, given the same, says whether the answer
    is the connection's last.
    """

    def __init__(
        self,
        answer: Answering = lambda received: b"",
        leaf: Leaf | None = None,
        *,
        alpn: Sequence[str] = (),
        port: int | None = None,
        everywhere: bool = False,
        closes: Callable[[bytes], bool] = lambda received: False,
    ) -> None:
        self._answer = answer
        self._closes = closes
        self._tls: ssl.SSLContext | None = None
        if leaf is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            with tempfile.TemporaryDirectory() as folder:
                self._tls.set_ciphers("DEFAULT:@SECLEVEL=0")
                self._tls.load_cert_chain(leaf.write(Path(folder)))
            if alpn:
                self._tls.set_alpn_protocols(list(alpn))
        if everywhere:
            self._listener = socket.create_server(
                ("::", port or 0), family=socket.AF_INET6, backlog=64, dualstack_ipv6=True
            )
        else:
            self._listener = socket.create_server(("127.0.0.1", port or 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.received: list[bytes] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def connections(self) -> int:
        return len(self.received)

    def wait_for(self, holds: Callable[[list[bytes]], bool], *, timeout_s: float = 5.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: holds(self.received), timeout_s)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            # Wakes the thread that accepts: until then the port is not free.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> "RawServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                number = len(self.received)
                self.received.append(b"")
                self._changed.notify_all()
            threading.Thread(target=self._serve, args=(sock, number), daemon=True).start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with sock:
            try:
                if self._tls is not None:
                    sock = self._tls.wrap_socket(sock, server_side=True)
                while data := sock.recv(65536):
                    with self._changed:
                        self.received[number] += data
                        self._changed.notify_all()
                    if answer := self._answer(self.received[number]):
                        sock.sendall(answer)
                        if self._closes(self.received[number]):
                            if self._tls is not None:
                                sock = sock.unwrap()  # type: ignore[attr-defined]
                            return
            except OSError:
                pass


def http_answer(received: bytes) -> bytes:
    """One small answer for each request without a body."""
    if received.endswith(b"\r\n\r\n"):
        return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Own: yes\r\n\r\nok"
    return b""


def connect_through(proxy_port: int, target: str, *, timeout_s: float = 5.0) -> socket.socket:
    """A socket behind ``CONNECT target``: what is sent on it is the tunnel's own. Raises OSError."""
    sock = socket.create_connection(("127.0.0.1", proxy_port), timeout=timeout_s)
    sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    head = head_of(sock)
    if b" 200 " not in head:
        raise ConnectionError(f"CONNECT {target}: {head!r}")
    return sock


def read_until_end(sock: socket.socket) -> bytes:
    """Everything up to the connection's end, be it orderly or not. TimeoutError where it does not end."""
    received = b""
    try:
        while data := sock.recv(65536):
            received += data
    except ConnectionError:
        pass
    return received

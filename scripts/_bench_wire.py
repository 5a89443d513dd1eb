"""TLS connections on a selector: what the benchmark's clients and its origin speak through. Standard library only.

Sockets are read and written directly, without threads, tasks or streams: the
generator and the origin together must cost a fraction of what a proxy does.
"""

import selectors
import socket
import ssl
import time
from collections.abc import Callable

_READ_BYTES = 256 * 1024
# One TLS record. More in one call is sent in records of this size all the same.
WRITE_BYTES = 16 * 1024


class Loop:
    """Calls ``ready`` of each peer whose socket can be read or written."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()

    def run_until(self, deadline: float, is_over: Callable[[], bool] = lambda: False) -> None:
        """Until ``deadline`` (time.perf_counter), or earlier where ``is_over`` says so after some peer was ready."""
        while (left_s := deadline - time.perf_counter()) > 0 and not is_over():
            self.turn(left_s)

    def turn(self, patience_s: float | None = None) -> None:
        for key, _ in self.selector.select(patience_s):
            key.data()


class Peer:
    """One connection whose handshake is done or begins now. Subclasses take what arrives in ``received``."""

    def __init__(self, loop: Loop, sock: ssl.SSLSocket) -> None:
        self.loop = loop
        self.sock = sock
        self._unsent = memoryview(b"")
        self._waits_to_write = False
        sock.setblocking(False)
        loop.selector.register(sock, selectors.EVENT_READ, self.ready)

    def received(self, data: bytes) -> None:
        raise NotImplementedError

    def drained(self) -> None:
        """All that was given to ``send`` has left."""

    def closed(self) -> None:
        """The other side has closed, or broken, the connection."""

    def ready(self) -> None:
        try:
            if self._waits_to_write and not self._flush():
                return
            while data := self.sock.recv(_READ_BYTES):
                self.received(data)
                # OpenSSL holds at most one record; whatever the kernel holds makes the selector call again.
                if not self.sock.pending():
                    return
        except (ssl.SSLWantReadError, BlockingIOError):
            return
        except ssl.SSLWantWriteError:
            self._watch(True)
            return
        except OSError:
            pass
        self.close()
        self.closed()

    def send(self, data: bytes | memoryview) -> None:
        """Large data comes only once what was sent before has left, see ``drained``."""
        self._unsent = memoryview(bytes(self._unsent) + bytes(data)) if self._unsent else memoryview(data)
        if not self._waits_to_write:
            self._flush(is_first=True)

    def close(self) -> None:
        try:
            self.loop.selector.unregister(self.sock)
        except (KeyError, ValueError):
            return
        self.sock.close()

    def _flush(self, *, is_first: bool = False) -> bool:
        """Whether all has left."""
        try:
            while self._unsent:
                self._unsent = self._unsent[self.sock.send(self._unsent[:WRITE_BYTES]) :]
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            self._watch(True)
            return False
        self._watch(False)
        if not is_first:
            self.drained()
        return not self._unsent

    def _watch(self, writing: bool) -> None:
        if writing is not self._waits_to_write:
            self._waits_to_write = writing
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
            self.loop.selector.modify(self.sock, events, self.ready)


class Listener:
    """Accepts connections of ``context`` on a free port of loopback; ``make`` is given each once its handshake is done."""

    def __init__(self, loop: Loop, context: ssl.SSLContext, make: Callable[[Loop, ssl.SSLSocket], object]) -> None:
        self._loop, self._context, self._make = loop, context, make
        self._sock = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._sock.setblocking(False)
        self.port: int = self._sock.getsockname()[1]
        loop.selector.register(self._sock, selectors.EVENT_READ, self._accept)

    def _accept(self) -> None:
        try:
            plain, _ = self._sock.accept()
        except BlockingIOError:
            return
        plain.setblocking(False)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock = self._context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self._loop.selector.register(sock, selectors.EVENT_READ, lambda: self._shake_hands(sock))

    def _shake_hands(self, sock: ssl.SSLSocket) -> None:
        try:
            sock.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except OSError:
            self._loop.selector.unregister(sock)
            sock.close()
            return
        self._loop.selector.unregister(sock)
        self._make(self._loop, sock)

"""A web server on 127.0.0.1 that logs every request.

    with Origin(root.issue("api.example.com")) as origin:
        ...  # https://127.0.0.1:{origin.port}/json, HTTP/2 and HTTP/1.1 and WebSocket
        assert origin.requests[0].path == "/json"

It runs in a thread with an event loop of its own, so that tests need no asyncio. Every attribute may be read from any
thread.
"""

import asyncio
import contextlib
import socket
import ssl
import tempfile
import threading
import warnings
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from wxlab.authority import Leaf
from wxlab.exchange import Seen
from wxlab.hello import HANDSHAKE_TIMEOUT_S
from wxlab.hello import peeked
from wxlab.hello import refusal_of
from wxlab.http1 import Http1Server
from wxlab.http2 import Http2Server
from wxlab.link import HttpServer
from wxlab.link import Link
from wxlab.routes import ROUTES
from wxlab.routes import Route

_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_STOP_TIMEOUT_S = 5.0


class Origin:
    """One listening port. Without any leaf it speaks plain HTTP.

    The first leaf is the default for clients with another SNI, or with none. ``tls`` is the lowest and the highest
    version offered, ``ciphers`` an OpenSSL list (of TLS 1.2 and below), ``alpn`` what is offered in that order.
    ``handshake`` may also be "refuse" (the connection is closed on the client's first byte), "drop" (it is closed at
    once) or "stall" (nothing is ever answered). ``place`` is where it listens; "::" takes IPv4 too.
    """

    def __init__(
        self,
        *leaves: Leaf,
        routes: Mapping[str, Route] = ROUTES,
        tls: tuple[str, str] = ("1.2", "1.3"),
        ciphers: str = "DEFAULT",
        alpn: tuple[str, ...] = ("h2", "http/1.1"),
        handshake: str = "normal",
        place: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        if handshake not in ("normal", "refuse", "drop", "stall"):
            raise ValueError(f"handshake is {handshake!r}: one of normal, refuse, drop, stall")
        self.routes = dict(routes)
        self._address, self.port = place
        self.connections = 0
        self.open_connections = 0
        self.requests: list[Seen] = []
        self.messages: list[str | bytes] = []
        self.complaints: list[str] = []
        self._tls, self._ciphers, self._alpn, self._handshake = tls, ciphers, alpn, handshake
        self._is_choosy = tls != ("1.2", "1.3") or ciphers != "DEFAULT"
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._default: ssl.SSLContext | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        for leaf in leaves:
            self.present(leaf)

    def present(self, leaf: Leaf, *, to: str | None = None) -> None:
        """Uses ``leaf`` for clients that ask for one of its names, or for the name ``to`` only.

        May be called at any time; a later leaf replaces an earlier one.
        """
        context = self._context(leaf)
        with self._changed:
            self._default = self._default or context
            for name in (to,) if to is not None else leaf.hosts:
                self._contexts[name.lower()] = context

    def start(self) -> "Origin":
        """Listens when this returns; after ``stop`` on the same port again. Raises OSError if no port is available."""
        is_ipv6 = ":" in self._address
        listener = socket.create_server(
            (self._address, self.port), family=socket.AF_INET6 if is_ipv6 else socket.AF_INET,
            backlog=256, dualstack_ipv6=self._address == "::",
        )  # fmt: skip
        self._started.clear()
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._main(listener)), name=f"origin {self.port}", daemon=True
        )
        self._thread.start()
        self._started.wait()
        return self

    def stop(self) -> None:
        """Closes the port and every connection."""
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_STOP_TIMEOUT_S)
        if self._thread.is_alive():
            raise RuntimeError(f"origin {self.port} did not stop")
        self._thread = None

    def __enter__(self) -> "Origin":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def forget(self) -> None:
        """Clears the log. Open connections continue to be counted as open."""
        with self._changed:
            self.connections = 0
            self.requests.clear()
            self.messages.clear()
            self.complaints.clear()

    def wait_for(self, holds: Callable[["Origin"], bool], *, timeout_s: float = 5.0) -> bool:
        """Waits until ``holds(origin)``, which is checked after each event. False after the timeout."""
        with self._changed:
            return self._changed.wait_for(lambda: holds(self), timeout_s)

    def wait_requests(self, count: int, *, timeout_s: float = 5.0) -> bool:
        return self.wait_for(lambda origin: len(origin.requests) >= count, timeout_s=timeout_s)

    def wait_closed_connections(self, *, timeout_s: float = 5.0) -> bool:
        """Waits until no client has an open connection."""
        return self.wait_for(lambda origin: origin.open_connections == 0, timeout_s=timeout_s)

    def paths(self) -> list[str]:
        """The request targets seen, in order."""
        with self._changed:
            return [seen.path for seen in self.requests]

    # Reports of the connections (wxlab.link.Log).

    def saw(self, seen: Seen) -> None:
        self._note(lambda: self.requests.append(seen))

    def heard(self, message: str | bytes) -> None:
        self._note(lambda: self.messages.append(message))

    def complained(self, text: str) -> None:
        """A failed handshake, bytes that are not HTTP, or a route's own exception."""
        self._note(lambda: self.complaints.append(text))

    def _note(self, change: Callable[[], None]) -> None:
        with self._changed:
            change()
            self._changed.notify_all()

    def _opened(self) -> None:
        self.connections += 1
        self.open_connections += 1

    def _closed(self) -> None:
        self.open_connections -= 1

    # Runs in the thread.

    async def _main(self, listener: socket.socket) -> None:
        loop = self._loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: self.complained(str(context.get("exception", context))))
        self._stop = asyncio.Event()
        accepting = asyncio.ensure_future(self._accept(listener))
        self._started.set()
        await self._stop.wait()
        accepting.cancel()
        listener.close()
        # asyncio.run cancels the connections, each of which closes its own socket.

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        tasks: set[asyncio.Task[None]] = set()
        while True:
            sock, _ = await loop.sock_accept(listener)
            sock.setblocking(False)
            # asyncio does so itself, but not for a socket that it did not create: each answer would wait 40 ms.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._note(self._opened)
            task = asyncio.ensure_future(self._connection(self.connections, sock))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    async def _connection(self, number: int, sock: socket.socket) -> None:
        try:
            loop = asyncio.get_running_loop()
            if self._handshake == "normal":
                await self._serve(number, sock)
            elif self._handshake == "refuse":
                await loop.sock_recv(sock, 1)
            elif self._handshake == "stall":
                while await loop.sock_recv(sock, 65536):
                    pass
        except OSError as error:  # ssl.SSLError is one
            self.complained(f"no connection: {error}")
        finally:
            sock.close()
            self._note(self._closed)

    async def _serve(self, number: int, sock: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        if self._default is not None and self._is_choosy:
            refusal = refusal_of(self._default, await peeked(sock))
            if refusal is not None:
                await loop.sock_sendall(sock, refusal.alert)
                raise refusal.error
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            sock,
            ssl=self._default,
            ssl_handshake_timeout=HANDSHAKE_TIMEOUT_S if self._default else None,
            ssl_shutdown_timeout=1.0 if self._default else None,
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        tls = writer.get_extra_info("ssl_object")
        sni = getattr(tls, "wxlab_sni", None)
        link = Link(number, reader, writer, sni=sni, log=self, routes=self.routes)
        is_h2 = tls is not None and tls.selected_alpn_protocol() == "h2"
        server: HttpServer = Http2Server(link) if is_h2 else Http1Server(link)
        try:
            await link.run(server)
            writer.close()
            with contextlib.suppress(OSError):  # the client was faster
                await writer.wait_closed()
        finally:
            transport.abort()

    def _context(self, leaf: Leaf) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # OpenSSL's own security level would refuse the keys and versions that are faulty on purpose.
        context.set_ciphers(f"{self._ciphers}:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = _VERSIONS[self._tls[0]]
            context.maximum_version = _VERSIONS[self._tls[1]]
        with tempfile.TemporaryDirectory() as folder:
            context.load_cert_chain(leaf.write(Path(folder)))
        if self._alpn:
            context.set_alpn_protocols(list(self._alpn))
        context.sni_callback = self._asked_for
        return context

    def _asked_for(self, tls: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        tls.wxlab_sni = name  # type: ignore[attr-defined]
        if name is not None:
            parent = "*." + name.lower().partition(".")[2]
            found = self._contexts.get(name.lower()) or self._contexts.get(parent)
            if found is not None:
                tls.context = found

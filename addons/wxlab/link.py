"""One TCP connection that an origin accepted, and what its protocol needs of the origin."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from typing import Protocol

from wxlab.exchange import Body
from wxlab.exchange import PeerGone
from wxlab.exchange import Seen
from wxlab.routes import Route

_READ_BYTES = 64 * 1024


class Log(Protocol):
    """What a connection reports to. Implemented by Origin, safe to call from its own thread."""

    def saw(self, seen: Seen) -> None: ...
    def heard(self, message: str | bytes) -> None: ...
    def complained(self, text: str) -> None: ...


class HttpServer(Protocol):
    """One connection's protocol: ``receive`` feeds it, ``serve`` runs until it has nothing more to do."""

    def receive(self, data: bytes) -> None: ...
    async def serve(self) -> None: ...
    def gone(self) -> None:
        """The connection is closed: requests that were still arriving are reported as cut off."""


class Link:
    """The byte stream of one connection, with its number and the SNI of the client."""

    def __init__(
        self,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        sni: str | None,
        log: Log,
        routes: Mapping[str, Route],
    ) -> None:
        self.number = number
        self.sni = sni
        self.log = log
        self.routes = routes
        self._reader = reader
        self._writer = writer

    async def write(self, data: bytes) -> None:
        """Raises PeerGone."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise PeerGone(str(error)) from error

    def cut(self, *, reset: bool = False) -> None:
        """Closes the connection at once, without TLS close_notify; with ``reset`` by a TCP RST."""
        if reset:
            sock = self._writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def run(self, server: HttpServer) -> None:
        """Runs until either side closes. A client that closes also cancels what is being answered."""
        pump = asyncio.ensure_future(self._pump(server))
        serve = asyncio.ensure_future(server.serve())
        try:
            await asyncio.wait({pump, serve}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (pump, serve):
                task.cancel()
            results = await asyncio.gather(pump, serve, return_exceptions=True)
            server.gone()
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, PeerGone):
                self.log.complained(repr(result))

    async def _pump(self, server: HttpServer) -> None:
        try:
            while data := await self._reader.read(_READ_BYTES):
                server.receive(data)
        except OSError:
            pass

    def seen(
        self,
        method: str,
        path: str,
        host: str,
        headers: list[tuple[str, str]],
        body: Body,
        *,
        http_version: str,
        complete: bool,
    ) -> Seen:
        """Reports one request and returns it."""
        seen = Seen(
            method, path, host, tuple(headers), body.kept, body.length, body.sha256,
            http_version, self.sni, self.number, complete,
        )  # fmt: skip
        self.log.saw(seen)
        return seen

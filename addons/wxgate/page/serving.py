"""The page's HTTP server, on sockets that the caller has bound to loopback."""

import socket
from collections.abc import Callable
from collections.abc import Sequence

from tornado import httpserver

from wxgate.page.application import application
from wxgate.page.events import Ticker
from wxgate.page.sources import Sources
from wxgate.page.visitors import LOOPBACK_NAMES

LARGEST_REQUEST = 64 * 1024


class PageServer:
    """``make`` is called with the page's own addresses, the only ones under which it answers."""

    def __init__(self, sockets: list[socket.socket], make: Callable[[Sequence[str]], Sources]) -> None:
        address, port = sockets[0].getsockname()[:2]
        names = {*LOOPBACK_NAMES, f"[{address}]" if ":" in address else address}
        self._sockets = sockets
        self._sources = make(tuple(f"{name}:{port}" for name in sorted(names)))
        self._ticker = Ticker(self._sources)
        self._server = httpserver.HTTPServer(
            application(self._sources, self._ticker),
            max_body_size=LARGEST_REQUEST,
            max_header_size=LARGEST_REQUEST,
            idle_connection_timeout=60,
        )

    def start(self) -> None:
        """In a running event loop."""
        self._server.add_sockets(self._sockets)

    def stop(self) -> None:
        self._server.stop()
        self._ticker.close()
        self._sources.store.close()
        if self._sources.others is not None:
            self._sources.others.close()

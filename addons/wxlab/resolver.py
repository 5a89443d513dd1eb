"""Makes every name resolve to loopback: a mitmproxy addon for tests and the demonstration.

``--set resolve_map=FILE`` names a JSON file, {"api.example.com:443": 40123, ...}: connections to that name and port go
to that port of 127.0.0.1. The file is read again when it changes. A name or address that is not in it and not loopback
itself is refused, so that nothing leaves this machine.

The rewriting happens below mitmproxy, where the socket is opened: ``Server.address`` keeps the name. Were the address
changed in ``server_connect``, requests in a tunnel would have 127.0.0.1 as their host, and plain HTTP would open a new
connection for each call, because mitmproxy looks up connections to reuse by their address.

This file is its own entry: ``mitmdump -s addons/wxlab/resolver.py``.
"""

import asyncio
import ipaddress
import json
import socket
from pathlib import Path
from typing import Any

from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

LOOPBACK = "127.0.0.1"
Port = int | str | None


class ResolveMap:
    """The map's file, read again whenever it was replaced."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int, int] | None = None
        self._ports: dict[str, int] = {}

    def port(self, host: str, port: int) -> int | None:
        """The loopback port for ``host:port``; None if there is none. Raises OSError, ValueError."""
        found = self.path.stat()
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            self._ports = {str(k).lower(): int(v) for k, v in json.loads(self.path.read_text("utf-8")).items()}
            self._stamp = stamp
        return self._ports.get(f"{host.lower().rstrip('.')}:{port}")


class ResolveLocally:
    """From load until done, names resolve by the map only."""

    def __init__(self) -> None:
        self.map: ResolveMap | None = None
        self._open_connection = asyncio.open_connection
        self._getaddrinfo = socket.getaddrinfo
        self._installed = False

    def load(self, loader: Loader) -> None:
        loader.add_option("resolve_map", str, "", "A JSON file that maps name:port to a port of 127.0.0.1.")
        if not self._installed:
            self._open_connection, asyncio.open_connection = asyncio.open_connection, self.open_connection
            self._getaddrinfo, socket.getaddrinfo = socket.getaddrinfo, self.getaddrinfo
            self._installed = True

    def done(self) -> None:
        if self._installed:
            asyncio.open_connection = self._open_connection
            socket.getaddrinfo = self._getaddrinfo
            self._installed = False

    def configure(self, updated: set[str]) -> None:
        if "resolve_map" in updated and ctx.options.resolve_map:
            path = Path(ctx.options.resolve_map)
            if not path.is_file():
                raise exceptions.OptionsError(f"resolve_map: {path} is not a file")
            self.map = ResolveMap(path)

    def server_connect(self, data: ServerConnectionHookData) -> None:
        # HTTP/3 opens its sockets in Rust, which cannot be replaced here: there the address is changed.
        if data.server.transport_protocol == "udp" and data.server.address:
            host, port = data.server.address[:2]
            mapped = self.map.port(host, port) if self.map is not None else None
            if mapped is not None:
                data.server.address = (LOOPBACK, mapped)
            elif not is_loopback(host):
                data.server.error = f"{host}:{port} over UDP is not in the resolve map"

    async def open_connection(
        self, host: str | None = None, port: Port = None, **more: Any
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """asyncio.open_connection, which mitmproxy calls for each connection to a server."""
        if host is not None:
            host, mapped = self.resolve(host, port)
            return await self._open_connection(host, mapped, **more)
        return await self._open_connection(host, port, **more)

    def getaddrinfo(self, host: bytes | str | None, port: bytes | Port, *args: Any, **more: Any) -> list[Any]:
        """socket.getaddrinfo, for code that opens its own sockets."""
        name = host.decode() if isinstance(host, bytes) else host
        port = port.decode() if isinstance(port, bytes) else port
        # A name to listen on is not changed: nothing is resolved.
        if name and name != socket.gethostname() and not _is_wildcard(name):
            name, port = self.resolve(name, port)
        return self._getaddrinfo(name, port, *args, **more)

    def resolve(self, host: str, port: Port) -> tuple[str, Port]:
        """The loopback address of ``host:port``. Raises socket.gaierror if there is none."""
        mapped = self.map.port(host, int(port or 0)) if self.map is not None else None
        if mapped is not None:
            return LOOPBACK, mapped
        if is_loopback(host):
            return host, port
        raise socket.gaierror(socket.EAI_NONAME, f"{host}:{port} is not in the resolve map")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine, by name or by address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _is_wildcard(host: str) -> bool:
    return host in ("0.0.0.0", "::")


addons = [ResolveLocally()]

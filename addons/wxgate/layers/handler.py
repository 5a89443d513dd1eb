"""Our connection handlers: what one client connection needs before and besides its layers."""

import asyncio
import errno
import logging
import os
import sys
from functools import lru_cache
from functools import partial
from typing import Any
from typing import ClassVar

from mitmproxy.addons.clientplayback import ReplayHandler
from mitmproxy.connection import Client
from mitmproxy.connection import Connection
from mitmproxy.connection import ConnectionState
from mitmproxy.proxy import commands
from mitmproxy.proxy import events
from mitmproxy.proxy import server_hooks
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layers.modes import DestinationKnown
from mitmproxy.proxy.layers.modes import ReverseProxy
from mitmproxy.proxy.layers.modes import Socks5Proxy
from mitmproxy.proxy.layers.modes import TransparentProxy

from wxgate.layers.carrying_out import CallsHooksAtOnce
from wxgate.layers.carrying_out import CarriesOut
from wxgate.layers.own import Layers
from wxgate.layers.reading import Reader
from wxgate.layers.wire import Wire
from wxgate.layers.wire import room_at


class _Wired(CarriesOut):
    """Has a ``Wire``, and stops reading an HTTP/1 sender while its receiver is behind."""

    own: ClassVar[Layers]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.wire = Wire(self.own, self)
        self.own.wires[self.client.id] = self.wire

    async def handle_connection(self, connection: Connection) -> None:
        io = self.transports[connection]
        if isinstance(io.reader, asyncio.StreamReader):
            io.reader = Reader(io.reader)  # type: ignore[assignment]
        await super().handle_connection(connection)

    async def open_connection(self, command: commands.OpenConnection) -> None:
        server = command.connection
        if server.address is not None:
            self.wire.opened_for[server] = (server.address[0], server.address[1])
        try:
            await super().open_connection(command)
        except (AssertionError, TypeError):
            # mitmproxy assumes that a new connection has a peer name. One that was reset at once has none, and the
            # code that opened it would wait until its timeout.
            if server.peername is not None or server not in self.transports:
                raise
            await self._was_reset_at_once(command)

    async def _was_reset_at_once(self, command: commands.OpenConnection) -> None:
        server = command.connection
        io = self.transports.pop(server)
        if io.writer is not None:
            io.writer.close()
        server.state, server.error = ConnectionState.CLOSED, os.strerror(errno.ECONNRESET)
        hook_data = server_hooks.ServerConnectionHookData(client=self.client, server=server)
        await self.handle_hook(server_hooks.ServerConnectErrorHook(hook_data))
        await self.server_event(events.OpenConnectionCompleted(command, server.error))

    async def drain_writers(self) -> None:
        """Called by the task that reads a connection, each time it has passed on what it read."""
        try:
            self.wire.release_later()
            behind = self.wire.claimed()
            if any(_has_unsent(io.writer) for io in self.transports.values()):
                await super().drain_writers()
            # Data of one HTTP/2 stream must not block the others.
            if behind is not None and not self._reads_http2(behind.task):
                await room_at(behind)
        except Exception as error:
            self.own.connection_failed(self.wire, "drain_writers", error)

    def log(self, message: str, level: int = logging.INFO, exc_info: Any = None) -> None:
        """mitmproxy catches and logs exceptions in a layer, and leaves its client waiting."""
        super().log(message, level, exc_info)
        if exc_info is None:
            return
        error = sys.exc_info()[1] if exc_info is True else exc_info[1]
        self.own.connection_failed(self.wire, "a layer", error or RuntimeError(message))

    def _reads_http2(self, task: Any) -> bool:
        return any(io.handler is task and connection.alpn == b"h2" for connection, io in self.transports.items())


def _has_unsent(writer: Any) -> bool:
    """Whether there is something to wait for; for a stream without a transport (UDP, WireGuard) that is unknown."""
    transport = getattr(writer, "transport", None)
    return writer is not None and (transport is None or transport.get_write_buffer_size() > 0)


class OwnConnectionHandler(_Wired, CallsHooksAtOnce):
    async def handle_client(self) -> None:
        self.layer = _knowing_its_target(self.layer, self.wire)
        # The first connections may arrive while the last addons are still being added.
        await self.own.is_in_place.wait()
        try:
            await super().handle_client()
        finally:
            self.own.wires.pop(self.client.id, None)


@lru_cache(4)
def _kind_of(own: Layers) -> type[OwnConnectionHandler]:
    """Cached: creating a class for each connection costs as much as a rule, and is left to the garbage collector."""
    return type("OwnConnectionHandler", (OwnConnectionHandler,), {"own": own})


def handler_of(own: Layers, master: Any, reader: Any, writer: Any, options: Any, mode: Any) -> OwnConnectionHandler:
    """Called by mitmproxy for each client connection. One that cannot be served is closed, and that is recorded."""
    try:
        made = _kind_of(own)(master, reader, writer, options, mode)
        # If this raised, mitmproxy would leave the client's socket open.
        made.handle_client = partial(_serve, made)  # type: ignore[method-assign]
        return made
    except Exception as error:
        client = Client(peername=writer.get_extra_info("peername"), sockname=writer.get_extra_info("sockname"))
        writer.close()
        own.failed(None, None, Context(client, options), "ConnectionHandler", error)
        raise


async def _serve(handler: OwnConnectionHandler) -> None:
    try:
        await type(handler).handle_client(handler)
    except Exception as error:
        handler.own.connection_failed(handler.wire, "handle_client", error)
        raise


class OwnReplayHandler(_Wired, ReplayHandler):
    """A call replayed by ``replay.client`` is handled as any other: it has no ``next_layer`` hook."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.wire.unfinished_since = None
        self.layer = self.own.with_our_own(self.layer, self.wire)  # type: ignore[assignment]

    async def replay(self) -> None:
        # A file that is replayed from the start starts before the last addons are loaded.
        await self.own.is_in_place.wait()
        await super().replay()


class _ConnectsFirst(DestinationKnown):
    """``target`` is the destination of its client, whatever a hook makes of it later."""

    wire: Wire
    target: tuple[str, int] | None = None

    def finish_start(self) -> Any:
        """Connects before the client has sent anything if the server speaks first: otherwise both would wait."""
        server = self.context.server
        self.target = server.address
        if server.address and server.transport_protocol == "tcp" and self.wire.own.connect_first(server.address):
            trouble = yield commands.OpenConnection(server)
            if trouble:
                self._handle_event = self.done  # type: ignore[method-assign]
                return trouble
        return (yield from super().finish_start())


class OwnReverseProxy(_ConnectsFirst, ReverseProxy):
    pass


class OwnTransparentProxy(_ConnectsFirst, TransparentProxy):
    pass


class OwnSocks5Proxy(_ConnectsFirst, Socks5Proxy):
    pass


_OURS: dict[type[Layer], type[_ConnectsFirst]] = {
    ReverseProxy: OwnReverseProxy,
    TransparentProxy: OwnTransparentProxy,
    Socks5Proxy: OwnSocks5Proxy,
}


def _knowing_its_target(top: Layer, wire: Wire) -> Layer:
    """The layer of a mode, as ours if there is one. It has not started yet."""
    kind = _OURS.get(type(top))
    if kind is None:
        return top
    top.context.layers.remove(top)
    ours = kind(top.context)
    ours.wire = wire
    return ours

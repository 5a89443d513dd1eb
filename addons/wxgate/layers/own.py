"""Inserts our own layers where mitmproxy has chosen HTTP, and keeps track of those of the open connections."""

import asyncio
import logging
import weakref
from collections.abc import Callable
from typing import Any

from mitmproxy import ctx
from mitmproxy import flow
from mitmproxy import http
from mitmproxy.connection import Client
from mitmproxy.connection import Connection
from mitmproxy.connection import Server
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.layers import DNSLayer
from mitmproxy.proxy.layers import TCPLayer
from mitmproxy.proxy.layers import UDPLayer
from mitmproxy.proxy.layers.http import HttpErrorHook
from mitmproxy.proxy.layers.http import HttpLayer

from wxgate.layers import patches
from wxgate.layers.answers import AnswerNotCarried
from wxgate.layers.asked import Asked
from wxgate.layers.asked import unread_request
from wxgate.layers.http_layer import OwnHttpLayer
from wxgate.layers.request_bounds import Refusal
from wxgate.layers.stream import OwnStream
from wxgate.layers.wire import Wire
from wxpolicy.call.events import LimitReached

logger = logging.getLogger(__name__)

Address = tuple[str, int]


class Layers:
    """An addon. ``late`` is the part of it that must run after every other ``next_layer``.

    ``client_left(flow, message, is_connecting)`` is called for each flow whose client disconnects while its stream
    waits: for a connection, or else for a hook. It must not change the layers. ``connect_first(address)``: whether the
    server speaks before the client does. ``permit(flow, server)``: whether a request may be sent on that very
    connection; called once for each call. ``is_judged(flow)``: whether it is a call on which something is imposed.
    ``is_current(server)``: whether an open connection still leads where a new one would. ``layer_failed(flow, where,
    error)`` is called for an exception in a layer, which ends the call: the ``error`` hook follows.
    ``limit_reached(flow, limit)`` is called for a call that a limit of the proxy is about to end,
    ``limit_passed(client, limit)`` for other traffic. ``taken_back(count)`` is called for requests that were cancelled
    before they were handled.
    """

    name = "layers"

    def __init__(self) -> None:
        self.client_left: Callable[[http.HTTPFlow, str, bool], None] = lambda flow, message, is_connecting: None
        self.permit: Callable[[http.HTTPFlow, Server], bool] = lambda flow, server: False
        self.is_judged: Callable[[http.HTTPFlow], bool] = lambda flow: True
        self.is_current: Callable[[Server], bool] = lambda server: True
        self.limit_reached: Callable[[http.HTTPFlow, LimitReached], None] = lambda flow, limit: None
        self.limit_passed: Callable[[Client, LimitReached], None] = lambda client, limit: None
        self.taken_back: Callable[[int], None] = lambda count: None
        self._connect_first: Callable[[Address], bool] = lambda address: False
        self._layer_failed: Callable[[http.HTTPFlow, str, BaseException], None] = lambda flow, where, error: None
        self.wires: weakref.WeakValueDictionary[str, Wire] = weakref.WeakValueDictionary()  # by client connection
        self.streams: weakref.WeakValueDictionary[str, OwnStream] = weakref.WeakValueDictionary()  # by flow
        self.is_in_place = asyncio.Event()
        self.late = _NextLayer(self)
        self._patches: list[Callable[[], None]] = []

    def listen(
        self,
        *,
        client_left: Callable[[http.HTTPFlow, str, bool], None],
        connect_first: Callable[[Address], bool],
        permit: Callable[[http.HTTPFlow, Server], bool],
        is_judged: Callable[[http.HTTPFlow], bool],
        is_current: Callable[[Server], bool],
        layer_failed: Callable[[http.HTTPFlow, str, BaseException], None],
        limit_reached: Callable[[http.HTTPFlow, LimitReached], None],
        limit_passed: Callable[[Client, LimitReached], None],
        taken_back: Callable[[int], None],
    ) -> None:
        """Called before the first connection: until then nothing has a permit."""
        self.client_left, self._connect_first = client_left, connect_first
        self.permit, self.is_judged, self.is_current, self._layer_failed = permit, is_judged, is_current, layer_failed
        self.limit_reached, self.limit_passed, self.taken_back = limit_reached, limit_passed, taken_back

    def load(self, loader: Any) -> None:
        self._patches = patches.apply(self)

    def done(self) -> None:
        while self._patches:
            self._patches.pop()()

    def connect_first(self, address: Address | None) -> bool:
        return address is not None and self._connect_first(address)

    def asked_by(self, of: http.HTTPFlow) -> Asked | None:
        """What a call requested, before options and other addons changed it; None for a flow without a stream."""
        stream = self.streams.get(of.id)
        return stream.asked if stream is not None else None

    def refusal_of(self, of: http.HTTPFlow) -> Refusal | None:
        """Why nothing of a request is sent, whatever its target."""
        stream = self.streams.get(of.id)
        return stream.refusal if stream is not None else None

    # Upstream connections

    def opened_for(self, client: Connection, server: Server) -> Address | None:
        """The address of an upstream connection before any hook."""
        wire = self.wires.get(client.id)
        return wire.opened_for.get(server) if wire is not None else None

    def asked_for(self, client: Connection, server: Server) -> Asked | None:
        """The target of the call that an HTTP connection was opened for; None for any other connection."""
        wire = self.wires.get(client.id)
        return wire.asked.get(server) if wire is not None else None

    def waiting_for(self, client: Connection, server: Connection) -> list[http.HTTPFlow]:
        """The calls that wait for an upstream connection that is being opened."""
        wire = self.wires.get(client.id)
        found = []
        for layer in list(wire.http_layers) if wire is not None else ():
            for ask in layer.waiting_for_establishment.get(server, ()):
                found.append(ask.stream.flow)
        return found

    def behind(self, client: Connection, proxy: Server) -> list[Server]:
        """The connections that are being opened through an upstream proxy to which ``proxy`` leads."""
        wire = self.wires.get(client.id)
        address = wire.opened_for.get(proxy) if wire is not None else None
        found: list[Server] = []
        for layer in list(wire.http_layers) if wire is not None else ():
            if proxy in layer.waiting_for_establishment:
                return []  # a call's own connection
            for server in layer.waiting_for_establishment:
                if isinstance(server, Server) and server.via is not None and server.via[1] == address:
                    found.append(server)
        return found

    def not_carried(self, of: http.HTTPFlow) -> AnswerNotCarried | None:
        """Why a call's response was not carried, if that is a limitation of ours."""
        stream = self.streams.get(of.id)
        return stream.not_carried if stream is not None else None

    def was_permitted(self, of: http.HTTPFlow) -> bool:
        """Whether a call had a connection that it was permitted to use."""
        stream = self.streams.get(of.id)
        return stream is not None and stream.permitted is not None

    # Exceptions of our own

    def connection_failed(self, wire: Wire, where: str, error: BaseException) -> None:
        """Something outside of our own layers raised: the state of this client's connection is unknown."""
        ended = 0
        for layer in list(wire.http_layers):
            for stream in list(layer.streams.values()):
                layer.streams.pop(stream.stream_id, None)
                of = getattr(stream, "flow", None)
                if of is not None and of.live and of.request.method != "CONNECT":
                    self.failed(wire, of, stream.context, where, error)
                    ended += 1
        if not ended:
            self.failed(wire, None, wire.handler.layer.context, where, error)
        wire.abort(wire.handler.client)

    def refuse(self, of: http.HTTPFlow, where: str, error: BaseException) -> None:
        """As ``failed``, for a call whose stream ends it by itself."""
        logger.error("%s: a call is refused", where, exc_info=error)
        self._layer_failed(of, where, error)
        if of.killable:
            of.kill()

    def failed(
        self, wire: Wire | None, of: http.HTTPFlow | None, context: Context, where: str, error: BaseException
    ) -> http.HTTPFlow:
        """Logs and records that a layer raised; the caller ends its call."""
        logger.error("a layer failed in %s: its call is refused", where, exc_info=error)
        if of is None:
            of = _unread_flow(context)
        has_ended = of.error is not None and not of.live
        try:
            self._layer_failed(of, where, error)
        except Exception:
            logger.exception("the failure of a layer could not be recorded")
        of.error = flow.Error(flow.Error.KILLED_MESSAGE)
        of.live = False
        if not has_ended:
            if wire is not None:
                wire.start(wire.handler.handle_hook(HttpErrorHook(of)), "a layer failed")
            else:
                self._ending = asyncio.ensure_future(ctx.master.addons.handle_lifecycle(HttpErrorHook(of)))
        return of

    def with_our_own(self, top: Layer, wire: Wire) -> Layer:
        """``top``, or its replacement, with our own HTTP layer where it or one below it is mitmproxy's."""
        above, below = None, top
        while not isinstance(below, HttpLayer):
            inner = getattr(below, "child_layer", None)
            if not isinstance(inner, Layer):
                return top
            above, below = below, inner
        if isinstance(below, OwnHttpLayer):
            return top
        below.context.layers.remove(below)
        ours = OwnHttpLayer(below.context, below.mode, wire)
        # Client replay has put the connection of its client there.
        ours.connections.update(below.connections)
        if above is None:
            return ours
        above.child_layer = ours  # type: ignore[attr-defined]
        return top


class _NextLayer:
    """The last addon whose ``next_layer`` runs: whatever the others chose, our own layers handle HTTP."""

    name = "layers_late"

    def __init__(self, own: Layers) -> None:
        self._own = own

    def next_layer(self, nextlayer: NextLayer) -> None:
        if nextlayer.layer is None:
            return
        context = nextlayer.context
        wire = self._own.wires.get(context.client.id)
        try:
            if wire is None:
                raise LookupError("a connection without a handler of our own")
            nextlayer.layer = self._own.with_our_own(nextlayer.layer, wire)
            if isinstance(nextlayer.layer, (TCPLayer, UDPLayer, DNSLayer)):
                wire.unfinished_since = None  # it is unknown what of it is intact
        except Exception as error:
            nextlayer.layer = Closing(context)
            self._own.failed(wire, None, context, "next_layer", error)

    def requestheaders(self, of: http.HTTPFlow) -> None:
        """Runs after every other addon: a call without one of our streams has no permit, whatever the reason."""
        if of.id not in self._own.streams and of.response is None:
            self._own.refuse(of, "next_layer", LookupError("a call outside of our own layers"))


class Closing(Layer):
    """Replaces our own layer where it could not be inserted: closes the connection and ignores everything."""

    def _handle_event(self, event: Any) -> Any:
        yield commands.CloseConnection(self.context.client)
        self._handle_event = self._nothing  # type: ignore[method-assign]

    def _nothing(self, event: Any) -> Any:
        yield from ()


def _unread_flow(context: Context) -> http.HTTPFlow:
    """Represents what was never parsed as a request, so that it can be recorded."""
    unread = http.HTTPFlow(context.client, context.server)
    unread.request = unread_request(context) or http.Request.make("CONNECT", "https://unknown:443/")
    return unread

"""A raw tunnel that is relayed only as long as its content keeps a framing."""

from collections.abc import Callable
from typing import Any

from mitmproxy.proxy import commands
from mitmproxy.proxy import events
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers import TCPLayer

from wxpolicy.call.mmtls import Framing


class FramedTunnel(TCPLayer):
    """``is_refused`` is called once, when either side violates the framing or the peer is not the expected one. The
    violating data is not relayed if it returns True; else the tunnel continues unwatched."""

    def __init__(self, context: Context, is_a_peer: Callable[[str], bool], is_refused: Callable[[], bool]) -> None:
        super().__init__(context, ignore=True)
        self._is_a_peer = is_a_peer
        self._is_refused = is_refused
        self._directions = {context.client: Framing(), context.server: Framing()}
        self._is_watched = True

    def relay_messages(self, event: events.Event) -> Any:
        if self._is_watched and isinstance(event, events.DataReceived):
            peer = self.context.server.peername
            is_right = peer is not None and self._is_a_peer(peer[0])
            if not is_right or not self._directions[event.connection].feed(event.data):
                self._is_watched = False
                if self._is_refused():
                    self._handle_event = self.done
                    yield commands.CloseConnection(self.context.server)
                    yield commands.CloseConnection(self.context.client)
                    return
        yield from super().relay_messages(event)

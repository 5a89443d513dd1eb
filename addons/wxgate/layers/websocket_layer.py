"""A socket's messages: relayed as by mitmproxy, with their hooks called at once where nobody waits (at_once.py)."""

from typing import Any

from mitmproxy import http
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.websocket import WebsocketLayer

from wxgate.layers.at_once import GoesOnAtOnce
from wxgate.layers.wire import Wire


class OwnWebsocketLayer(GoesOnAtOnce, WebsocketLayer):
    def __init__(self, context: Context, flow: http.HTTPFlow, wire: Wire) -> None:
        super().__init__(context, flow)
        self.wire = wire


def of_our_own(layer: Any, wire: Wire) -> Any:
    """Ours in the place of mitmproxy's, which has begun nothing yet; any other layer as it is."""
    if type(layer) is not WebsocketLayer:
        return layer
    layer.context.layers.remove(layer)
    return OwnWebsocketLayer(layer.context, layer.flow, wire)

"""Limits the size that WebSocket messages decompress to."""

from collections.abc import Callable

from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy import http
from mitmproxy.addonmanager import Loader

from wxgate.layers.inflation import bound_messages
from wxgate.layers.own import Layers
from wxpolicy.call.events import LimitReached

DEFAULT_LIMIT_BYTES = 64 * 1024 * 1024


class SocketBounds:
    """Owns ``mp_message_limit``. ``reached`` is called with a WebSocket that exceeded it; it is then closed with
    1009."""

    def __init__(self, layers: Layers, reached: Callable[[http.HTTPFlow, LimitReached], object]) -> None:
        self._layers = layers
        self._reached = reached

    def load(self, loader: Loader) -> None:
        loader.add_option(
            "mp_message_limit", int, DEFAULT_LIMIT_BYTES, "Largest WebSocket message in bytes, decompressed."
        )

    def configure(self, updated: set[str]) -> None:
        if "mp_message_limit" in updated and ctx.options.mp_message_limit < 1:
            raise exceptions.OptionsError(
                f"mp_message_limit: found {ctx.options.mp_message_limit}, expected bytes above 0"
            )

    def websocket_start(self, flow: http.HTTPFlow) -> None:
        stream = self._layers.streams.get(flow.id)
        layer = getattr(stream, "child_layer", None)
        if layer is None:
            return

        def tell(what: str, limit: int, unit: str) -> None:
            option = "--set mp_message_limit=SIZE" if what == "message" else ""
            self._reached(flow, LimitReached(what, limit, unit, option))

        bound_messages(layer, ctx.options.mp_message_limit, tell)

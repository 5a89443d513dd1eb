"""The settings of mitmproxy that the rules stand on, and the addons that must come after its own."""

from mitmproxy import ctx

from wxgate.layers.own import Layers

# Larger bodies are streamed through: a download must start at once and cost no memory.
KEPT_BODY = "1m"


class Engine:
    """``late`` are addons that must see what mitmproxy's own decided: its choice of layer, its TLS settings."""

    def __init__(self, late: list[object], layers: Layers) -> None:
        self._late = [*late, layers.late]
        self._layers = layers

    def load(self, loader) -> None:
        ctx.options.update(
            # Eager would contact a host before it is judged.
            connection_strategy="lazy",
            # The upstream's certificate is judged here, by the phone's rules; what those
            # refuse must still connect where they are skipped.
            ssl_insecure=True,
            tls_version_server_min="TLS1",
        )
        if not ctx.options.stream_large_bodies:
            ctx.options.update(stream_large_bodies=KEPT_BODY)

    def running(self) -> None:
        # A script's addons run before mitmproxy's own ones; what is added now runs after them.
        late, self._late = self._late, []
        if late:
            ctx.master.addons.add(*late)
        # No connection is served before.
        self._layers.is_in_place.set()

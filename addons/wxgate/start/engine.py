"""The mitmproxy settings that our addons depend on, and the addons that must run after mitmproxy's own."""

import asyncio
from collections.abc import Callable
from typing import Any

from mitmproxy import ctx
from mitmproxy.addonmanager import Loader
from mitmproxy.tls import ClientHelloData

from wxgate.layers.own import Layers
from wxpolicy.terms import Text

# Larger bodies are streamed: a download must start at once and use no memory.
KEPT_BODY = "1m"
# An option set otherwise, on the command line or in config.yaml, is reported as having no effect here.
# Towards the client: only forward secrecy, as iOS requires it; CBC with SHA-1 last, for old Android.
CLIENT_CIPHERS = tuple(
    f"ECDHE-{key}-{suite}"
    for suite in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305", "AES128-SHA", "AES256-SHA")
    for key in ("ECDSA", "RSA")
)
FORCED: dict[str, Any] = {
    # Eager would contact a host before it is judged.
    "connection_strategy": "lazy",
    # The upstream's certificate is judged here, by the phone's rules; where these
    # are skipped, connections must still be possible.
    "ssl_insecure": True,
    "tls_version_server_min": "TLS1",
    # Requests that a server could parse as two are refused before they are judged as one.
    "validate_inbound_headers": True,
    # Without it, the messages of a WebSocket would be raw bytes that belong to no call.
    "websocket": True,
}


class Engine:
    """``late`` are addons that must run after mitmproxy's own have decided: its choice of layer, its TLS settings.
    ``notice`` is called for each option that was set otherwise and has no effect."""

    def __init__(self, late: list[object], layers: Layers, notice: Callable[[Text], None] = lambda text: None) -> None:
        self._late = [*late, layers.late]
        self._layers = layers
        self._notice = notice
        self._is_running = False

    def load(self, loader: Loader) -> None:
        ctx.options.update(**FORCED)
        if not ctx.options.stream_large_bodies:
            ctx.options.update(stream_large_bodies=KEPT_BODY)

    def configure(self, updated: set[str]) -> None:
        if self._is_running and updated & set(FORCED):
            # Not within an update: mitmproxy would roll this one back with it.
            asyncio.get_running_loop().call_soon(self._force)

    def tls_clienthello(self, data: ClientHelloData) -> None:
        # Not by the option: QUIC would look for these names among those of TLS 1.3, and fail.
        client = data.context.client
        if client.transport_protocol == "tcp" and not client.cipher_list and not ctx.options.ciphers_client:
            client.cipher_list = CLIENT_CIPHERS

    def running(self) -> None:
        # A script's addons run before mitmproxy's own; what is added now runs after them.
        late, self._late = self._late, []
        if late:
            ctx.master.addons.add(*late)
        # Command line and configuration file are read after ``load``.
        self._force()
        self._is_running = True
        # No connection is served before.
        self._layers.is_in_place.set()

    def _force(self) -> None:
        for name, value in FORCED.items():
            asked = getattr(ctx.options, name)
            if asked != value:
                ctx.options.update(**{name: value})
                self._notice(_not_held(name, asked, value))


def _not_held(name: str, asked: object, value: object) -> Text:
    return Text(
        f"选项 {name}={asked} 不生效：检查需要 {name}={value}",
        f"the option {name}={asked} has no effect: the checks need {name}={value}",
    )

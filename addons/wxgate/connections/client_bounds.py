"""Limits for each device: open connections, and the time for a handshake or a request head to complete."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy import tls
from mitmproxy.addonmanager import Loader

from wxgate.call.facts import device_of
from wxgate.layers.own import Layers
from wxgate.recording.counters import Counters
from wxpolicy.call.events import LimitReached
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.terms import Text

# A browser keeps about 30 connections to one proxy, a phone with all its apps fewer than 300.
MOST_CONNECTIONS = 1000
# Phones on a bad network send their handshake and their request head within seconds.
HEAD_TIMEOUT_S = 60
# Each one is a line in the report.
MOST_SAID = 20


class ClientBounds:
    """Owns ``mp_most_connections`` and ``mp_head_timeout``. ``say`` is called once for each limit and device."""

    def __init__(self, layers: Layers, counters: Counters, say: Callable[[Text], None]) -> None:
        self._layers = layers
        self._counters = counters
        self._say = say
        self._open: Counter[str] = Counter()
        self._said: set[tuple[str, str]] = set()
        self._sweeping: asyncio.Task[None] | None = None

    def load(self, loader: Loader) -> None:
        loader.add_option("mp_most_connections", int, MOST_CONNECTIONS, "Most open connections of a device.")
        loader.add_option(
            "mp_head_timeout", int, HEAD_TIMEOUT_S, "Seconds for a client's handshake, and for the head of a request."
        )

    def configure(self, updated: set[str]) -> None:
        for name in ("mp_most_connections", "mp_head_timeout"):
            if name in updated and getattr(ctx.options, name) < 1:
                found = getattr(ctx.options, name)
                raise exceptions.OptionsError(f"{name}: found {found}, expected a number above 0")

    def running(self) -> None:
        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().create_task(self._sweep(), name="half requests")

    def done(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()

    # Connections

    def client_connected(self, client: connection.Client) -> None:
        device = device_of(client)
        self._open[device] += 1
        most = ctx.options.mp_most_connections
        if self._open[device] > most:
            client.error = "this device has too many connections"
            self.passed(client, LimitReached("connections", most, "", "--set mp_most_connections=NUMBER"))

    def client_disconnected(self, client: connection.Client) -> None:
        device = device_of(client)
        self._open[device] -= 1
        if self._open[device] <= 0:
            del self._open[device]

    # Incomplete handshakes and request heads

    def tls_established_client(self, data: tls.TlsData) -> None:
        wire = self._layers.wires.get(data.context.client.id)
        if wire is not None:
            wire.unfinished_since = None

    async def _sweep(self) -> None:
        while True:
            timeout_s = ctx.options.mp_head_timeout
            await asyncio.sleep(min(5.0, timeout_s / 4))
            since = time.monotonic() - timeout_s
            limit = LimitReached("unfinished", timeout_s, "seconds", "--set mp_head_timeout=SECONDS")
            for wire in list(self._layers.wires.values()):
                if wire.unfinished_since is not None and wire.unfinished_since < since:
                    wire.unfinished_since = None
                    self.passed(wire.handler.client, limit)
                    wire.abort(wire.handler.client)

    # Reports

    def passed(self, client: connection.Client, limit: LimitReached) -> None:
        """Traffic that is not a call exceeded a limit, and its connection or request is ended."""
        self._counters.unjudged("beyond_bounds")
        device = device_of(client)
        if (device, limit.what) in self._said or len(self._said) >= MOST_SAID:
            return
        self._said.add((device, limit.what))
        data = {"device": device, "what": limit.what, "limit": limit.limit, "unit": limit.unit, "option": limit.option}
        message = message_of(Finding(Code.LIMIT_REACHED, data))
        self._say(Text(f"LIMIT_REACHED：{message.zh}", f"LIMIT_REACHED: {message.en}"))

    def taken_back(self, count: int) -> None:
        self._counters.unjudged("taken_back", count)

"""Serves the page on loopback, and blocks access to it through the proxy."""

import ipaddress
import json
import logging
import socket
from collections.abc import Sequence
from typing import Any

from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from tornado import netutil

from wxgate.connections.client_trust import ClientTrust
from wxgate.connections.neighbours import Neighbours
from wxgate.layers.cut import hang_up
from wxgate.page.past_sessions import with_others
from wxgate.page.policy_editor import PolicyEditor
from wxgate.page.serving import PageServer
from wxgate.page.sources import Sources
from wxgate.page.store_thread import StoreThread
from wxgate.page.store_thread import opened
from wxgate.phone.arrivals import Arrivals
from wxgate.recording.counters import Counters
from wxgate.recording.session import Session
from wxgate.start.entrances import entrances
from wxgate.start.policy_source import PolicySource
from wxgate.steering.app_states import AppStates
from wxgate.steering.remembered import Remembered
from wxpolicy.url.addresses import plain_ip

logger = logging.getLogger(__name__)

OFF = ("", "off")


class Page:
    """Owns ``mp_page``. ``url`` is None while no page is served."""

    def __init__(
        self,
        source: PolicySource,
        session: Session,
        counters: Counters,
        states: AppStates,
        arrivals: Arrivals,
        client_trust: ClientTrust,
        remembered: Remembered,
    ) -> None:
        self.url: str | None = None
        self._source = source
        self._session = session
        self._counters = counters
        self._states = states
        self._arrivals = arrivals
        self._client_trust = client_trust
        self._remembered = remembered
        self._editor = PolicyEditor(source)
        self._sockets: list[socket.socket] = []
        self._port = 0
        self._server: PageServer | None = None

    def load(self, loader: Loader) -> None:
        loader.add_option("mp_page", str, "", "Address of the page, such as 127.0.0.1:8081; empty or off: none.")

    def configure(self, updated: set[str]) -> None:
        if "mp_page" not in updated or self._server is not None:
            return
        try:
            place = read_page_address(ctx.options.mp_page)
        except ValueError as error:
            raise exceptions.OptionsError(f"page: {error}") from error
        self._close()
        if place is None:
            return
        host, port = place
        try:
            self._sockets = netutil.bind_sockets(port, host)
        except OSError as error:
            # Logged as an error, it ends the start with status 3: a later start may succeed.
            logger.error("the page cannot listen on %s:%s: %s", host, port, error.strerror or error)
            return
        self._port = self._sockets[0].getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._port}/"

    def running(self) -> None:
        if not self._sockets or self._server is not None:
            return
        self._server = PageServer(self._sockets, self._sources)
        self._server.start()

    def done(self) -> None:
        if self._server is not None:
            self._server.stop()
        self._close()

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """Runs when a connection is open, whatever name it was opened by, and before a byte is sent on it.

        No client of the proxy may reach the page: its requests would come from this machine.
        """
        peer = data.server.peername
        if self._sockets and peer and peer[1] == self._port and _is_this_machine(peer[0]):
            data.server.error = "the page is not to be reached through the proxy"
            hang_up(ctx.master, data.client, data.server)

    def _close(self) -> None:
        for listener in self._sockets:
            listener.close()
        self._sockets, self.url = [], None

    def _sources(self, hosts: Sequence[str]) -> Sources:
        open_reader = opened(self._session)
        sources = Sources(
            hosts,
            StoreThread(open_reader),
            open_reader,
            lambda: self._source.policies,
            self._states,
            self._editor,
            self._live,
            lambda: entrances(ctx.master),
            arrivals=self._arrivals,
            client_trust=self._client_trust,
            neighbours=Neighbours().ask,
            remembered=self._remembered,
        )
        writer = self._session.writer
        return with_others(sources, self._session.store, lambda: writer.folder if writer is not None else None)

    def _live(self) -> dict[str, Any]:
        """What only a running proxy knows."""
        counts = {name: json.loads(value) for name, value in self._counters.facts().items()}
        self._counters.changed = True  # not yet written by the session
        counts["passed_unopened"] = list(counts["passed_unopened"])
        return {"live": True, "lang": self._session.lang, **counts}


def read_page_address(text: str) -> tuple[str, int] | None:
    """The address to listen on; None for "off". Raises ValueError for an address that is not loopback."""
    if text in OFF:
        return None
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise ValueError(f"found {text!r}, expected HOST:PORT such as 127.0.0.1:8081, or off")
    if host == "localhost":
        host = "127.0.0.1"
    try:
        on_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        on_loopback = False
    if not on_loopback:
        raise ValueError(f"found {text!r}, expected an address of this machine alone, such as 127.0.0.1:8081")
    return host, int(port)


def _is_this_machine(address: str) -> bool:
    return plain_ip(address.partition("%")[0]).is_loopback

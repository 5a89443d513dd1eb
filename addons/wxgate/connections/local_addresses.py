"""Blocks upstream connections of other devices to loopback, link-local and unspecified addresses of this machine.

A connection is checked twice: before it is opened, if its target is an address, so that nothing is contacted; and once
it is open and before a byte is sent, by the address that the name resolved to. Behind an upstream proxy only the name
is known, and is checked.
"""

import logging
from collections.abc import Callable

from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy import http
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy import mode_specs
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from wxgate.connections.hosts import Hosts
from wxgate.connections.this_machine import ThisMachine
from wxgate.layers.cut import hang_up
from wxgate.layers.own import Layers
from wxgate.recording.counters import Counters
from wxpolicy.call.events import LocalPeer
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.rules import local_address
from wxpolicy.terms import Text

logger = logging.getLogger(__name__)

# Each one is a line in the report.
MOST_SAID = 20

Refuse = Callable[[http.HTTPFlow, LocalPeer], bool]


class LocalAddresses:
    """Owns ``mp_allow_local``. ``refuse`` refuses a call and returns whether the flow is one; ``say`` reports other
    traffic, once per target.

    Exempt is what the operator configured: ``hosts:``, the target of a reverse mode, the upstream proxy itself, and any
    address set by an option or another addon's hook.
    """

    def __init__(
        self, layers: Layers, hosts: Hosts, counters: Counters, refuse: Refuse, say: Callable[[Text], None]
    ) -> None:
        self.machine = ThisMachine()
        self._layers = layers
        self._hosts = hosts
        self._counters = counters
        self._refuse = refuse
        self._say = say
        self._said: set[tuple[str, str, int]] = set()

    def load(self, loader: Loader) -> None:
        loader.add_option(
            "mp_allow_local", bool, False, "Let every device reach loopback and link-local addresses of this machine."
        )
        # Another loopback address counts as another machine: for tests on machines without network namespaces.
        loader.add_option("mp_foreign_clients", str, "", "Loopback addresses that count as other machines.")

    def configure(self, updated: set[str]) -> None:
        if "mp_foreign_clients" in updated:
            self.machine.foreign = frozenset(ctx.options.mp_foreign_clients.split())

    # Behind an upstream proxy

    def http_connect(self, flow: http.HTTPFlow) -> None:
        self._look_at_name(flow)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        self._look_at_name(flow)

    def _look_at_name(self, flow: http.HTTPFlow) -> None:
        client = flow.client_conn
        if not flow.live or flow.error or not isinstance(client.proxy_mode, mode_specs.UpstreamMode):
            return
        found = local_address.kind_of_name(flow.request.host)
        if found is None or self._is_free(client):
            return
        peer = LocalPeer(flow.request.host, found[1], flow.request.port, found[0])
        if not self._refuse(flow, peer):
            self._tell(client, peer)
        if flow.killable:
            flow.kill()

    # Direct connections

    def server_connect(self, data: ServerConnectionHookData) -> None:
        if data.server.address is not None:
            self._look_at_address(data, data.server.address[0])

    def server_connected(self, data: ServerConnectionHookData) -> None:
        if data.server.peername:
            self._look_at_address(data, data.server.peername[0])

    def _look_at_address(self, data: ServerConnectionHookData, address: str) -> None:
        kind = local_address.kind_of(address)
        if kind is None or self._is_free(data.client) or self._is_named(data.client, data.server):
            return
        if behind := self._layers.behind(data.client, data.server):
            self._look_at_names_behind(data, behind)
            return
        asked = self._layers.opened_for(data.client, data.server) or data.server.address or (address, 0)
        port = (data.server.address or asked)[1]
        peer = LocalPeer(asked[0], address.partition("%")[0], port, kind)
        flows = self._layers.waiting_for(data.client, data.server)
        if not any([self._refuse(flow, peer) for flow in flows]):
            self._tell(data.client, peer)
        data.server.error = "an address of this machine is not lent out"
        hang_up(ctx.master, data.client, data.server)

    def _look_at_names_behind(self, data: ServerConnectionHookData, behind: list[connection.Server]) -> None:
        """An upstream proxy set by another addon may run on this machine; its targets are checked by name."""
        found = []
        for server in behind:
            host, port = (server.address or ("", 0))[:2]
            kind = local_address.kind_of_name(host)
            if kind is not None and self._hosts.place_of(server) is None:
                found.append((server, LocalPeer(host, kind[1], port, kind[0])))
        for server, peer in found:
            if not any([self._refuse(flow, peer) for flow in self._layers.waiting_for(data.client, server)]):
                self._tell(data.client, peer)
        if found:
            data.server.error = "an address of this machine is not lent out"
            hang_up(ctx.master, data.client, data.server)

    # Exemptions

    def _is_free(self, client: connection.Client) -> bool:
        return ctx.options.mp_allow_local or self.machine.is_client(client)

    def _is_named(self, client: connection.Client, server: connection.Server) -> bool:
        mode = client.proxy_mode
        if isinstance(mode, (mode_specs.ReverseMode, mode_specs.UpstreamMode)):
            # Every connection goes to the upstream proxy.
            return server.address is not None and server.address == tuple(mode.address)
        if self._hosts.place_of(server) is not None:
            return self._hosts.lends(server)
        opened_for = self._layers.opened_for(client, server)
        if opened_for is None:
            return False
        asked = self._layers.asked_for(client, server)
        is_edited = asked is not None and bool(asked.host) and (asked.host, asked.port) != opened_for
        return is_edited or server.address != opened_for

    def _tell(self, client: connection.Client, peer: LocalPeer) -> None:
        self._counters.unjudged("local_address")
        device = str(client.peername[0]).removeprefix("::ffff:") if client.peername else "?"
        place = (device, peer.host, peer.port)
        if place in self._said or len(self._said) >= MOST_SAID:
            return
        self._said.add(place)
        (finding,) = local_address.check(peer.host, peer.address, peer.port, peer.kind)
        message, fix = message_of(finding), fix_of(finding)
        self._say(
            Text(
                f"LOCAL_ADDRESS：设备 {device}：{message.zh}{fix.zh}",
                f"LOCAL_ADDRESS: device {device}: {message.en} {fix.en}",
            )
        )

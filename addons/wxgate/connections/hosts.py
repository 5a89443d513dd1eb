"""``hosts:`` of the policy: the address of a name in the test environment, for the proxy alone.

Only the address that is connected to changes. Domain, Referer, SNI and certificate are judged by the name, as with a
hosts file; a connection to an address that an edit has changed is not reused. Behind an upstream proxy it is that proxy
which resolves names: there ``hosts:`` has no effect, and this is reported.
"""

import weakref
from collections.abc import Callable
from collections.abc import Mapping

from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy.proxy import mode_specs
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from wxgate.layers.asked import is_address
from wxgate.layers.own import Layers
from wxgate.start.policy_source import PolicySource
from wxpolicy.policy import HostPlace
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Text
from wxpolicy.url.hosts import read_host
from wxpolicy.url.urls import DEFAULT_PORTS

_PORTS_OF_CALLS = frozenset(DEFAULT_PORTS.values())


class Hosts:
    """Runs after other addons' ``server_connect``: an address set by one of them takes precedence over the policy."""

    def __init__(self, source: PolicySource, layers: Layers, say: Callable[[Text], None]) -> None:
        self._source = source
        self._say = say
        self._told: Mapping[str, HostPlace] = {}
        self._layers = layers
        self._made: weakref.WeakKeyDictionary[connection.Server, tuple[str, HostPlace | None]] = (
            weakref.WeakKeyDictionary()
        )

    def running(self) -> None:
        self._tell(0.0, "", self._source.policies)
        self._source.changed.subscribe(self._tell)

    def _tell(self, at: float, text: str, policies: PolicySet) -> None:
        """Reports it: the reader must know that a name led to another address than it does elsewhere."""
        hosts = policies.hosts
        if hosts == self._told:
            return
        self._told = hosts
        if hosts and any(str(mode).startswith("upstream:") for mode in ctx.options.mode):
            self._say(
                Text(
                    "经上游代理发出的调用不使用策略的 hosts：域名由上游代理解析",
                    "hosts in the policy has no effect on calls through the upstream proxy, which resolves names itself",
                )
            )
        shown = ", ".join(f"{name} -> {where}" for name, where in hosts.items())
        self._say(
            Text(f"按策略的 hosts 连接：{shown}", f"connected by hosts in the policy: {shown}")
            if shown
            else Text(
                "策略中不再有 hosts：所有域名按 DNS 连接",
                "the policy no longer has hosts: all names are resolved by DNS",
            )
        )

    def server_connect(self, data: ServerConnectionHookData) -> None:
        if isinstance(data.client.proxy_mode, mode_specs.UpstreamMode):
            return  # the connection to that proxy, to which ``hosts:`` does not apply
        opened_for = self._layers.opened_for(data.client, data.server)
        if data.server.address is None or (opened_for is not None and data.server.address != opened_for):
            return
        name = self._name(data)
        place = self._source.policies.hosts.get(name)
        self._made[data.server] = name, place
        if place is not None:
            port = place.port if place.port is not None else data.server.address[1]
            if data.server.tls and data.server.sni is None:
                data.server.sni = name
            data.server.address = (place.address, port)

    def place_of(self, server: connection.Server) -> HostPlace | None:
        """The address that the policy sets for a connection; None if it sets none."""
        return self._made.get(server, ("", None))[1]

    def is_placed(self, server: connection.Server) -> bool:
        return self.place_of(server) is not None

    def lends(self, server: connection.Server) -> bool:
        """Whether an address of this machine is available to other devices: on the port that ``hosts:`` gives, or on
        the ports of calls if it gives none. ``api.example.com: 127.0.0.1`` does not expose a database on the same
        machine."""
        name, place = self._made.get(server, ("", None))
        if place is None or server.address is None:
            return False
        port = server.address[1]
        return place.port is not None or port in _PORTS_OF_CALLS or self._source.policies.lists_port(name, port)

    def is_current(self, server: connection.Server) -> bool:
        """Whether a connection leads to the address that the current policy gives."""
        made = self._made.get(server)
        return made is None or self._source.policies.hosts.get(made[0]) == made[1]

    def _name(self, data: ServerConnectionHookData) -> str:
        """The requested name; where that was an address (a tunnel), the SNI or the Host header."""
        asked = self._layers.asked_for(data.client, data.server)
        host = asked.certificate_name if asked is not None else data.server.address[0] if data.server.address else ""
        if is_address(host) and data.client.sni:
            host = data.client.sni
        if is_address(host):
            for flow in self._layers.waiting_for(data.client, data.server):
                host = flow.request.pretty_host or host
        return read_host(host).ascii

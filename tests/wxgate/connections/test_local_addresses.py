"""Which upstream connections are refused, and to whom: facts of a connection in, a refusal or none out."""

from types import SimpleNamespace

import pytest
from mitmproxy import connection
from mitmproxy.proxy import mode_specs
from mitmproxy.test import taddons
from mitmproxy.test import tflow

import wxgate.connections.local_addresses as local_addresses
from wxgate.connections.local_addresses import LocalAddresses
from wxgate.layers.asked import Asked
from wxgate.recording.counters import Counters

HERE = ("127.0.0.1", 6379)


class Proxy:
    def __init__(self, *, opened_for=HERE, asked=None, place=None, lends=True, flows=(), is_call=False, behind=()):
        layers = SimpleNamespace(
            opened_for=lambda client, server: opened_for,
            asked_for=lambda client, server: asked,
            waiting_for=lambda client, server: list(flows),
            behind=lambda client, server: [connection.Server(address=address) for address in behind],
        )
        hosts = SimpleNamespace(place_of=lambda server: place, lends=lambda server: lends)
        self.refused, self.said, self.counters = [], [], Counters()

        def refuse(flow, peer):
            self.refused.append(peer)
            return is_call

        self.addon = LocalAddresses(layers, hosts, self.counters, refuse, self.said.append)


def client(mode="regular", address="192.168.1.20"):
    made = connection.Client(peername=(address, 50000), sockname=("192.168.1.7", 8080))
    made.proxy_mode = mode_specs.ProxyMode.parse(mode)
    return made


@pytest.fixture(autouse=True)
def options(monkeypatch):
    monkeypatch.setattr(local_addresses, "hang_up", lambda *_: None)
    with taddons.context() as context:
        context.options.add_option("mp_allow_local", bool, False, "")
        yield context.options


def connects(proxy, by, *, address=HERE, peer=None):
    server = connection.Server(address=address, peername=peer)
    data = SimpleNamespace(client=by, server=server)
    proxy.addon.server_connect(data)
    if server.error is None and peer is not None:
        proxy.addon.server_connected(data)
    return server.error is not None


def test_another_device_does_not_reach_loopback_and_that_is_said_once():
    proxy = Proxy()
    assert connects(proxy, client()) and connects(proxy, client())
    assert len(proxy.said) == 1 and "hosts: {dev.example.com: 127.0.0.1:6379}" in proxy.said[0].en
    assert proxy.counters.facts()["counts"] == '{"local_address": 2}'


@pytest.mark.parametrize(
    ("behind", "is_refused"),
    [(("api.example.com", 443), False), (("127.0.0.1", 6379), True), (("localhost", 80), True), (("0x7f.1", 80), True)],
)
def test_an_upstream_proxy_of_another_addon_may_be_here_and_what_is_asked_of_it_not(behind, is_refused):
    proxy = Proxy(behind=[behind])
    assert connects(proxy, client(), peer=HERE) is is_refused
    assert len(proxy.said) == is_refused


def test_a_name_is_refused_by_where_it_led():
    proxy = Proxy(opened_for=("dev.example.org", 80))
    assert connects(proxy, client(), address=("dev.example.org", 80), peer=("127.0.0.1", 80))
    assert "{dev.example.org: 127.0.0.1:80}" in proxy.said[0].en


def test_a_call_is_refused_as_one():
    proxy = Proxy(flows=[object()], is_call=True)
    assert connects(proxy, client()) and len(proxy.refused) == 1 and proxy.said == []


LAN = ("192.168.1.7", 3000)
ALLOWED = [
    ("this machine's own client", Proxy(), client(address="127.0.0.1"), HERE),
    ("a LAN address", Proxy(opened_for=LAN), client(), LAN),
    ("a reverse target", Proxy(), client("reverse:http://127.0.0.1:6379"), HERE),
    ("the upstream proxy itself", Proxy(), client("upstream:http://127.0.0.1:6379"), HERE),
    ("what hosts names", Proxy(opened_for=("api.example.com", 443), place=object()), client(), HERE),
    ("what another addon's server_connect has set", Proxy(opened_for=("api.example.com", 443)), client(), HERE),
    ("what an option made of a request", Proxy(asked=Asked("api.example.com", 443)), client(), HERE),
]


@pytest.mark.parametrize(("case", "proxy", "by", "address"), ALLOWED, ids=[each[0] for each in ALLOWED])
def test_what_the_operator_named_is_reached(case, proxy, by, address):
    assert not connects(proxy, by, address=address, peer=address)


def test_a_port_that_hosts_does_not_lend_is_refused():
    assert connects(Proxy(opened_for=("api.example.com", 6379), place=object(), lends=False), client(), peer=HERE)


def test_a_tunnels_client_is_never_this_machine():
    assert connects(Proxy(), client("wireguard", "127.0.0.1"))


def test_allow_local_lends_all_out(options):
    options.mp_allow_local = True
    assert not connects(Proxy(), client(), peer=HERE)


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "localhost", "[::1]", "169.254.169.254"])
def test_behind_an_upstream_proxy_the_name_is_looked_at(host):
    proxy = Proxy()
    flow = tflow.tflow()
    flow.client_conn, flow.request.host = client("upstream:http://192.168.1.9:3128"), host.strip("[]")
    flow.live = True
    proxy.addon.http_connect(flow)
    assert flow.error is not None and len(proxy.said) == 1

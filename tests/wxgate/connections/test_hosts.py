"""Where a connection is led, by which name, and which open ones still lead there."""

from types import MappingProxyType
from types import SimpleNamespace

import pytest
from mitmproxy import connection
from mitmproxy.proxy import mode_specs

from wxgate.connections.hosts import Hosts
from wxgate.layers.asked import Asked
from wxgate.start.policy_source import PolicySource
from wxpolicy.policy import HostPlace
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Api

PLACE = HostPlace("10.0.0.5", 8443)


def led(asked, *, sni=None, host_header=None, moved_by_another=False):
    source = PolicySource()
    source.policies = PolicySet([Policy(hosts=MappingProxyType({"api.example.com": PLACE}))])
    flows = [SimpleNamespace(request=SimpleNamespace(pretty_host=host_header))] if host_header else []
    layers = SimpleNamespace(
        opened_for=lambda client, server: (asked, 443),
        asked_for=lambda client, server: Asked(asked, 443, sni),
        waiting_for=lambda client, server: flows,
    )
    client = connection.Client(peername=("10.0.0.2", 50000), sockname=("10.0.0.1", 8080))
    client.sni = sni
    server = connection.Server(address=("elsewhere.example.com" if moved_by_another else asked, 443))
    hosts = Hosts(source, layers, lambda text: None)
    hosts.server_connect(SimpleNamespace(client=client, server=server))
    return hosts, source, server


CASES = [
    ("the name", {"asked": "api.example.com"}, True),
    ("the name in capitals", {"asked": "API.Example.com"}, True),
    ("another name", {"asked": "www.example.com"}, False),
    ("an address with the name as SNI", {"asked": "203.0.113.7", "sni": "api.example.com"}, True),
    ("an address with the name as Host", {"asked": "203.0.113.7", "host_header": "api.example.com"}, True),
    ("an address alone", {"asked": "203.0.113.7"}, False),
    ("what another addon has moved", {"asked": "api.example.com", "moved_by_another": True}, False),
]


@pytest.mark.parametrize(("case", "asked", "is_led"), CASES, ids=[each[0] for each in CASES])
def test_who_is_led_to_the_place(case, asked, is_led):
    hosts, _, server = led(**asked)
    assert (server.address == ("10.0.0.5", 8443)) is is_led
    assert (hosts.place_of(server) is not None) is is_led
    assert hosts.is_placed(server) is is_led


def test_after_an_edit_an_open_connection_is_used_no_more():
    hosts, source, server = led("api.example.com")
    assert hosts.is_current(server)
    source.policies = PolicySet([Policy()])
    assert not hosts.is_current(server)


def test_the_connection_to_an_upstream_proxy_is_not_moved():
    source = PolicySource()
    source.policies = PolicySet([Policy(hosts=MappingProxyType({"api.example.com": PLACE}))])
    layers = SimpleNamespace(opened_for=lambda *_: None, asked_for=lambda *_: None, waiting_for=lambda *_: [])
    client = connection.Client(peername=("10.0.0.2", 50000), sockname=("10.0.0.1", 8080))
    client.proxy_mode, client.sni = mode_specs.ProxyMode.parse("upstream:http://127.0.0.1:3128"), "api.example.com"
    server = connection.Server(address=("127.0.0.1", 3128))
    Hosts(source, layers, lambda text: None).server_connect(SimpleNamespace(client=client, server=server))
    assert server.address == ("127.0.0.1", 3128)


@pytest.mark.parametrize(
    ("case", "place", "port", "is_lent"),
    [
        ("the port that it says", HostPlace("127.0.0.1", 8443), 6379, True),
        ("without a port, that of https", HostPlace("127.0.0.1"), 443, True),
        ("without a port, that of http", HostPlace("127.0.0.1"), 80, True),
        ("without a port, one that is listed", HostPlace("127.0.0.1"), 9443, True),
        ("without a port, another", HostPlace("127.0.0.1"), 6379, False),
        ("a name of this machine without a port", HostPlace("localhost"), 6379, False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_which_ports_of_this_machine_a_place_lends(case, place, port, is_lent):
    listed = ListedDomain("https://api.example.com:9443", "https", "api.example.com", 9443)
    source = PolicySource()
    source.policies = PolicySet([Policy(hosts={"api.example.com": place}, domains={Api.REQUEST: (listed,)})])
    layers = SimpleNamespace(opened_for=lambda *_: None, asked_for=lambda *_: None, waiting_for=lambda *_: [])
    client = connection.Client(peername=("10.0.0.2", 50000), sockname=("10.0.0.1", 8080))
    server = connection.Server(address=("api.example.com", port))
    hosts = Hosts(source, layers, lambda text: None)
    hosts.server_connect(SimpleNamespace(client=client, server=server))
    assert hosts.place_of(server) is place and hosts.lends(server) is is_lent

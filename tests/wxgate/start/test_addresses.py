"""Where a phone reaches this machine: the LAN's address before those of tunnels and containers."""

import pytest

from wxgate.start.addresses import Interface
from wxgate.start.addresses import ranked
from wxgate.start.addresses import reachable_at

WIFI = Interface("wlan0", ("192.168.1.7", "fe80::1", "fd00::7"))
CASES = [
    ("loopback and link-local are left out", [Interface("lo", ("127.0.0.1",)), Interface("eth0", ("169.254.1.1",)), WIFI], None, ["192.168.1.7"]),
    ("private before public", [Interface("eth0", ("203.0.113.9",)), WIFI], None, ["192.168.1.7", "203.0.113.9"]),
    ("a container's network comes last", [Interface("docker0", ("10.0.0.1",)), WIFI], None, ["192.168.1.7", "10.0.0.1"]),
    ("the route's address comes first", [Interface("eth1", ("10.9.0.2",)), WIFI], "192.168.1.7", ["192.168.1.7", "10.9.0.2"]),
    ("but not a tunnel's that has taken the route", [Interface("utun4", ("10.8.0.2",)), WIFI], "10.8.0.2", ["192.168.1.7", "10.8.0.2"]),
    ("of a machine of virtual ones by their names on Windows", [Interface("vEthernet (WSL)", ("172.20.0.1",)), Interface("VMware VMnet8", ("10.1.1.1",)), WIFI], None, ["192.168.1.7", "10.1.1.1", "172.20.0.1"]),
    ("one address on two interfaces is one", [WIFI, Interface("tun0", ("192.168.1.7",))], None, ["192.168.1.7"]),
    ("none at all", [Interface("lo", ("127.0.0.1", "::1"))], None, []),
]  # fmt: skip


@pytest.mark.parametrize(("case", "interfaces", "route", "expected"), CASES, ids=[each[0] for each in CASES])
def test_the_likeliest_address_comes_first(case, interfaces, route, expected):
    assert ranked(interfaces, route) == expected


def test_ipv6_is_told_where_it_alone_is_listened_on():
    assert ranked([WIFI], None, ipv6=True) == ["fd00::7"]


@pytest.mark.parametrize(
    ("host", "last"), [("0.0.0.0", "127.0.0.1"), ("", "127.0.0.1"), ("::", "::1"), ("10.0.0.1", "10.0.0.1")]
)
def test_a_proxy_that_listens_everywhere_is_reachable_on_this_machine_too(host, last):
    assert reachable_at(host)[-1] == last
    assert all((":" in found) is (host == "::") for found in reachable_at(host))

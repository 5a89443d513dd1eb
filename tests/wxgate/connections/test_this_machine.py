"""Who counts as this machine: loopback and its own addresses, and never a client of a tunnel."""

import pytest
from mitmproxy import connection
from mitmproxy.proxy import mode_specs

from wxgate.connections.this_machine import ThisMachine

OWN = ("192.168.1.7", "fe80::7", "fd00::7")


def client(address, mode="regular"):
    made = connection.Client(peername=(address, 50000), sockname=("192.168.1.7", 8080))
    made.proxy_mode = mode_specs.ProxyMode.parse(mode)
    return made


CLIENTS = [
    ("loopback", "127.0.0.1", "regular", True),
    ("all of loopback", "127.0.0.2", "regular", True),
    ("IPv6", "::1", "regular", True),
    ("on a dual-stack socket", "::ffff:127.0.0.1", "regular", True),
    ("its own address", "192.168.1.7", "regular", True),
    ("its own on a dual-stack socket", "::ffff:192.168.1.7", "regular", True),
    ("its own with an interface", "fe80::7%eth0", "regular", True),
    ("a phone", "192.168.1.20", "regular", False),
    ("a phone by transparent mode", "192.168.1.20", "transparent", False),
    ("a tunnel's client that says loopback", "127.0.0.1", "wireguard", False),
    ("a tunnel's client that has our address", "192.168.1.7", "wireguard", False),
    ("its own programs", "192.168.1.20", "local", True),
]


@pytest.mark.parametrize(("case", "address", "mode", "is_own"), CLIENTS, ids=[each[0] for each in CLIENTS])
def test_who_is_this_machine(case, address, mode, is_own):
    assert ThisMachine(lambda: OWN).is_client(client(address, mode)) is is_own


def test_a_test_may_count_an_address_as_another_machines():
    machine = ThisMachine(lambda: OWN)
    machine.foreign = frozenset({"127.0.0.9"})
    assert not machine.is_client(client("127.0.0.9")) and machine.is_client(client("127.0.0.1"))


def test_without_an_address_nobody_is():
    made = client("127.0.0.1")
    made.peername = None
    assert not ThisMachine(lambda: OWN).is_client(made)

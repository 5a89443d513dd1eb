"""Where a phone reaches this machine."""

import ipaddress

import ifaddr
import pytest

from wxgate.start.addresses import lan_addresses
from wxgate.start.addresses import reachable_at


class Adapter:
    def __init__(self, *ips):
        self.ips = [ifaddr.IP(ip, 24, "eth0") for ip in ips]


def test_private_addresses_come_first_and_loopback_not_at_all(monkeypatch):
    found = [
        Adapter("203.0.113.9", ("fe80::1", 0, 0)),
        Adapter("127.0.0.1", "169.254.1.1"),
        Adapter("192.168.1.7", "192.168.1.7"),
    ]
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: found)
    monkeypatch.setattr(ipaddress, "ip_address", lambda text: ipaddress.IPv4Address(text))
    assert lan_addresses()[0] == "192.168.1.7" and len(lan_addresses()) == 2


@pytest.mark.parametrize(
    ("host", "last"), [("0.0.0.0", "127.0.0.1"), ("", "127.0.0.1"), ("::", "127.0.0.1"), ("10.0.0.1", "10.0.0.1")]
)
def test_a_proxy_that_listens_everywhere_is_reachable_on_this_machine_too(host, last):
    assert reachable_at(host)[-1] == last

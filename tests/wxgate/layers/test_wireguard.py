"""Phones in a tunnel: each has addresses of its own, and is one device by whichever of them it comes."""

import re

import pytest

from wxgate.layers.wireguard import of_one_phone
from wxgate.layers.wireguard import with_ipv6


def test_the_tunnel_takes_ipv6_too():
    told = with_ipv6("[Interface]\nAddress = 10.0.0.1/32\n[Peer]\nAllowedIPs = 0.0.0.0/0\n")
    assert "AllowedIPs = 0.0.0.0/0, ::/0" in told and "/128" in told


def test_each_tunnel_has_an_address_of_its_own():
    told = [with_ipv6("Address = 10.0.0.1/32\n", number) for number in (1, 2, 52, 53)]
    assert len(set(told)) == 4 and "10.0.0.2/32, fd6d:7073:616e::2/128" in told[1]
    assert not any("10.0.0.53/" in each for each in told), "the resolver's"


@pytest.mark.parametrize("number", [1, 9, 10, 52, 53, 200])
def test_both_addresses_of_a_phone_are_one_device(number):
    told = with_ipv6("Address = 10.0.0.1/32\n", number)
    ipv4, ipv6 = re.fullmatch(r"Address = (\S+)/32, (\S+)/128\n", told).groups()
    assert of_one_phone(ipv6) == of_one_phone(ipv4) == ipv4


@pytest.mark.parametrize("address", ["192.168.1.5", "fe80::1", "fd6d:7073:616e::1:1", "fd6d:7073:616e::", "unknown"])
def test_other_addresses_stay_what_they_are(address):
    assert of_one_phone(address) == address

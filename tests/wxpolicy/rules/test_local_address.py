"""Addresses of this machine that are not lent out, in every spelling."""

import pytest

from wxpolicy.catalogue import fix_of
from wxpolicy.finding import Code
from wxpolicy.rules.local_address import check
from wxpolicy.rules.local_address import kind_of
from wxpolicy.rules.local_address import kind_of_name

ADDRESSES = [
    ("loopback", "127.0.0.1", "loopback"),
    ("all of its network", "127.255.255.254", "loopback"),
    ("IPv6", "::1", "loopback"),
    ("IPv4 in IPv6", "::ffff:127.0.0.1", "loopback"),
    ("IPv4 in IPv6, as it was once", "::127.0.0.1", "loopback"),
    ("by NAT64", "64:ff9b::7f00:1", "loopback"),
    ("by a NAT64 of its own", "64:ff9b:1::7f00:1", "loopback"),
    ("translated", "::ffff:0:127.0.0.1", "loopback"),
    ("link-local by NAT64", "64:ff9b::a9fe:a9fe", "link_local"),
    ("a cloud's metadata", "100.100.100.200", "metadata"),
    ("a cloud's metadata in IPv6", "fd00:ec2::254", "metadata"),
    ("a cloud's metadata as IPv4 in IPv6", "::ffff:100.100.100.200", "metadata"),
    ("its neighbour", "100.100.100.201", None),
    ("public by NAT64", "64:ff9b::cb00:7107", None),
    ("by 6to4", "2002:7f00:1::", "loopback"),
    ("link-local", "169.254.169.254", "link_local"),
    ("link-local in IPv6 with its interface", "fe80::1%eth0", "link_local"),
    ("unspecified", "0.0.0.0", "unspecified"),
    ("this network", "0.0.0.1", "unspecified"),
    ("unspecified in IPv6", "::", "unspecified"),
    ("a LAN address", "192.168.1.7", None),
    ("a LAN address in IPv6", "fd00::7", None),
    ("public", "203.0.113.7", None),
    ("public in IPv6", "2001:db8::1", None),
    ("no address", "api.example.com", None),
]


@pytest.mark.parametrize(("case", "address", "kind"), ADDRESSES, ids=[each[0] for each in ADDRESSES])
def test_the_kind_of_an_address(case, address, kind):
    assert kind_of(address) == kind


NAMES = [
    ("dotted", "127.0.0.1", ("loopback", "127.0.0.1")),
    ("short", "127.1", ("loopback", "127.0.0.1")),
    ("hexadecimal", "0x7f.1", ("loopback", "127.0.0.1")),
    ("one number", "2130706433", ("loopback", "127.0.0.1")),
    ("octal", "017700000001", ("loopback", "127.0.0.1")),
    ("with a dot behind", "127.0.0.1.", ("loopback", "127.0.0.1")),
    ("full-width", "１２７.0.0.1", ("loopback", "127.0.0.1")),
    ("in brackets", "[::1]", ("loopback", "::1")),
    ("a number for link-local", "0xa9fea9fe", ("link_local", "169.254.169.254")),
    ("by name", "localhost", ("loopback", "127.0.0.1")),
    ("by name, below", "app.localhost", ("loopback", "127.0.0.1")),
    ("a LAN address", "192.168.1.7", None),
    ("a domain", "api.example.com", None),
]


@pytest.mark.parametrize(("case", "host", "found"), NAMES, ids=[each[0] for each in NAMES])
def test_what_a_name_says_by_itself(case, host, found):
    assert kind_of_name(host) == found


LINES = [
    ("a name", "dev.example.org", "127.0.0.1", "hosts: {dev.example.org: 127.0.0.1:6379}"),
    ("an address has no name", "127.0.0.1", "127.0.0.1", "hosts: {dev.example.com: 127.0.0.1:6379}"),
    ("IPv6 in quotes", "dev.example.org", "::1", 'hosts: {dev.example.org: "[::1]:6379"}'),
]


@pytest.mark.parametrize(("case", "host", "address", "line"), LINES, ids=[each[0] for each in LINES])
def test_the_fix_shows_the_line_that_would_allow_it(case, host, address, line):
    (finding,) = check(host, address, 6379, "loopback")
    assert finding.code is Code.LOCAL_ADDRESS and finding.fails
    assert line in fix_of(finding).en and line in fix_of(finding).zh

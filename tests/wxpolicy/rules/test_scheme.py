"""Schemes: https and wss, and what edition current makes of the LAN."""

import pytest

from testenv.domain_calls import BARE_GET
from testenv.domain_calls import REQUEST
from testenv.domain_calls import SOCKET
from testenv.domain_calls import carrying
from testenv.domain_calls import current
from testenv.domain_calls import listing
from testenv.domain_calls import named
from testenv.domain_calls import to_host
from testenv.domain_calls import violations
from wxpolicy.call.facts import Where
from wxpolicy.catalogue import fix_of
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules.scheme import check

SEED, CURRENT = listing(), current()
LAN = "192.168.1.20"
MIXED = carrying(named(Where.URL, LAN), named(Where.HOST, "api.example.com"), scheme="http")


@pytest.mark.parametrize(
    ("case", "call", "classification", "policy", "refused"),
    [
        ("https request", to_host("a.com"), REQUEST, SEED, False),
        ("https bare get", to_host("a.com"), BARE_GET, SEED, False),
        ("wss socket", to_host("a.com", scheme="wss"), SOCKET, SEED, False),
        ("http request", to_host("a.com", scheme="http"), REQUEST, SEED, True),
        ("ws socket", to_host("a.com", scheme="ws"), SOCKET, SEED, True),
        ("https socket", to_host("a.com"), SOCKET, SEED, True),
        ("wss request", to_host("a.com", scheme="wss"), REQUEST, SEED, True),
        ("another scheme", to_host("a.com", scheme="ftp\x1b"), REQUEST, SEED, True),
        ("http to the LAN, 2017", to_host(LAN, scheme="http"), REQUEST, SEED, True),
        ("http to the LAN, current", to_host(LAN, scheme="http"), REQUEST, CURRENT, False),
        ("ws to the LAN, current", to_host(LAN, 81, scheme="ws"), SOCKET, CURRENT, False),
        ("ws to the LAN for a request, current", to_host(LAN, scheme="ws"), REQUEST, CURRENT, True),
        ("http to another subnet, current", to_host("192.168.2.20", scheme="http"), REQUEST, CURRENT, False),
        ("http to the own address, current", to_host("192.168.1.5", scheme="http"), REQUEST, CURRENT, False),
        ("http to a domain, current", to_host("a.com", scheme="http"), REQUEST, CURRENT, True),
        ("http to the LAN with another Host, current", MIXED, REQUEST, CURRENT, True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_only_secure_schemes_leave_the_lan(case, call, classification, policy, refused):
    assert violations(check(call, classification, policy)) == ["SCHEME_NOT_SECURE"] * refused


def test_an_unseen_lan_address_is_not_observable():
    (finding,) = check(to_host(LAN, scheme="http", device="127.0.0.1"), REQUEST, CURRENT)
    assert (finding.severity, finding.status) == (Severity.WARNING, Status.NOT_OBSERVABLE)


def test_the_fix_is_the_url_to_write():
    (finding,) = check(to_host("a.com", scheme="ws"), SOCKET, SEED)
    assert "wss://a.com/" in fix_of(finding).zh and "wss://a.com/" in fix_of(finding).en
    (finding,) = check(to_host("::1", scheme="http"), REQUEST, SEED)
    assert "https://[::1]/" in fix_of(finding).en

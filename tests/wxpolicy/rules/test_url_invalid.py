"""Calls without a readable host, or with an impossible port."""

import pytest

from testenv.domain_calls import PHONE
from testenv.domain_calls import REQUEST
from testenv.domain_calls import carrying
from testenv.domain_calls import codes
from testenv.domain_calls import listing
from testenv.domain_calls import named
from testenv.domain_calls import through_tunnel
from testenv.domain_calls import to_host
from testenv.domain_calls import violations
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Where
from wxpolicy.call.verdicts import judge_domains
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.rules.url_invalid import check

POLICY = listing(request=["https://api.example.com"])


@pytest.mark.parametrize(
    ("case", "call", "count"),
    [
        ("a good host", through_tunnel("api.example.com"), 0),
        ("an address is readable", to_host("127.0.0.1", 8080), 0),
        ("highest port", to_host("api.example.com", 65535), 0),
        ("no names", CallFacts(PHONE, "GET", "https", ()), 1),
        ("empty host", to_host(""), 1),
        ("unreadable host", to_host("a..b"), 1),
        ("the same unreadable host in three places", through_tunnel("a..b"), 1),
        ("two unreadable hosts", carrying(named(Where.SNI, "a..b"), named(Where.HOST, "a b")), 2),
        ("only one place is unreadable", carrying(named(Where.SNI, "api.example.com"), named(Where.HOST, "a b")), 1),
        ("port 0", to_host("api.example.com", 0), 1),
        ("negative port", to_host("api.example.com", -1), 1),
        ("port over the range", to_host("api.example.com", 65536), 1),
        ("CONNECT port over the range", through_tunnel("api.example.com", 70000), 1),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hosts_and_ports_must_be_possible(case, call, count):
    assert violations(check(call, REQUEST, POLICY)) == ["URL_INVALID"] * count


def test_the_mend_of_an_impossible_port_names_the_port():
    (finding,) = check(to_host("api.example.com", 70000), REQUEST, POLICY)
    assert (
        fix_of(finding).en == "Take the port out of the url, or write one from 1 to 65535."
        and "65535" in fix_of(finding).zh
    )


def test_the_message_names_the_place_and_is_safe_to_print():
    (finding,) = check(carrying(named(Where.SNI, "a.com"), named(Where.HOST, "a\x1b[2J.com")), REQUEST, POLICY)
    assert "Host" in message_of(finding).zh and "Host" in message_of(finding).en and "SNI" not in message_of(finding).en
    assert "\x1b" not in message_of(finding).en + finding.subject


def test_an_internationalised_host_is_compared_by_its_a_label():
    """mitmproxy hands CONNECT and :authority out decoded; Host and SNI come as they were sent."""
    call = carrying(
        named(Where.CONNECT, "\u4e2d\u6587.com", 443),
        named(Where.SNI, "xn--fiq228c.com"),
        named(Where.AUTHORITY, "\u4e2d\u6587.com"),
    )
    assert codes(judge_domains(call, REQUEST, listing(request=["https://xn--fiq228c.com"]))) == []
    assert codes(check(carrying(named(Where.HOST, "\u4e2d\u6587.com")), REQUEST, listing())) == ["URL_INVALID"]

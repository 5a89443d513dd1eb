"""IP addresses: never in 2017, only the device's own LAN in edition current."""

import pytest

from testenv.domain_calls import REQUEST
from testenv.domain_calls import carrying
from testenv.domain_calls import codes
from testenv.domain_calls import current
from testenv.domain_calls import listing
from testenv.domain_calls import named
from testenv.domain_calls import through_tunnel
from testenv.domain_calls import to_host
from wxpolicy.call.facts import Where
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules.host_is_ip import check

VIOLATION = (Severity.VIOLATION, Status.VIOLATED)
GUESS = (Severity.NOTE, Status.NOT_OBSERVABLE)
UNSEEN = (Severity.WARNING, Status.NOT_OBSERVABLE)
PHONE, HERE = "192.168.1.5", "127.0.0.1"


@pytest.mark.parametrize(
    "host",
    [
        "203.0.113.7",
        "192.168.1.20",
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "[::1]",
        "::ffff:192.168.1.20",
        "fe80::1%en0",
        "１.1.1.1",
        "0",
    ],
)
def test_2017_knows_no_exception(host):
    (finding,) = check(to_host(host), REQUEST, listing())
    assert (finding.code, finding.severity, finding.status) == ("HOST_IS_IP", *VIOLATION)


@pytest.mark.parametrize(
    ("case", "host", "device", "expected"),
    [
        ("own subnet", "192.168.1.20", PHONE, GUESS),
        ("own subnet, ten-network", "10.1.2.3", "10.1.2.4", GUESS),
        ("own subnet, device shown as mapped", "192.168.1.20", "::ffff:192.168.1.5", GUESS),
        ("another private subnet", "192.168.2.20", PHONE, UNSEEN),
        ("private, other range", "172.16.0.1", PHONE, UNSEEN),
        ("the device itself, or its tunnel's address", "192.168.1.5", PHONE, UNSEEN),
        ("loopback", "127.0.0.1", PHONE, VIOLATION),
        ("loopback from devtools here", "127.0.0.1", HERE, VIOLATION),
        ("mapped loopback", "[::ffff:127.0.0.1]", HERE, VIOLATION),
        ("unspecified", "0.0.0.0", PHONE, VIOLATION),
        ("public", "203.0.113.7", PHONE, VIOLATION),
        ("public neighbour of a public device", "203.0.113.7", "203.0.113.8", VIOLATION),
        ("link-local", "169.254.1.1", "169.254.1.2", UNSEEN),
        ("link-local as one number", "2851995905", PHONE, VIOLATION),
        ("IPv6 LAN", "[fd00::1]", PHONE, UNSEEN),
        ("IPv6 link-local", "[fe80::1]", PHONE, UNSEEN),
        ("IPv6 of everybody", "[2001:4860:4860::8888]", PHONE, VIOLATION),
        ("LAN address as one number", "3232235796", PHONE, VIOLATION),
        ("LAN address, mapped", "::ffff:192.168.1.20", PHONE, VIOLATION),
        ("LAN address with a trailing dot", "192.168.1.20.", PHONE, VIOLATION),
        ("private, devtools on this machine", "192.168.1.20", HERE, UNSEEN),
        ("private, device by IPv6", "192.168.1.20", "2001:db8::5", UNSEEN),
        ("private, device unknown", "192.168.1.20", "unknown", UNSEEN),
        ("public, devtools on this machine", "203.0.113.7", HERE, VIOLATION),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_current_never_refuses_a_private_address(case, host, device, expected):
    (finding,) = check(to_host(host, device=device), REQUEST, current())
    assert (finding.severity, finding.status) == expected


@pytest.mark.parametrize(
    "disguise",
    [
        "3232235796", "0xC0A80114", "0300.168.1.20", "192.168.276", "192.168.1.20.", "１92.168.1.20",
        "[::ffff:192.168.1.20]", "[::ffff:c0a8:114]", "[::192.168.1.20]",
    ],
)  # fmt: skip
def test_a_lan_address_in_disguise_is_not_said_to_be_in_another_subnet(disguise):
    (finding,) = check(to_host(disguise, device=PHONE), REQUEST, current())
    assert (finding.severity, finding.data["reason"]) == (Severity.VIOLATION, "disguised")
    for words in message_of(finding), fix_of(finding):
        assert "192.168.1.20" in words.en and "192.168.1.20" in words.zh
        assert "subnet" not in words.en and "网段" not in words.zh


@pytest.mark.parametrize("host", ["100.64.0.1", "198.18.0.1", "[2001:db8::1]", "[64:ff9b::192.168.1.20]"])
def test_what_is_no_lan_address_is_not_said_to_be_one(host):
    (finding,) = check(to_host(host, device=PHONE), REQUEST, current())
    assert (finding.severity, finding.data["reason"]) == (Severity.VIOLATION, "not_lan")


@pytest.mark.parametrize("host", ["169.254.1.1", "[fd00::1]", "fe80::1%en0"])
def test_a_private_address_of_no_ipv4_lan_is_not_said_to_be_one(host):
    (finding,) = check(to_host(host, device=PHONE), REQUEST, current())
    assert finding.data["reason"] == "unknown_private"
    assert "not known" in message_of(finding).en and "subnet" not in message_of(finding).en


def test_names_are_no_addresses():
    call = carrying(named(Where.SNI, "api.example.com"), named(Where.HOST, "localhost"), named(Where.URL, "a..b"))
    assert codes(check(call, REQUEST, listing())) == []


def test_two_spellings_of_one_address_are_said_once():
    call = carrying(named(Where.CONNECT, "127.1", 443), named(Where.HOST, "127.0.0.1"))
    (finding,) = check(call, REQUEST, listing())
    assert "CONNECT, Host" in message_of(finding).en


@pytest.mark.parametrize("disguise", ["3232235796", "192.168.1.20.", "0300.168.1.20"])
def test_a_plain_spelling_does_not_hide_a_disguised_one(disguise):
    call = carrying(named(Where.SNI, "192.168.1.20"), named(Where.HOST, disguise))
    (finding,) = check(call, REQUEST, current())
    assert finding.fails


def test_a_disguise_is_lifted_in_the_message():
    (finding,) = check(to_host("2130706433"), REQUEST, listing())
    assert "2130706433 = 127.0.0.1" in message_of(finding).en and "2130706433 = 127.0.0.1" in message_of(finding).zh
    assert finding.subject == "127.0.0.1"


def test_the_guessed_netmask_is_said():
    (finding,) = check(through_tunnel("192.168.1.20"), REQUEST, current())
    assert "/24" in message_of(finding).en and "/24" in message_of(finding).zh

"""Ports: none in 2017, an exact match in edition current, and nothing learnt from CONNECT 443."""

from dataclasses import replace

import pytest

from testenv.domain_calls import BARE_GET
from testenv.domain_calls import REQUEST
from testenv.domain_calls import SOCKET
from testenv.domain_calls import carrying
from testenv.domain_calls import current
from testenv.domain_calls import listing
from testenv.domain_calls import named
from testenv.domain_calls import through_tunnel
from testenv.domain_calls import to_host
from testenv.domain_calls import violations
from wxpolicy.call.facts import Where
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.editions.qq import EDITION as QQ
from wxpolicy.rules.port import check

LISTS = {
    "request": ["https://api.example.com", "https://ported.example.com:8443"],
    "downloadFile": ["https://api.example.com:9443"],
    "connectSocket": ["wss://ws.example.com", "wss://ported.example.com:9000"],
}
SEED = listing(request=["https://api.example.com"], connectSocket=["wss://ws.example.com"])
CURRENT = current(**LISTS)
HOST = "api.example.com"
ON_A_PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 MiniProgramEnv/android"}


@pytest.mark.parametrize(
    ("case", "call", "classification", "policy", "refused"),
    [
        ("2017, none", to_host(HOST), REQUEST, SEED, False),
        ("2017, CONNECT 443", through_tunnel(HOST), REQUEST, SEED, False),
        ("2017, CONNECT 80 for http", through_tunnel(HOST, 80, scheme="http"), REQUEST, SEED, False),
        ("2017, CONNECT 443 for wss", through_tunnel("ws.example.com", scheme="wss"), SOCKET, SEED, False),
        ("2017, CONNECT 80 for https", through_tunnel(HOST, 80), REQUEST, SEED, True),
        ("2017, CONNECT 8443", through_tunnel(HOST, 8443), REQUEST, SEED, True),
        ("2017, Host spells 443", through_tunnel(HOST, spelled_port=443), REQUEST, SEED, True),
        (
            "2017, :authority spells 443, which Node does by itself",
            carrying(named(Where.AUTHORITY, HOST, 443)),
            REQUEST,
            SEED,
            False,
        ),
        (
            "2017, :authority spells 443 on a phone",
            replace(carrying(named(Where.AUTHORITY, HOST, 443)), headers=ON_A_PHONE),
            REQUEST,
            SEED,
            True,
        ),
        ("2017, :authority spells 8443", carrying(named(Where.AUTHORITY, HOST, 8443)), REQUEST, SEED, True),
        ("2017, URL spells 80", carrying(named(Where.URL, HOST, 80), scheme="http"), REQUEST, SEED, True),
        ("2017, wss with a port", to_host("ws.example.com", 9000, scheme="wss"), SOCKET, SEED, True),
        ("2017, unlisted host with a port", to_host("b.com", 8443), REQUEST, SEED, True),
        ("2017, port 0 is url_invalid's", to_host(HOST, 0), REQUEST, SEED, False),
        ("current, none", through_tunnel(HOST), REQUEST, CURRENT, False),
        ("current, the listed port", through_tunnel("ported.example.com", 8443, 8443), REQUEST, CURRENT, False),
        ("current, another port", through_tunnel("ported.example.com", 8444, 8444), REQUEST, CURRENT, True),
        ("current, listed without a port", to_host(HOST, 8443), REQUEST, CURRENT, True),
        ("current, even 443 fails", to_host(HOST, 443), REQUEST, CURRENT, True),
        ("current, wss any port", to_host("ws.example.com", 9000, scheme="wss"), SOCKET, CURRENT, False),
        ("current, wss another port", to_host("ported.example.com", 9001, scheme="wss"), SOCKET, CURRENT, False),
        ("current, unlisted host is domain_list's", to_host("b.com", 8443), REQUEST, CURRENT, False),
        ("current, either API allows the port", to_host(HOST, 9443), BARE_GET, CURRENT, False),
        ("current, neither API allows the port", to_host(HOST, 9444), BARE_GET, CURRENT, True),
        ("current, LAN with a port", to_host("192.168.1.20", 8080), REQUEST, CURRENT, False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_ports(case, call, classification, policy, refused):
    assert violations(check(call, classification, policy)) == ["PORT_NOT_ALLOWED"] * refused


def test_two_ports_of_one_host_are_said_once():
    call = carrying(named(Where.URL, HOST, 81), named(Where.HOST, HOST, 82))
    assert violations(check(call, REQUEST, SEED)) == ["PORT_NOT_ALLOWED"]


def test_the_fix_for_current_is_the_line_with_the_port():
    (finding,) = check(to_host(HOST, 8443), REQUEST, CURRENT)
    assert "https://api.example.com:8443" in fix_of(finding).zh and "https://api.example.com:8443" in fix_of(finding).en
    assert "8443" in message_of(finding).en and "https://api.example.com," in message_of(finding).en


def test_a_plugins_port_is_in_lists_of_its_own():
    policy = current(request=["https://api.example.com"])
    signed = replace(to_host("api.example.com", 8443), headers={"x-wechat-hostsign": "{}"})
    (finding,) = check(signed, REQUEST, policy)
    assert (finding.code, finding.fails, finding.status) == ("PORT_NOT_ALLOWED", False, "not_observable")
    # No list of 2017 has a port, a plugin's neither.
    assert [each.fails for each in check(signed, REQUEST, listing(request=["https://api.example.com"]))] == [True]


@pytest.mark.parametrize("policy", [SEED, replace(SEED, edition=QQ)], ids=["2017", "qq"])
@pytest.mark.parametrize(
    ("case", "host", "port", "scheme", "classification", "expected"),
    [
        ("what socket libraries add", "ws.example.com", 443, "wss", SOCKET, []),
        ("another port of a socket", "ws.example.com", 8443, "wss", SOCKET, ["PORT_NOT_ALLOWED"]),
        ("the other scheme's default", "ws.example.com", 80, "wss", SOCKET, ["PORT_NOT_ALLOWED"]),
        ("no socket", "api.example.com", 443, "https", REQUEST, ["PORT_NOT_ALLOWED"]),
    ],
)
def test_a_default_port_in_the_host_of_a_handshake_is_none(case, host, port, scheme, classification, expected, policy):
    """Java-WebSocket before 1.3.9 and Starscream write it for every wss address."""
    call = replace(to_host(host, port, scheme=scheme), headers=ON_A_PHONE)
    assert violations(check(call, classification, policy)) == expected

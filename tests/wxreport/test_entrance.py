"""What is scanned, and what no phone can reach."""

import pytest

from wxreport.entrance import Entrance
from wxreport.entrance import to_scan

TUNNEL = "[Interface]\nPrivateKey = abc=\n\n[Peer]\nEndpoint = 0.0.0.0:8080"
CASES = [
    ("the phone's page", Entrance("regular", ("192.168.1.20", "127.0.0.1"), 8080), "http://192.168.1.20:8080/"),
    ("IPv6 in brackets", Entrance("regular", ("fd00::1",), 8080), "http://[fd00::1]:8080/"),
    ("no phone reaches ::1", Entrance("regular", ("::1",), 8080), None),
    ("nor loopback", Entrance("regular", ("127.0.0.1",), 8080), None),
    ("a tunnel by its own port", Entrance("wireguard", ("192.168.1.20",), 51820, TUNNEL), TUNNEL.replace("0.0.0.0:8080", "192.168.1.20:51820")),
    ("nothing for SOCKS", Entrance("socks5", ("192.168.1.20",), 1080), None),
    ("nothing for a gateway", Entrance("transparent", ("192.168.1.20",), 8080), None),
]  # fmt: skip


@pytest.mark.parametrize(("case", "entrance", "expected"), CASES, ids=[each[0] for each in CASES])
def test_what_a_phone_scans(case, entrance, expected):
    assert entrance.scan == expected


def test_of_several_modes_the_first_with_a_code_is_shown():
    ways = [Entrance("socks5", ("192.168.1.20",), 1080), Entrance("regular", ("192.168.1.20",), 8080)]
    assert to_scan(ways) is ways[1]
    assert to_scan(ways[:1]) is None

"""What surrounds a body: interim answers, upgrades, redirects, fields that HTTP/1 cannot hold. Nothing is read in two ways, nobody waits."""

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection

from testenv import h2client
from testenv.raw_exchange import HOST
from testenv.raw_exchange import OK
from testenv.raw_exchange import RESET
from testenv.raw_exchange import exchange
from testenv.raw_exchange import served
from testenv.rawserver import RawServer
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.tunnel import open_tunnel


@pytest.fixture(scope="module")
def proxy(shared_proxy):
    return shared_proxy()


# Interim answers


@pytest.mark.parametrize("interim", [100, 102, 103])
@pytest.mark.parametrize("pieces", [1, 2], ids=["in one piece", "apart"])
def test_an_interim_answer_is_dropped_and_the_answer_is_judged(proxy, lab, interim, pieces):
    early = b"HTTP/1.1 %d Early\r\nLink: </a>\r\n\r\n" % interim
    away = b"HTTP/1.1 302 Found\r\nLocation: https://unlisted.example.com/\r\nContent-Length: 0\r\n\r\n"
    with served(lab, early + OK) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        assert proxy.clients.curl(f"https://{HOST}/interim-{interim}-{pieces}").body == b"ok"
    assert one_record(proxy, f"/interim-{interim}-{pieces}").http_status == 200
    with served(lab, early * pieces + away) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        assert proxy.clients.curl(f"https://{HOST}/away-{interim}-{pieces}").kind == "network_error"
    assert "REDIRECT_NOT_LISTED" in codes(one_record(proxy, f"/away-{interim}-{pieces}"))


def test_a_server_that_never_comes_to_its_answer_is_left(proxy, lab):
    with served(lab, b"HTTP/1.1 103 Early Hints\r\n\r\n" * 150) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        assert proxy.clients.curl(f"https://{HOST}/never", timeout_s=5).kind == "network_error"


# Switched protocols


@pytest.mark.parametrize("given", ["h2c", "", "websocket"], ids=["another", "none", "one that was not asked for"])
def test_a_switch_to_what_no_mini_program_speaks_is_refused(proxy, lab, given):
    asked = b"h2c" if given != "websocket" else b""
    upgrade = b"Connection: upgrade\r\nUpgrade: %s\r\n" % asked if asked else b""
    answer = f"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: {given}\r\n\r\nsecret".encode()
    with served(lab, answer) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        sent = b"GET /switch-%s HTTP/1.1\r\nHost: api.example.com\r\n%s\r\n" % (given.encode(), upgrade)
        assert b"secret" not in exchange(proxy, sent)
    assert recorded(proxy, f"/switch-{given}")[0].outcome == "fail"


def test_two_upgrade_lines_leave_nothing(proxy, lab):
    with served(lab, OK) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        sent = b"GET /two HTTP/1.1\r\nHost: api.example.com\r\nUpgrade: x\r\nUpgrade: websocket\r\n\r\n"
        assert exchange(proxy, sent) == b"" and server.connections == 0


def test_of_two_locations_none_is_followed(proxy, lab):
    answer = (
        b"HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: https://unlisted.example.com/\r\nContent-Length: 0\r\n\r\n"
    )
    with served(lab, answer) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        assert exchange(proxy, b"GET /locations HTTP/1.1\r\nHost: api.example.com\r\n\r\n") == b""
    assert one_record(proxy, "/locations").outcome == "fail"


# Fields of HTTP/2


@pytest.mark.parametrize(
    "field",
    [
        ("x-a", "b\r\nx-injected: c"),
        ("x-a", "b\nGET /smuggled HTTP/1.1"),
        ("x-a", "b\0c"),
        (":path", "/a HTTP/1.1\r\nHost: evil.example.org\r\n\r\nGET /smuggled"),
        (":path", "/a b"),
        (":method", "GET /smuggled HTTP/1.1\r\nx:"),
        (":method", "GET x"),
    ],
    ids=lambda field: repr(field),
)
def test_no_field_becomes_a_request_of_its_own(proxy, lab, field):
    with served(lab, OK) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        fields = dict(h2client.get(HOST, "/fields")) | dict([field])
        (answer,) = proxy.clients.h2_streams(f"{HOST}:443", [list(fields.items())])
        assert answer.kind == "network_error", answer
        assert b"".join(server.received) == b""
        # Its connection goes on.
        answers = proxy.clients.h2_streams(f"{HOST}:443", [list(fields.items()), h2client.get(HOST, "/good")])
        assert [each.kind for each in answers] == ["network_error", "answered"]


MALFORMED = {
    "a length in words": ("content-length", "five"),
    "a negative length": ("content-length", "-1"),
    "a length with a sign": ("content-length", "+5"),
    "a length as Python writes it": ("content-length", "1_0"),
    "an empty length": ("content-length", ""),
    "a length beyond all numbers": ("content-length", "9" * 30),
    "a port in words": (":authority", "api.example.com:port"),
    "a blank in the name": (":authority", "api example.com"),
    "a pseudo-header that nobody knows": (":unknown", "x"),
    "no path": (":path", ""),
    "no path at all": (":path", None),
    "no scheme": (":scheme", None),
}  # fmt: skip


def test_a_malformed_head_ends_its_own_stream_and_is_recorded(proxy, lab):
    """h2 or mitmproxy would end the connection, with all the calls on it, and tell no hook."""
    requests = []
    for name, value in MALFORMED.values():
        fields = {**dict(h2client.get(HOST, "/malformed")), name: value}
        # Pseudo-headers come first.
        requests.append(
            sorted(((each, of) for each, of in fields.items() if of is not None), key=lambda each: each[0][0] != ":")
        )
    before = len(proxy.records())
    with served(lab, OK) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        answers = proxy.clients.h2_streams(f"{HOST}:443", [*requests, h2client.get(HOST, "/good")])
        assert {
            case: each.error for case, each in zip(MALFORMED, answers, strict=False) if each.kind != "network_error"
        } == {}
        assert answers[-1].status == 200, answers[-1]
        assert b"malformed" not in b"".join(server.received)
    refused = [each for each in proxy.records()[before:] if not each["url"].endswith("/good")]
    assert len(refused) == len(MALFORMED)
    assert [each["url"] for each in refused if each["outcome"] != "fail"] == []
    assert [each["url"] for each in refused if "NETWORK_ERROR" not in str(each["findings"])] == []


def test_what_says_that_it_is_an_image_and_has_a_body_is_a_call(proxy, lab):
    """Over HTTP/2 no header need tell of a body: an unlisted host would have got it."""
    unlisted = "unlisted.example.com"
    fields = [(":method", "GET"), (":scheme", "https"), (":authority", unlisted), (":path", "/pixel")]
    with RawServer(leaf=lab.issuing.issue(unlisted), alpn=["http/1.1"]) as server:
        lab.place(unlisted, 443, server)
        lab.write_map(proxy.map)
        with open_tunnel(proxy.port, proxy.ca_pem, f"{unlisted}:443", alpn=("h2",), timeout_s=5) as sock:
            h2 = H2Connection(H2Configuration(validate_outbound_headers=False))
            h2.initiate_connection()
            h2.send_headers(1, [*fields, ("accept", "image/webp,*/*"), ("sec-fetch-dest", "image")])
            h2.send_data(1, b"secret", end_stream=True)
            sock.sendall(h2.data_to_send())
            told = b""
            while not RESET.search(told):
                told += sock.recv(65536) or pytest.fail("closed without a word")
        assert b"".join(server.received) == b""
    assert "DOMAIN_NOT_LISTED" in codes(one_record(proxy, "/pixel"))


def test_blanks_around_a_value_are_trimmed(proxy, lab):
    with served(lab, OK) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        (answer,) = proxy.clients.h2_streams(f"{HOST}:443", [h2client.get(HOST, "/blanks", ("x-a", " b \t"))])
        assert (answer.status, answer.body) == (200, b"ok")
        assert b"\r\nx-a: b\r\n" in server.received[0]

"""What surrounds a body: interim answers, trailers, fields that HTTP/1 cannot hold. Nothing is read in two ways, nobody waits."""

import contextlib
import re
import ssl
from importlib import metadata

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection

from testenv import h2client
from testenv.attacks import frame
from testenv.rawserver import RawServer
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.tunnel import open_tunnel

HOST = "api.example.com"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture(scope="module")
def proxy(shared_proxy):
    return shared_proxy()


def served(lab, answer):
    """A server of raw answers at the listed host, once a whole head has come."""
    return RawServer(
        lambda received: answer if b"\r\n\r\n" in received else b"", lab.issuing.issue(HOST), alpn=["http/1.1"]
    )


def exchange(proxy, sent, until=b"ok", timeout_s=5):
    """What comes back for these bytes of HTTP/1 inside a tunnel."""
    with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("http/1.1",), timeout_s=timeout_s) as sock:
        sock.sendall(sent)
        received = b""
        try:
            while until not in received and (data := sock.recv(65536)):
                received += data
        except (ConnectionError, ssl.SSLError):
            pass
        return received


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


# Trailers


def test_trailers_of_a_request_arrive(proxy, lab):
    with RawServer(
        lambda got: OK if got.endswith(b"\r\n\r\n") and b"0\r\n" in got else b"",
        lab.issuing.issue(HOST),
        alpn=["http/1.1"],
    ) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        sent = (
            b"POST /trailers HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            b"3\r\nabc\r\n0\r\nX-Sum: 900150\r\nContent-Length: 9\r\n\r\n"
        )
        assert exchange(proxy, sent).endswith(b"ok")
        assert server.received[0].lower().endswith(b"3\r\nabc\r\n0\r\nx-sum: 900150\r\n\r\n")
        # The connection is good for another call.
        assert exchange(proxy, sent.replace(b"/trailers", b"/again")).endswith(b"ok")


# From 4.2 on, h2 itself refuses them.
H2_REFUSES_NAMES = tuple(map(int, metadata.version("h2").split(".")[:2])) >= (4, 2)
RESET = re.compile(rb"\0\0\x04\x03\0\0\0\0\x01")  # of stream 1


def test_trailers_of_http2_with_names_that_http1_cannot_hold_are_left_out(proxy, lab):
    with RawServer(
        lambda got: OK if b"\r\n0\r\n" in got else b"", lab.issuing.issue(HOST), alpn=["http/1.1"]
    ) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        trailers = [("x-sum", "1"), ("x-a:b", "c"), ("x-a b", "c"), ("host", "evil")]
        with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("h2",), timeout_s=5) as sock:
            h2 = H2Connection(H2Configuration(validate_outbound_headers=False))
            h2.initiate_connection()
            fields = [(":method", "POST"), (":scheme", "https"), (":authority", HOST), (":path", "/names")]
            sock.sendall(
                h2.data_to_send()
                + frame(1, 4, 1, h2.encoder.encode(fields))
                + frame(0, 0, 1, b"abc")
                + frame(1, 5, 1, h2.encoder.encode(trailers))
            )
            if H2_REFUSES_NAMES:
                told = b""
                while not RESET.search(told):
                    told += sock.recv(65536) or pytest.fail("closed without a word")
                assert not any(server.received)
                return
            assert server.wait_for(lambda received: any(b"\r\n0\r\n" in each for each in received))
        assert server.received[0].endswith(b"3\r\nabc\r\n0\r\nx-sum: 1\r\n\r\n")


@pytest.mark.parametrize("http2", [False, True], ids=["to HTTP/1.1", "to HTTP/2"])
def test_trailers_of_an_answer_arrive_and_nobody_waits(proxy, lab, http2):
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n"
    with served(lab, answer) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        mark = f"/answer-trailers-{http2}"
        got = proxy.clients.curl(f"https://{HOST}{mark}", http2=http2, timeout_s=5)
        assert (got.status, got.body) == (200, b"ok")
        if not http2:
            whole = exchange(proxy, b"GET /t HTTP/1.1\r\nHost: api.example.com\r\n\r\n", until=b": 1\r\n\r\n")
            assert whole.lower().endswith(b"\r\n0\r\nx-sum: 1\r\n\r\n")
    assert one_record(proxy, mark).outcome == "success"


@pytest.mark.parametrize(
    "body", [b"0\r\n" + b"a: b\r\n" * 4000, b"1" + b";a" * 4000], ids=["trailers", "a chunk's line"]
)
@pytest.mark.parametrize("pieces", [1, 2], ids=["in one piece", "apart"])
def test_a_bound_on_a_request_s_end_stands_in_its_record(proxy, lab, body, pieces):
    # In one piece the bound is reached while the call's first hook runs.
    with served(lab, b"") as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        mark = f"/bound-{body[:1].decode()}-{pieces}"
        head = (
            b"POST %s HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
            % mark.encode()
        )
        with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("http/1.1",), timeout_s=5) as sock:
            if pieces == 1:
                sock.sendall(head + body)
            else:
                sock.sendall(head)
                assert wait_until(lambda: server.received and b"\r\n\r\n" in server.received[-1])
                sock.sendall(body)
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                assert sock.recv(1000) == b""
    assert codes(one_record(proxy, mark)) == ["LIMIT_REACHED"]


def test_requests_that_were_sent_ahead_are_calls_of_their_own(proxy, lab):
    with RawServer(lambda received: OK, lab.issuing.issue(HOST), alpn=["http/1.1"]) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        ahead = b"".join(b"GET /ahead-%d HTTP/1.1\r\nHost: api.example.com\r\n\r\n" % number for number in range(3))
        assert exchange(proxy, ahead, until=OK * 3) == OK * 3
        assert server.connections == 1
    assert [one_record(proxy, f"/ahead-{number}").outcome for number in range(3)] == ["success"] * 3


ANSWERS = """\
from mitmproxy import http

def requestheaders(flow):
    if flow.request.path == "/answered":
        flow.response = http.Response.make(200, b"by an addon")

def responseheaders(flow):
    if flow.request.path.startswith("/upper"):
        flow.response.stream = lambda data: [data[:3].upper(), data[3:].upper()]

def request(flow):
    if flow.request.path == "/filled":
        flow.request.content = b"put there"

def response(flow):
    if flow.request.path == "/filled":
        flow.response.status_code, flow.response.content = 200, b"by an addon, too"
"""


def test_an_addon_may_answer_an_upload_that_is_streamed_and_fill_what_is_empty_or_streams(start_proxy, lab, tmp_path):
    addon = tmp_path / "answers.py"
    addon.write_text(ANSWERS)
    proxy = start_proxy(mitmproxy=("-s", str(addon)))
    body = b"x" * 3_000_000
    head = b"POST /answered HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: %d\r\n\r\n" % len(body)
    with served(lab, OK) as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        assert exchange(proxy, head + body, until=b"by an addon").endswith(b"by an addon")
        assert not any(server.received)
    with served(lab, b"HTTP/1.1 204 No Content\r\n\r\n") as server:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        assert exchange(proxy, b"GET /filled HTTP/1.1\r\nHost: api.example.com\r\n\r\n", until=b"too").endswith(b"too")
        assert server.wait_for(lambda received: received[0].endswith(b"put there")), server.received
    for mark, long in ((b"/upper-long", b"ok" * 1_000_000), (b"/upper-short", b"ok")):
        with served(lab, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(long) + long) as server:
            lab.place(HOST, 443, server)
            lab.write_map(proxy.map)
            got = proxy.clients.curl(f"https://{HOST}{mark.decode()}", http2=False, timeout_s=5)
            assert (got.status, got.body) == (200, long.upper())
        assert one_record(proxy, mark.decode()).response_bytes == len(long)
    record = one_record(proxy, "/filled")
    assert (record.outcome, record.request_bytes, record.response_bytes) == ("success", 9, 16)
    record = one_record(proxy, "/answered")
    assert (record.outcome, record.request_bytes, codes(record)) == ("success", len(body), [])

"""No spelling of a host gets past the whitelist: sent raw through the real proxy, with the target in reach.

Every host that a case dials lives in the lab, so that whoever let it through would arrive.
"""

import socket
import ssl

import pytest

from testenv.hostile import EVIL
from testenv.hostile import GOOD
from testenv.hostile import HTTP2
from testenv.hostile import IN_DISGUISE
from testenv.hostile import IN_HOST
from testenv.hostile import LEGAL
from testenv.hostile import LEGAL_HTTP2
from testenv.hostile import MORE_NAMES
from testenv.hostile import SMUGGLED
from testenv.hostile import Sent
from testenv.recorded import codes
from testenv.recorded import recorded
from testenv.tunnel import read_answer
from wxlab.origin import Origin

POLICY = f"""\
appid: any
scope: all
domains:
  request:       [https://{GOOD}]
  uploadFile:    [https://{GOOD}]
  downloadFile:  [https://{GOOD}]
  connectSocket: [wss://{GOOD}]
"""
HOSTILE = IN_HOST | MORE_NAMES


@pytest.fixture(scope="module")
def evil(whole_lab):
    """Where every hostile target lives, whatever port it is dialled on."""
    leaf = whole_lab.issuing.issue(EVIL, "203.0.113.7", "2001:db8::7", "localhost", GOOD)
    with Origin(leaf) as secure, Origin() as plain:
        yield secure, plain


@pytest.fixture(scope="module")
def proxy(shared_proxy):
    started = shared_proxy(policy=POLICY, arguments=("--mode", "release"))
    # A request that the HTTP parser refuses stands in its flow only in part.
    started.is_replayed = False
    return started


@pytest.fixture
def reach(proxy, lab, evil):
    """Puts everything that a case may dial into reach; gives the origins that must see nothing."""
    secure, plain = evil
    dialled_hosts = {
        sent.connect.decode("utf-8").rsplit(":", 1)[0].strip("[]") for sent, _ in MORE_NAMES.values() if sent.connect
    }
    names = {EVIL, "mitm.it", f"{GOOD}@{EVIL}", "xn--pi-6kc.example.com", *dialled_hosts}
    for name in names - {GOOD, f"{GOOD}."}:  # those two live at the listed host's own origin
        lab.place(name, 443, secure)
        lab.place(name, 80, plain)
    lab.place(GOOD, 8443, secure)
    lab.write_map(proxy.map)
    secure.forget()
    plain.forget()
    return (*lab.origins, secure, plain)


def send(proxy, sent: Sent, mark: str) -> bytes:
    """What came back after the tunnel was open; b"" also where the tunnel itself was closed without a word."""
    data = sent.head.replace(b"{mark}", mark.encode())
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as sock:
        try:
            if sent.connect is None:
                sock.sendall(data)
                return read_all(sock)
            own = sent.connect if sent.connect_host is None else sent.connect_host
            sock.sendall(b"CONNECT " + sent.connect + b" HTTP/1.1\r\nHost: " + own + b"\r\n\r\n")
            established = read_head(sock)
            if not established:
                return b""  # closed without a word
            assert established.startswith(b"HTTP/1.1 200 "), established
            if not sent.tls:
                sock.sendall(data)
                return read_all(sock)
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(sock, server_hostname=sent.sni, suppress_ragged_eofs=True) as tunnel:
                tunnel.sendall(data)
                return read_all(tunnel)
        except (ssl.SSLError, ConnectionError):
            return b""


def read_head(sock) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        data = sock.recv(1)
        if not data:
            return head
        head += data
    return head


def read_all(sock) -> bytes:
    """All that comes until the end, or until one whole answer is there. TimeoutError where neither happens."""
    received = b""
    try:
        while data := sock.recv(65536):
            received += data
            if b"\r\n\r\n" in received:
                break
    except (ssl.SSLError, ConnectionError):
        pass
    return received


def assert_nothing_arrived(origins):
    seen = [(request.host, request.path) for origin in origins for request in origin.requests]
    assert not seen
    assert [origin.connections for origin in origins] == [0] * len(origins)


def assert_alive(proxy, lab):
    assert proxy.clients.python_request(f"https://{GOOD}/alive").status == 200
    assert lab.origin.paths() == ["/alive"]
    assert proxy.program.process.poll() is None


def assert_recorded(proxy, mark, code):
    records = recorded(proxy, mark)
    if code is None:
        assert all(record.outcome == "fail" and record.http_status is None for record in records)
    else:
        (record,) = records
        assert (codes(record)[0], record.acted, record.http_status) == (code, "fail", None)
        assert record.release.outcome == "fail"


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_spelling_arrives_nowhere(proxy, lab, reach, case):
    sent, code = HOSTILE[case]
    mark = f"/hostile-{list(HOSTILE).index(case)}-"
    output = len(proxy.output)
    answer = send(proxy, sent, mark)
    assert answer == b"", "no HTTP answer may stand for a refusal"
    assert_nothing_arrived(reach)
    assert_recorded(proxy, mark, code)
    assert_alive(proxy, lab)
    assert "Traceback" not in proxy.output[output:]


@pytest.mark.parametrize("case", SMUGGLED)
def test_a_request_that_ends_in_two_places_arrives_nowhere(proxy, lab, reach, case):
    mark = f"/smuggled-{list(SMUGGLED).index(case)}-"
    output = len(proxy.output)
    assert send(proxy, SMUGGLED[case], mark) == b""
    assert_nothing_arrived(reach)
    assert_recorded(proxy, mark, None)
    assert_alive(proxy, lab)
    assert "Traceback" not in proxy.output[output:]


@pytest.mark.parametrize("case", HTTP2)
def test_a_hostile_spelling_over_http2_arrives_nowhere(proxy, lab, reach, case):
    spelled, code = HTTP2[case]
    mark = f"/http2-{list(HTTP2).index(case)}-"
    output = len(proxy.output)
    (answer,) = proxy.clients.h2_streams(
        f"{GOOD}:443", [[(name, value.replace("{mark}", mark)) for name, value in spelled]]
    )
    assert (answer.kind, answer.status) == ("network_error", None), answer
    assert_nothing_arrived(reach)
    assert_recorded(proxy, mark, code)
    assert_alive(proxy, lab)
    assert "Traceback" not in proxy.output[output:]


def test_a_second_request_of_a_good_tunnel_is_judged_too(proxy, lab, reach):
    with proxy.clients.open_tunnel(f"{GOOD}:443") as tunnel:
        tunnel.sendall(b"GET /first HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
        assert read_answer(tunnel).status == 200
        tunnel.sendall(b"GET /second HTTP/1.1\r\nHost: evil.example.org\r\n\r\n")
        assert read_all(tunnel) == b""
    assert lab.origin.paths() == ["/first"]
    assert codes(recorded(proxy, "/second")[0])[0] == "DOMAIN_NOT_LISTED"


def test_of_two_requests_sent_at_once_only_the_good_one_arrives(proxy, lab, reach):
    with proxy.clients.open_tunnel(f"{GOOD}:443") as tunnel:
        tunnel.sendall(
            b"GET /good HTTP/1.1\r\nHost: api.example.com\r\n\r\nGET /bad HTTP/1.1\r\nHost: evil.example.org\r\n\r\n"
        )
        answered = b""
        while data := tunnel.recv(65536):
            answered += data
    assert answered.count(b"HTTP/1.1 200") == answered.count(b"HTTP/1.1 ") == 1
    assert lab.origin.paths() == ["/good"]


@pytest.mark.parametrize("case", IN_DISGUISE)
def test_another_spelling_of_the_listed_host_is_not_that_host(proxy, lab, reach, case):
    mark = f"/disguised-{list(IN_DISGUISE).index(case)}-"
    assert send(proxy, IN_DISGUISE[case], mark) == b""
    assert all(origin.connections == 0 for origin in reach)
    assert codes(recorded(proxy, mark)[0])[0] == "URL_INVALID"


@pytest.mark.parametrize("case", LEGAL)
def test_a_legal_spelling_passes(proxy, lab, reach, case):
    mark = f"/legal-{list(LEGAL).index(case)}-"
    assert send(proxy, LEGAL[case], mark).startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))
    (seen,) = lab.origin.requests
    assert mark in seen.path
    (record,) = recorded(proxy, mark)
    assert (record.outcome, record.release.outcome, record.url.lower().split("?")[0].count(GOOD)) == (
        "success",
        "success",
        1,
    )


@pytest.mark.parametrize("case", LEGAL_HTTP2)
def test_a_legal_spelling_over_http2_passes(proxy, lab, reach, case):
    mark = f"/legal2-{list(LEGAL_HTTP2).index(case)}-"
    spelled = [(name, value.replace("{mark}", mark)) for name, value in LEGAL_HTTP2[case]]
    (answer,) = proxy.clients.h2_streams(f"{GOOD}:443", [spelled])
    assert answer.status == 200, answer
    assert lab.origin.paths() == [mark]


def test_the_table_is_long_enough():
    assert len(HOSTILE) + len(HTTP2) >= 30


def test_the_proxy_shows_its_own_certificate_page_and_nothing_else(proxy, lab, reach):
    for head in (
        b"GET http://mitm.it/ HTTP/1.1\r\nHost: mitm.it\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % proxy.port,
    ):
        answer = proxy.clients.raw(head)
        assert answer.status == 200 and b"mitmproxy" in answer.body
    assert_nothing_arrived(reach)
    assert {record.url for record in recorded(proxy)}.isdisjoint({"http://mitm.it/", f"http://127.0.0.1:{proxy.port}/"})

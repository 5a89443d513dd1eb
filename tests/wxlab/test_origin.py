"""An origin answers on every route and remembers what reached it, whoever asks and however they leave."""

import http.client
import json
import socket
import ssl
import time

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived
from h2.events import ResponseReceived
from h2.events import StreamEnded
from h2.events import StreamReset

from wxlab.authority import Authority
from wxlab.origin import Origin
from wxlab.routes import GREETING
from wxlab.routes import ROUTES

HOST = "api.example.com"


@pytest.fixture(scope="module")
def root():
    return Authority.new("Test root")


@pytest.fixture(scope="module")
def running(root):
    with Origin(root.intermediate("Test CA").issue(HOST), root.issue("*.wild.example.com")) as origin:
        yield origin


@pytest.fixture
def origin(running):
    running.forget()
    return running


def tls(origin, root, host=HOST, *alpn):
    context = ssl.create_default_context(cadata=root.cert_pem.decode())
    context.set_alpn_protocols(list(alpn or ("http/1.1",)))
    sock = socket.create_connection(("127.0.0.1", origin.port), timeout=5)
    return context.wrap_socket(sock, server_hostname=host)


def ask(origin, root, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection(HOST)
    with tls(origin, root) as connection.sock:
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        return response, response.read()


def ask_h2(origin, root, path, host=HOST):
    """(status, body, code of the reset) of one stream."""
    h2 = H2Connection(H2Configuration(header_encoding="utf-8"))
    h2.initiate_connection()
    fields = [(":method", "GET"), (":scheme", "https"), (":authority", host), (":path", path)]
    h2.send_headers(1, fields, end_stream=True)
    status, body = None, b""
    with tls(origin, root, host, "h2") as sock:
        while True:
            sock.sendall(h2.data_to_send())
            received = sock.recv(65536)
            assert received, "the connection was closed"
            for event in h2.receive_data(received):
                if isinstance(event, ResponseReceived):
                    status = int(dict(event.headers)[":status"])
                elif isinstance(event, DataReceived):
                    body += event.data
                    h2.acknowledge_received_data(event.flow_controlled_length, 1)
                elif isinstance(event, StreamEnded):
                    return status, body, None
                elif isinstance(event, StreamReset):
                    return status, body, event.error_code.name


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/status/404", 404, b"status 404\n"),
        ("/status/204", 204, b""),
        ("/redirect?to=https://cdn.example.com/&code=307", 307, b""),
        ("/bytes?n=200000", 200, b"x" * 200_000),
        ("/bytes?n=70000&chunked=1", 200, b"x" * 70_000),
        ("/drip?n=3&every_ms=1", 200, b"..."),
        ("/sse?n=2", 200, b"id: 0\ndata: event 0\n\nid: 1\ndata: event 1\n\n"),
        ("/charset?name=gbk", 200, json.dumps({"greeting": GREETING}, ensure_ascii=False).encode("gbk")),
        ("/charset?name=utf-8&bom=2&text=%E5%A5%BD", 200, b"\xef\xbb\xbf" * 2 + '{"greeting": "好"}'.encode()),
    ],
)
def test_a_route_answers_the_same_over_both_versions(origin, root, path, status, body):
    response, got = ask(origin, root, path)
    assert (response.status, got) == (status, body)
    assert ask_h2(origin, root, path) == (status, body, None)
    assert [seen.http_version for seen in origin.requests] == ["HTTP/1.1", "HTTP/2"]


def test_a_path_without_a_route_answers_json_and_slow_takes_its_time(origin, root):
    response, body = ask(origin, root, "/anything/at/all")
    assert json.loads(body)["path"] == "/anything/at/all"
    assert response.getheader("content-type") == "application/json; charset=utf-8"
    begun = time.monotonic()
    ask(origin, root, "/slow?ms=60")
    assert time.monotonic() - begun >= 0.06


def test_headers_tell_the_charset_only_where_it_is_declared(origin, root):
    assert ask(origin, root, "/charset?declared=")[0].getheader("content-type") == "application/json"
    assert (
        ask(origin, root, "/charset?declared=utf-8")[0].getheader("content-type") == "application/json; charset=utf-8"
    )
    assert ask(origin, root, "/charset?coding=gzip")[1].startswith(b"\x1f\x8b")
    assert ask(origin, root, "/redirect?to=/x")[0].getheader("location") == "/x"
    assert ask(origin, root, "/image.png")[1].startswith(b"\x89PNG")


def test_head_has_the_length_and_no_body(origin, root):
    response, body = ask(origin, root, "/bytes?n=5000", "HEAD")
    assert (response.getheader("content-length"), body) == ("5000", b"")


def test_a_request_is_remembered_as_it_arrived(origin, root):
    _, body = ask(origin, root, "/echo?a=1", "POST", b"hello", Referer="https://r.example/")
    seen = origin.requests[0]
    assert (seen.method, seen.path, seen.host, seen.sni) == ("POST", "/echo?a=1", HOST, HOST)
    assert (seen.body, seen.body_length, seen.complete, seen.connection) == (b"hello", 5, True, 1)
    assert seen.body_sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert seen.header("REFERER") == "https://r.example/"
    assert seen.header("cookie") is None
    echo = json.loads(body)
    assert echo["body"] == "hello" and ["referer", "https://r.example/"] in echo["headers"]


def test_two_requests_on_one_connection_count_one_connection(origin, root):
    connection = http.client.HTTPConnection(HOST)
    with tls(origin, root) as connection.sock:
        for path in ("/json", "/status/500"):
            connection.request("GET", path)
            connection.getresponse().read()
    assert origin.connections == 1
    assert origin.paths() == ["/json", "/status/500"]
    assert origin.wait_closed_connections()


def test_a_request_cut_off_in_its_body_is_remembered_as_incomplete(origin, root):
    with tls(origin, root) as sock:
        sock.sendall(b"POST /echo HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 100\r\n\r\nhalf")
    assert origin.wait_requests(1)
    assert (origin.requests[0].body, origin.requests[0].complete) == (b"half", False)


@pytest.mark.parametrize("path", ["/hang", "/hang-body", "/sse?n=1&hold=1"])
def test_a_client_that_leaves_ends_what_it_was_waiting_for(origin, root, path):
    with tls(origin, root) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        assert origin.wait_requests(1)
        assert not origin.wait_closed_connections(timeout_s=0.05)
    assert origin.wait_closed_connections()
    assert origin.complaints == []


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("/close", http.client.RemoteDisconnected),
        ("/reset", ConnectionResetError),
        ("/cut-body", http.client.IncompleteRead),
    ],
)
def test_a_cut_answer_is_a_network_failure(origin, root, path, error):
    with pytest.raises(error):
        ask(origin, root, path)
    assert ask_h2(origin, root, path)[2] in ("CANCEL", "INTERNAL_ERROR")


def test_the_certificate_follows_the_name_and_the_first_stands_for_all_others(origin, root):
    for host in (HOST, "a.wild.example.com"):
        assert ask_h2(origin, root, "/json", host)[0] == 200
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        tls(origin, root, "unknown.example.com")
    origin.present(root.issue("unknown.example.com"))
    assert ask_h2(origin, root, "/json", "unknown.example.com")[0] == 200
    assert [seen.sni for seen in origin.requests] == [HOST, "a.wild.example.com", "unknown.example.com"]


def test_plain_http_a_route_of_ones_own_and_its_exception():
    async def tea(exchange):
        await exchange.answer(418, b"short and stout")

    async def broken(exchange):
        raise RuntimeError("spilt")

    with Origin(routes={**ROUTES, "/tea": tea, "/broken": broken}) as origin:
        connection = http.client.HTTPConnection("127.0.0.1", origin.port, timeout=5)
        connection.request("GET", "/tea")
        assert connection.getresponse().read() == b"short and stout"
        connection.request("GET", "/broken")
        with pytest.raises(http.client.RemoteDisconnected):
            connection.getresponse()
        assert origin.wait_for(lambda origin: origin.complaints == ["RuntimeError('spilt')"])
        assert origin.requests[0].sni is None
        connection.close()


def test_what_is_not_http_is_refused_and_noted():
    with Origin() as origin, socket.create_connection(("127.0.0.1", origin.port), timeout=5) as sock:
        sock.sendall(b"\x16\xf1\x03 nothing\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 400 ")
        assert origin.wait_for(lambda origin: len(origin.complaints) == 1)


@pytest.mark.parametrize("handshake", ["refuse", "drop"])
def test_a_refused_handshake_still_counts_as_a_connection(root, handshake):
    with Origin(root.issue(HOST), handshake=handshake) as origin:
        with pytest.raises(OSError):
            tls(origin, root)
        assert origin.wait_closed_connections()
        assert (origin.connections, origin.requests) == (1, [])


def test_it_stops_at_once_with_connections_open(root):
    origin = Origin(root.issue(HOST)).start()
    with tls(origin, root) as sock:
        sock.sendall(b"GET /hang HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
        assert origin.wait_requests(1)
        begun = time.monotonic()
        origin.stop()
        assert time.monotonic() - begun < 1
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", origin.port), timeout=1)
    assert origin.open_connections == 0

"""The clients tell an answer from a network error and from their own impatience, through mitmdump alone."""

import pytest

from testenv import h2client

API = "https://api.example.com"
ONE_REQUEST = ("curl", "node_https", "node_fetch", "python_request")


@pytest.fixture(scope="module")
def proxy(whole_lab, confdir, tmp_path_factory):
    from testenv.proxy import BareProxy

    with BareProxy(whole_lab, tmp_path_factory.mktemp("bare"), confdir) as proxy:
        yield proxy


@pytest.fixture
def clients(proxy, lab):
    return proxy.clients


@pytest.mark.parametrize("client", ONE_REQUEST)
def test_what_is_sent_arrives_and_the_answer_comes_back(clients, lab, client):
    send = getattr(clients, client)
    answer = send(f"{API}/echo?a=1", method="POST", headers={"X-Mine": "yes"}, data=b"hello")
    assert (answer.kind, answer.status) == ("answered", 200)
    assert b'"body": "hello"' in answer.body
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    seen = lab.origin.requests[-1]
    assert (seen.method, seen.path, seen.header("x-mine"), seen.sni) == ("POST", "/echo?a=1", "yes", "api.example.com")


@pytest.mark.parametrize("client", ONE_REQUEST)
def test_no_connection_is_a_network_error_and_a_hang_is_not(clients, lab, client):
    send = getattr(clients, client)
    unknown = send("https://nowhere.example.org/")
    assert (unknown.kind, unknown.status) == ("network_error", None)
    assert unknown.error
    assert send(f"{API}/hang", timeout_s=0.5).kind == "gave_up"
    assert lab.origin.wait_closed_connections()


def test_plain_http_goes_to_the_plain_origin(clients, lab):
    assert clients.curl("http://api.example.com/status/418").status == 418
    assert clients.python_request("http://cdn.example.com/status/419").status == 419
    assert [(seen.host, seen.sni) for seen in lab.plain.requests] == [
        ("api.example.com", None),
        ("cdn.example.com", None),
    ]


@pytest.mark.parametrize(("url", "which"), [(API, "origin"), ("http://api.example.com", "plain")])
def test_names_stay_names_and_a_kept_connection_is_used_again(clients, lab, url, which):
    origin = getattr(lab, which)
    assert clients.curl(f"{url}/json", arguments=(f"{url}/status/200", "--output", "/dev/null")).answered
    assert sorted(origin.paths()) == ["/json", "/status/200"]
    assert {seen.host for seen in origin.requests} == {"api.example.com"}
    assert origin.connections == 1


def test_what_is_placed_while_the_proxy_runs_is_reached_until_the_lab_forgets(proxy, lab):
    lab.place("192.168.1.5", 8443, lab.plain)
    lab.write_map(proxy.map)
    assert proxy.clients.curl("http://192.168.1.5:8443/status/418").status == 418
    lab.forget()
    lab.write_map(proxy.map)
    assert proxy.clients.curl("http://192.168.1.5:8443/status/418").status == 502


def test_streams_of_one_http2_connection_end_each_in_its_own_way(clients, lab):
    requests = [
        h2client.get("api.example.com", "/json"),
        h2client.get("api.example.com", "/bytes?n=100000"),
        h2client.get("cdn.example.com", "/echo", ("x-mine", "yes")),
    ]
    first, second, third = clients.h2_streams("api.example.com:443", requests)
    assert (first.status, len(second.body)) == (200, 100_000)
    assert b'"host": "cdn.example.com"' in third.body
    hung = clients.h2_streams("api.example.com:443", [h2client.get("api.example.com", "/hang")], timeout_s=0.3)
    assert [answer.kind for answer in hung] == ["gave_up"]


def test_bytes_go_out_as_they_are(clients, lab):
    head = b"GET /json HTTP/1.1\r\nHoSt: api.example.com\r\n\r\n"
    assert clients.bytes_in_tunnel("api.example.com:443", head).status == 200
    assert clients.raw(b"GET http://api.example.com/json HTTP/1.1\r\nHost: api.example.com\r\n\r\n").status == 200
    assert clients.raw(b"nonsense\r\n\r\n").status == 400


def test_a_socket_echoes_or_tells_why_not(clients, lab):
    answer = clients.websocket("wss://ws.example.com/ws", messages=("你好", b"\x00\xff", "x" * 70_000))
    assert (answer.status, answer.body) == (101, "你好".encode() + b"\x00\xff" + b"x" * 70_000)
    assert lab.origin.messages == ["你好", b"\x00\xff", "x" * 70_000]
    assert clients.websocket("ws://ws.example.com/plain").body == b"hello"
    assert clients.websocket("wss://ws.example.com/status/403").status == 403
    assert clients.websocket("wss://nowhere.example.org/ws").kind == "network_error"


def test_a_browser_shows_a_page_or_names_its_network_error(clients, lab):
    page = clients.chromium(f"{API}/json")
    assert (page.kind, page.status) == ("answered", 200)
    assert "你好" in page.body.decode()
    assert clients.chromium("http://api.example.com/json").status == 200
    assert lab.plain.paths()[0] == "/json"
    assert clients.chromium("https://nowhere.example.org/").error == "net::ERR_TUNNEL_CONNECTION_FAILED"

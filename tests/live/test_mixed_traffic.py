"""A phone's whole traffic in miniprogram scope: what is no call of this mini-program passes byte for byte."""

import socket
import threading

import pytest

from testenv.enforcing import APPID
from testenv.enforcing import FIXED
from testenv.enforcing import PHONE_POLICY as POLICY
from testenv.proxy import run_script
from testenv.rawserver import RawServer
from testenv.rawserver import connect_through
from testenv.recorded import codes
from testenv.recorded import facts
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.recorded import wait_until

OTHER_APPID = "wxfedcba9876543210"
MMTLS = b"\x16\xf1\x03\x00\x9f" + bytes(range(256)) * 4
BINARY = bytes(range(256)) * 1200  # 300 KiB
HUGE = bytes(range(255, -1, -1)) * 12_000  # 3 MB: larger than what is held in memory

# Each is one request without the last empty line.
TRAFFIC = {
    "another app": b"POST /a?b=%2F HTTP/1.1\r\nHost: HOST\r\nUser-Agent: some app\r\nX-Odd-CASE: 1\r\nx-odd-case: 2\r\nCookie: a=1; b=2",
    "a web page": b"GET /page HTTP/1.1\r\nHost: HOST\r\nReferer: https://www.example.org/\r\nAccept: text/html",
    "another mini-program": f"POST /x HTTP/1.1\r\nHost: HOST\r\nReferer: https://servicewechat.com/{OTHER_APPID}/12/page-frame.html\r\ncontent-type: application/json".encode(),
    "an image of this mini-program": f"GET /i.png HTTP/1.1\r\nHost: HOST\r\nReferer: {FIXED}\r\nAccept: image/webp,image/*,*/*;q=0.8".encode(),
    "an image that says so itself": f"GET /i HTTP/1.1\r\nHost: HOST\r\nReferer: {FIXED}\r\nSec-Fetch-Dest: image".encode(),
    "a page of its web-view": f"GET /w HTTP/1.1\r\nHost: HOST\r\nReferer: {FIXED}\r\nSec-Fetch-Dest: document\r\nUpgrade-Insecure-Requests: 1".encode(),
    "a host that only looks like WeChat's": f"GET /x HTTP/1.1\r\nHost: HOST\r\nReferer: https://servicewechat.com.evil.example/{APPID}/7/page-frame.html".encode(),
    "WeChat's own short link": b"POST /mmtls/00001a2b HTTP/1.1\r\nHost: HOST\r\nUpgrade: mmtls\r\nContent-Type: application/octet-stream",
    "a Host with a port": b"GET /port HTTP/1.1\r\nHost: HOST:443",
    "an old client": b"GET /old HTTP/1.0\r\nHost: HOST",
}  # fmt: skip
HOSTS = ("servicewechat.com", "unlisted.example.com", "api.example.com", "203.0.113.7", "localhost.example.com")


@pytest.fixture(scope="module")
def proxy(shared_proxy):
    return shared_proxy(policy=POLICY)


def whole(request: bytes, host: str, body: bytes) -> bytes:
    length = b"" if request.startswith(b"GET ") else b"\r\nContent-Length: %d" % len(body)
    sent = b"" if request.startswith(b"GET ") else body
    return request.replace(b"HOST", host.encode()) + length + b"\r\n\r\n" + sent


def answering(expected: bytes, answer: bytes):
    return lambda received: answer if len(received) == len(expected) else b""


def exchange(sock, request: bytes, length: int) -> bytes:
    sock.sendall(request)
    received = b""
    while len(received) < length and (data := sock.recv(65536)):
        received += data
    return received


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("kind", TRAFFIC)
def test_other_traffic_passes_byte_for_byte(proxy, lab, kind, host):
    request = whole(TRAFFIC[kind], host, BINARY)
    answer = b"HTTP/1.1 200 All Right\r\nX-oDD: 1\r\nx-Odd: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: %d\r\n\r\n" % len(BINARY) + BINARY  # fmt: skip
    before = len(recorded(proxy))
    with RawServer(answering(request, answer), lab.issuing.issue(host)) as server:
        lab.place(host, 443, server)
        lab.write_map(proxy.map)
        with proxy.clients.open_tunnel(f"{host}:443") as tunnel:
            assert exchange(tunnel, request, len(answer)) == answer
        assert server.received == [request]
    assert len(recorded(proxy)) == before


@pytest.mark.parametrize("kind", ["another app", "WeChat's own short link"])
def test_it_passes_byte_for_byte_without_tls_too(proxy, shared_bare_proxy, lab, kind):
    """To the proxy a plain request comes in absolute form: what leaves is what mitmdump alone sends."""
    host = "plain.example.org"
    request = whole(TRAFFIC[kind], host, BINARY).replace(b" /", b" http://plain.example.org/", 1)
    expected = whole(TRAFFIC[kind], host, BINARY)
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\x00\xff\x01"
    for each in (shared_bare_proxy, proxy):
        with RawServer(answering(expected, answer)) as server:
            lab.place(host, 80, server)
            lab.write_map(each.map)
            with socket.create_connection(("127.0.0.1", each.port), timeout=5) as sock:
                assert exchange(sock, request, len(answer)) == answer
            assert server.received == [expected]


@pytest.mark.parametrize("direction", ["up", "down"])
def test_large_binary_bodies_pass_byte_for_byte(proxy, lab, direction):
    host = "unlisted.example.com"
    up, down = (HUGE, b"ok") if direction == "up" else (b"ok", HUGE)
    request = whole(TRAFFIC["another app"], host, up)
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % len(down) + down
    with RawServer(answering(request, answer), lab.issuing.issue(host)) as server:
        lab.place(host, 443, server)
        lab.write_map(proxy.map)
        with proxy.clients.open_tunnel(f"{host}:443") as tunnel:
            assert exchange(tunnel, request, len(answer)) == answer
        assert server.received == [request]


@pytest.mark.parametrize("port", [443, 80, 8080])
@pytest.mark.parametrize("first", [3, len(MMTLS)], ids=["in two parts", "at once"])
def test_mmtls_bytes_pass_raw(proxy, lab, port, first):
    host = "szlong.weixin.qq.com"
    with RawServer(lambda received: MMTLS[::-1] if received == MMTLS else b"") as server:
        lab.place(host, port, server)
        lab.write_map(proxy.map)
        with connect_through(proxy.port, f"{host}:{port}") as sock:
            sock.sendall(MMTLS[:first])
            assert server.wait_for(lambda received: received == [MMTLS[:first]])
            assert exchange(sock, MMTLS[first:], len(MMTLS)) == MMTLS[::-1]
        assert server.received == [MMTLS]
    assert wait_until(lambda: facts(proxy).counts.get("mmtls", 0) > 0)


def test_any_other_protocol_passes_raw(proxy, lab):
    with RawServer(lambda received: received[::-1]) as server:
        lab.place("chat.example.org", 5222, server)
        lab.write_map(proxy.map)
        with connect_through(proxy.port, "chat.example.org:5222") as sock:
            assert exchange(sock, b"\x00\x01binary", 8) == b"yranib\x01\x00"
        assert server.received == [b"\x00\x01binary"]
    assert wait_until(lambda: facts(proxy).counts.get("raw", 0) > 0)


def test_a_socket_of_another_app_passes(proxy, lab):
    assert proxy.clients.websocket("wss://unlisted.example.com/chat", messages=("你好", b"\x00\xff")).status == 101
    assert proxy.clients.websocket("ws://unlisted.example.com/chat").status == 101
    assert lab.origin.messages == ["你好", b"\x00\xff"]
    assert recorded(proxy, "/chat") == []


def test_http2_of_another_app_passes(proxy, lab):
    answer = proxy.clients.curl("https://unlisted.example.com/bytes?n=300000", http2=True, method="POST", data=BINARY)
    assert (answer.http_version, len(answer.body)) == ("2", 300_000)
    (seen,) = lab.origin.requests
    assert (seen.http_version, seen.body, seen.header("referer")) == ("HTTP/2", BINARY, None)


def test_another_mini_program_is_counted_and_named(proxy, lab):
    before = facts(proxy).foreign_appids.get(OTHER_APPID, 0)
    referer = {"Referer": f"https://servicewechat.com/{OTHER_APPID}/3/page-frame.html"}
    for _ in range(3):
        assert proxy.clients.python_request("https://unlisted.example.com/foreign", headers=referer).status == 200
    assert lab.origin.requests[0].header("referer") == referer["Referer"]
    assert wait_until(lambda: facts(proxy).foreign_appids.get(OTHER_APPID) == before + 3)
    assert proxy.output.count(f"mini-program {OTHER_APPID} is making calls") == 1
    # The report names it with its count, and needs no notice besides.
    assert [notice.en for notice in facts(proxy).notices if OTHER_APPID in notice.en] == []
    report = run_script("report.py", proxy.session, "--lang", "en").stdout
    assert report.count(OTHER_APPID) == 1, report
    assert recorded(proxy, "/foreign") == []


def test_what_was_not_judged_is_counted_by_its_kind(proxy, lab):
    before = dict(facts(proxy).counts)
    headers = {
        "other": {},
        "image": {"Referer": FIXED, "Accept": "image/*"},
        "webview": {"Referer": FIXED, "Sec-Fetch-Dest": "iframe"},
    }
    for header in headers.values():
        assert proxy.clients.python_request("https://unlisted.example.com/kind", headers=header).status == 200
    assert wait_until(lambda: all(facts(proxy).counts.get(kind, 0) > before.get(kind, 0) for kind in headers))


def test_among_all_that_this_mini_programs_own_calls_are_judged(proxy, lab):
    mine = {"Referer": FIXED}
    assert proxy.clients.python_request("https://api.example.com/mine", headers=mine).status == 200
    assert proxy.clients.python_request("https://unlisted.example.com/mine-refused", headers=mine).failed
    assert lab.origin.paths() == ["/mine"]
    record = one_record(proxy, "/mine-refused")
    assert (codes(record)[0], record.appid, record.debug_only) == ("DOMAIN_NOT_LISTED", APPID, True)
    old = {"Referer": FIXED.replace("/7/", "/3/")}
    assert proxy.clients.python_request("https://api.example.com/older", headers=old).status == 200
    assert lab.origin.requests[-1].header("referer") == FIXED


def test_a_forged_referer_takes_a_call_out_of_scope_for_no_longer_than_it_lasts(proxy, lab):
    """One connection carries both: each request is told by its own Referer."""
    with proxy.clients.open_tunnel("unlisted.example.com:443") as tunnel:
        tunnel.sendall(b"GET /not-mine HTTP/1.1\r\nHost: unlisted.example.com\r\n\r\n")
        assert tunnel.recv(65536).startswith(b"HTTP/1.1 200")
    with proxy.clients.open_tunnel("unlisted.example.com:443") as tunnel:
        tunnel.sendall(f"GET /mine-now HTTP/1.1\r\nHost: unlisted.example.com\r\nReferer: {FIXED}\r\n\r\n".encode())
        assert tunnel.recv(65536) == b""
    assert lab.origin.paths() == ["/not-mine"]


class Greeter:
    """A server that speaks first, as mail servers do, and then gives back what it hears. Has a ``port``."""

    greeting = b"* OK IMAP4rev1 ready\r\n"

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        connection, _ = self._listener.accept()
        with connection:
            connection.sendall(self.greeting)
            while data := connection.recv(4096):
                connection.sendall(data)


def test_a_server_that_speaks_first_is_heard(proxy, lab):
    greeter = Greeter()
    lab.place("imap.example.org", 143, greeter)
    lab.write_map(proxy.map)
    with connect_through(proxy.port, "imap.example.org:143") as tunnel:
        tunnel.settimeout(10)
        assert tunnel.recv(4096) == greeter.greeting
        tunnel.sendall(b"a1 LOGOUT\r\n")
        assert tunnel.recv(4096) == b"a1 LOGOUT\r\n"


def test_a_server_that_speaks_first_and_is_not_there_is_a_closed_connection(proxy):
    with pytest.raises(OSError), connect_through(proxy.port, "nobody.example.org:143") as tunnel:
        tunnel.settimeout(10)
        if tunnel.recv(4096) == b"":
            raise ConnectionResetError

"""Another addon's answers and bodies, for calls that are streamed."""

import pytest

from testenv.raw_exchange import HOST
from testenv.raw_exchange import OK
from testenv.raw_exchange import exchange
from testenv.raw_exchange import served
from testenv.rawserver import RawServer
from testenv.received import until
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.tunnel import open_tunnel

WAITS = """\
import asyncio

async def response(flow):
    if flow.request.path == "/long":
        await asyncio.sleep(0.3)
"""
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


def test_an_upload_right_behind_an_answer_that_a_hook_still_looks_at(start_proxy, lab, tmp_path):
    """The client has all of the answer, so it may send what comes next: it is read no further, and not refused."""
    addon = tmp_path / "waits.py"
    addon.write_text(WAITS)
    proxy = start_proxy(mitmproxy=("-s", str(addon)))
    long = b"x" * 2_000_000
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(long) + long
    upload = b"POST /next HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 600000\r\n\r\n" + b"y" * 600_000

    def answers(received):
        if b"POST /next" in received:
            return OK if received.endswith(upload[-600_000:]) else b""
        return answer if received.endswith(b"\r\n\r\n") else b""

    server = RawServer(answers, lab.issuing.issue(HOST), alpn=["http/1.1"])
    with server, open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", alpn=("http/1.1",), timeout_s=5) as sock:
        lab.place(HOST, 443, server)
        lab.write_map(proxy.map)
        sock.sendall(b"GET /long HTTP/1.1\r\nHost: api.example.com\r\n\r\n")
        received = 0
        while received < len(answer):
            received += len(sock.recv(1 << 20)) or pytest.fail("closed within the answer")
        sock.sendall(upload)
        assert until(sock, b"ok").endswith(b"ok")
    assert one_record(proxy, "/next").request_bytes == 600_000

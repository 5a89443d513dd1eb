"""Another addon's answers and bodies, for calls that are streamed."""

from testenv.raw_exchange import HOST
from testenv.raw_exchange import OK
from testenv.raw_exchange import exchange
from testenv.raw_exchange import served
from testenv.recorded import codes
from testenv.recorded import one_record

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

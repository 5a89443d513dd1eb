"""What an answer's bytes are, told live: the same verdict however it is framed, cut and compressed; every byte left alone unless asked."""

import pytest

from testenv import h2client
from testenv.recorded import codes
from testenv.recorded import recorded
from testenv.served import KeptConnection
from testenv.served import Served
from testenv.served import Shelf
from testenv.texts import CASES
from testenv.texts import CHINESE
from testenv.texts import PACKERS
from testenv.texts import UTF8_BOM
from wxlab.origin import Origin
from wxlab.routes import PNG

HOST = "api.example.com"
# Debug imposes what the response rules say, and none of the domain rules.
POLICY = """\
appid: any
mode: debug
scope: all
encoding: {encoding}
domains:
  request:      [https://api.example.com]
  downloadFile: [https://api.example.com]
"""
AS_REQUEST = {"X-Miniprogram-Api": "request"}
AS_DOWNLOAD = {"X-Miniprogram-Api": "downloadFile"}
GBK = CHINESE.encode("gbk")
ABOUT_BYTES = ("content-length", "content-encoding", "etag", "accept-ranges")


@pytest.fixture(scope="module")
def record(shared_proxy):
    return shared_proxy(policy=POLICY.format(encoding="record"))


@pytest.fixture(scope="module")
def apply(shared_proxy):
    return shared_proxy(policy=POLICY.format(encoding="apply"))


@pytest.fixture(scope="module")
def observe(shared_proxy):
    return shared_proxy(policy=POLICY.format(encoding="apply"), arguments=("--mode", "observe"))


@pytest.fixture(scope="module")
def old_origin(whole_lab):
    """One that speaks HTTP/1.1 alone, also to clients of HTTP/2."""
    with Origin(whole_lab.issuing.issue("cdn.example.com"), alpn=("http/1.1",)) as origin:
        yield origin


@pytest.fixture(scope="module")
def shelf(whole_lab, old_origin):
    return Shelf(whole_lab.origin, old_origin)


@pytest.fixture(scope="module")
def lines(record, apply):
    made = {proxy: KeptConnection(proxy.port, proxy.ca_pem, HOST, AS_REQUEST) for proxy in (record, apply)}
    yield made
    for line in made.values():
        line.close()


def framings(case, number):
    """Whole, in chunks, cut at every byte; compressed in four ways, in every third case cut at every byte too."""
    yield "whole", Served(case.body, case.content_type)
    yield "one chunk", Served(case.body, case.content_type, piece_bytes=len(case.body))
    yield "every byte", Served(case.body, case.content_type, piece_bytes=1)
    for at, (coding, pack) in enumerate(PACKERS.items()):
        packed = pack(case.body)
        yield coding, Served(packed, case.content_type, coding)
        if number % 3 == 0 and at == number % len(PACKERS):
            yield f"{coding}, every byte", Served(packed, case.content_type, coding, piece_bytes=1)


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: CASES[number].name)
def test_the_verdict_and_the_bytes(number, record, apply, shelf, lines):
    case = CASES[number]
    for name, served in framings(case, number):
        path = shelf.put(f"case.{number} {name}", served)
        untouched = lines[record].get(path)
        assert (untouched.status, untouched.body) == (200, served.body), name
        assert [untouched.headers.get(key) for key, _ in served.headers] == [value for _, value in served.headers]
        handed_over = lines[apply].get(path)
        if case.delivered is None:
            assert handed_over.failed, f"{name}: {handed_over}"
        else:
            assert (handed_over.status, handed_over.body) == (200, case.delivered), name
            assert handed_over.headers["content-type"].endswith("; charset=utf-8")
            assert not set(ABOUT_BYTES) & set(handed_over.headers), name
    expected = {"declared": case.declared, "detected": case.detected, "bom": case.bom, "conversion": case.conversion}
    errno = 602302 if case.conversion == "failed" else None
    for proxy in (record, apply):
        told = recorded(proxy, f"/case.{number}-")
        assert len(told) == len(list(framings(case, number)))
        for call in told:
            assert (call.encoding, tuple(codes(call))) == (expected, case.codes), call.url
            assert (call.release.errno, call.debug.errno) == (errno, errno)
    # Nothing was imposed where bytes are only looked at.
    assert {call.outcome for call in recorded(record, f"/case.{number}-")} == {"success"}


@pytest.mark.parametrize("target", ["api.example.com:443", "cdn.example.com:443"], ids=["to HTTP/2", "to HTTP/1.1"])
def test_the_same_over_http2(target, record, apply, lab, shelf, old_origin):
    host = target.partition(":")[0]
    lab.place("cdn.example.com", 443, old_origin)
    header = ("x-miniprogram-api", "request")
    served = {
        shelf.put(f"h2 {number} {at}", each): (case, each)
        for number, case in enumerate(CASES)
        for at, each in enumerate(
            (Served(case.body, case.content_type), Served(case.body, case.content_type, piece_bytes=7))
        )
    }
    asked = [h2client.get(host, path, header) for path in served]
    for proxy in (record, apply):
        lab.write_map(proxy.map)
        for (case, each), answer in zip(served.values(), proxy.clients.h2_streams(target, asked), strict=True):
            if proxy is record:
                assert (answer.status, answer.body, answer.headers["content-type"]) == (
                    200,
                    each.body,
                    each.content_type,
                )
            elif case.delivered is None:
                assert answer.failed and answer.error.startswith("reset"), f"{case.name}: {answer}"
            else:
                assert (answer.status, answer.body) == (200, case.delivered), case.name
                assert "content-length" not in answer.headers and "transfer-encoding" not in answer.headers


def test_the_session_keeps_what_the_origin_sent(apply, shelf, lines):
    import mitmproxy.io

    served = Served(PACKERS["gzip"](GBK), "text/plain; charset=gbk", "gzip", more=(("etag", '"1"'),))
    path = shelf.put("kept", served)
    assert lines[apply].get(path).body == CHINESE.encode()
    with (apply.session / "flows.mitm").open("rb") as file:
        (flow,) = [flow for flow in mitmproxy.io.FlowReader(file).stream() if flow.request.path == path]
    assert flow.response.raw_content == served.body
    assert [flow.response.headers.get(name) for name, _ in served.headers] == [value for _, value in served.headers]
    (call,) = recorded(apply, path)
    assert call.response_bytes == len(served.body)


@pytest.mark.parametrize(
    ("case", "served", "declared"),
    [
        ("an image", Served(PNG, "image/png"), AS_REQUEST),
        ("an image that is called text", Served(PNG, "text/plain"), AS_REQUEST),
        ("protobuf", Served(b"\x0a\x05hello\x10\x96\x01" * 20, "application/octet-stream"), AS_REQUEST),
        ("a zip archive without a type", Served(b"PK\x03\x04" + bytes(range(256)), ""), AS_REQUEST),
        (
            "a part of a text",
            Served(GBK[1:40], "text/plain; charset=gbk", status=206, more=(("content-range", "bytes 1-39/90"),)),
            AS_REQUEST,
        ),
        ("a text that is saved as a file", Served(UTF8_BOM + b"a,b\n", "text/csv"), AS_DOWNLOAD),
        ("a coding that nobody knows", Served(GBK, "text/plain", "lzma-of-our-own"), AS_REQUEST),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_text_for_the_code_is_left_alone(case, served, declared, record, apply, shelf):
    for piece_bytes in (None, 5):
        each = Served(served.body, served.content_type, served.coding, piece_bytes, served.status, served.more)
        path = shelf.put(f"alone {case} {piece_bytes}", each)
        for proxy in (record, apply):
            answer = proxy.clients.python_request(f"https://{HOST}{path}", headers=declared)
            assert (answer.status, answer.body) == (served.status, served.body)
            # What is called text is told to be UTF-8 before its first byte shows that it is an image.
            if proxy is record or case != "an image that is called text":
                assert answer.headers["content-type"] == served.content_type
            (call,) = recorded(proxy, path)
            assert [code for code in codes(call) if code not in ("STATUS_IS_SUCCESS", "CHARSET_NOT_SEEN")] == []
            # Not passed, but said to be unseen: a coding that cannot be undone, and an image that the code
            # of wx.request may take as bytes or as text.
            is_unseen = served.coding or served.content_type.startswith("image/")
            unseen = [finding.status for finding in call.findings if finding.code == "CHARSET_NOT_SEEN"]
            assert unseen == (["not_observable"] if is_unseen else [])


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("http2", [False, True])
def test_an_answer_without_a_body_stays_without_one(status, http2, record, apply, shelf):
    path = shelf.put(
        f"bodiless {status}", Served(b"", "text/plain; charset=gbk", status=status, more=(("etag", '"1"'),))
    )
    for proxy in (record, apply):
        answer = proxy.clients.curl(f"https://{HOST}{path}", http2=http2, headers=AS_REQUEST)
        assert (answer.kind, answer.status, answer.body, answer.headers["etag"]) == ("answered", status, b"", '"1"'), (
            answer
        )
        assert "transfer-encoding" not in answer.headers


@pytest.mark.parametrize("http2", [False, True])
def test_head_tells_what_get_would(http2, record, apply, shelf):
    path = shelf.put("head", Served(GBK, "text/plain; charset=gbk"))
    for proxy in (record, apply):
        answer = proxy.clients.curl(f"https://{HOST}{path}", http2=http2, method="HEAD", headers=AS_REQUEST)
        assert (answer.status, answer.headers["content-length"]) == (200, str(len(GBK))), answer


def test_observe_alters_nothing_even_where_the_policy_says_apply(observe, shelf):
    served = Served(PACKERS["br"](UTF8_BOM + GBK), "text/plain; charset=gbk", "br", more=(("etag", '"1"'),))
    path = shelf.put("observed", served)
    answer = observe.clients.python_request(f"https://{HOST}{path}", headers=AS_REQUEST)
    assert (answer.status, answer.body) == (200, served.body)
    assert [answer.headers[name] for name, _ in served.headers] == [value for _, value in served.headers]
    assert answer.headers["content-length"] == str(len(served.body))


def test_an_old_client_that_knows_no_chunks_is_given_the_end_by_the_connections_end(apply, shelf):
    path = shelf.put("http-1.0", Served(GBK, "text/plain; charset=gbk"))
    asked = f"GET {path} HTTP/1.0\r\nHost: {HOST}\r\nX-Miniprogram-Api: request\r\n\r\n".encode()
    answer = apply.clients.bytes_in_tunnel(f"{HOST}:443", asked)
    assert (answer.status, answer.body) == (200, CHINESE.encode())
    assert "transfer-encoding" not in answer.headers


@pytest.mark.parametrize("http2", [False, True])
def test_events_arrive_at_once(http2, record, apply, shelf):
    for proxy in (record, apply):
        # The stream stays open behind its third event: what has come by then came without waiting for the end.
        answer = proxy.clients.curl(f"https://{HOST}/sse?n=3&hold=1", http2=http2, headers=AS_REQUEST, timeout_s=0.7)
        assert (answer.kind, answer.body.count(b"data: event")) == ("gave_up", 3), answer
        assert answer.headers["content-type"].startswith("text/event-stream")


def test_a_large_text_holds_no_other_call_up(record, lab, shelf):
    """Judging takes a while; it runs beside the traffic, and gives the same verdict."""
    body = (CHINESE * 9000).encode("gbk")
    path = shelf.put("large", Served(body, "text/plain; charset=gbk"))
    assert record.clients.python_request(f"https://{HOST}{path}", headers=AS_REQUEST).body == body
    (call,) = recorded(record, path)
    assert (call.encoding["detected"], call.encoding["conversion"], codes(call)) == (
        "gbk",
        "lossless",
        ["CHARSET_NOT_UTF8"],
    )

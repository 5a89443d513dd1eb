"""The head of an answer as a phone's stack reads it: what is passed over, what counts, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.net.http.http1 import expected_http_body_size
from mitmproxy.net.http.http1 import read_response_head
from mitmproxy.net.http.validate import validate_headers

from wxgate.layers.answer_head import NO_STATUS_LINE
from wxgate.layers.answer_head import AnswerHead
from wxgate.layers.answer_head import NotCarried
from wxgate.layers.answer_head import begins_like_an_answer
from wxgate.layers.answer_head import read_answer_head
from wxgate.layers.answers import response_of

REQUEST = http.Request.make("GET", "https://api.example.com/")
CHUNKS, UNTIL_THE_END = None, -1

# The lines after the status line -> the fields that go on, and how the body is framed.
IRREGULAR = {
    "chunks and a length": (("Content-Length: 33907", "Transfer-Encoding: chunked"), {"Transfer-Encoding": "chunked"}, CHUNKS),
    "chunks, then a length": (("Transfer-Encoding: chunked", "Content-Length: 2"), {"Transfer-Encoding": "chunked"}, CHUNKS),
    "chunks and two different lengths": (
        ("Transfer-Encoding: chunked", "Content-Length: 2", "Content-Length: 3"), {"Transfer-Encoding": "chunked"}, CHUNKS,
    ),
    "chunks in capitals": (("Transfer-Encoding: Chunked ,", ), {"Transfer-Encoding": "chunked"}, CHUNKS),
    "chunks twice": (("Transfer-Encoding: chunked", "transfer-encoding: chunked"), {"Transfer-Encoding": "chunked"}, CHUNKS),
    "identity and chunks": (("Transfer-Encoding: identity, chunked",), {"Transfer-Encoding": "chunked"}, CHUNKS),
    "identity and a length": (("Transfer-Encoding: identity", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "identity alone": (("Transfer-Encoding: identity",), {}, UNTIL_THE_END),
    "a coding that nobody knows": (("Transfer-Encoding: xchunked", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "two equal lengths": (("Content-Length: 2", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "two equal lengths in one line": (("Content-Length: 2, 2",), {"Content-Length": "2"}, 2),
    "a length with zeros before it": (("Content-Length: 002",), {"Content-Length": "2"}, 2),
    "a length with a sign": (("Content-Length: +2",), {}, UNTIL_THE_END),
    "a negative length": (("Content-Length: -2",), {}, UNTIL_THE_END),
    "a length in words": (("Content-Length: two",), {}, UNTIL_THE_END),
    "an empty length": (("Content-Length:",), {}, UNTIL_THE_END),
    "a length beyond 64 bits": (("Content-Length: 99999999999999999999",), {}, UNTIL_THE_END),
    "a line without a colon": (("activeLang; x", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "a name of nothing": ((": x", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "a blank before the colon": (("X-Powered-By : x", "Content-Length: 2"), {"X-Powered-By": "x", "Content-Length": "2"}, 2),
    "a blank before a length's colon": (("Content-Length : 2",), {"Content-Length": "2"}, 2),
    "a tab before a coding's colon": (("Transfer-Encoding\t: chunked",), {"Transfer-Encoding": "chunked"}, CHUNKS),
    "a blank in a name": (("X Powered: x", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "a name that is no token": (("X(y): x", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "a name that is no ASCII": (("Ü: x", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "a line that goes on": (("X-A: a", "  b", "Content-Length: 2"), {"X-A": "a b", "Content-Length": "2"}, 2),
    "a length that goes on": (("Content-Length: ", " 2"), {"Content-Length": "2"}, 2),
    "a first line that is indented": ((" X-A: a", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "an indented line after one without a colon": (("X-A", " b", "Content-Length: 2"), {"Content-Length": "2"}, 2),
    "a bare CR between two fields": (("X-A: a\rContent-Length: 2",), {"X-A": "a", "Content-Length": "2"}, 2),
}  # fmt: skip

STATUS_LINES = {
    "a lower-case protocol": (b"http/1.1 200 OK", b"HTTP/1.1", 200),
    "a version of two digits": (b"HTTP/1.10 200 OK", b"HTTP/1.1", 200),
    "HTTP/2 in text": (b"HTTP/2.0 200 OK", b"HTTP/1.1", 200),
    "HTTP/2 without a minor": (b"HTTP/2 200", b"HTTP/1.0", 200),
    "no version": (b"HTTP 200 OK", b"HTTP/1.0", 200),
    "HTTP/0.9": (b"HTTP/0.9 200 OK", b"HTTP/1.0", 200),
    "no status": (b"HTTP/1.1 OK", b"HTTP/1.1", 200),
    "several blanks": (b"HTTP/1.1   404   Not Found", b"HTTP/1.1", 404),
    "no blank after the version": (b"HTTP/1.1200 OK", b"HTTP/1.1", 200),
    "junk of three bytes": (b"\xef\xbb\xbfHTTP/1.1 200 OK", b"HTTP/1.1", 200),
}

REFUSED = {
    "two different lengths": ([b"HTTP/1.1 200 OK", b"Content-Length: 2", b"Content-Length: 3"], "refuses"),
    "two different lengths in one line": ([b"HTTP/1.1 200 OK", b"Content-Length: 2, 3"], "refuses"),
    "NUL in a value": ([b"HTTP/1.1 200 OK", b"X: a\0b"], "refuses"),
    "no status line": ([b"SSH-2.0-OpenSSH"], "http_0_9"),
    "nothing at all": ([], "http_0_9"),
    "a status of four digits": ([b"HTTP/1.1 2000 OK"], ""),
    "a status of two digits": ([b"HTTP/1.1 20 OK"], ""),
    "a status of 099": ([b"HTTP/1.1 099 OK"], ""),
}


def lines_of(case: tuple[str, ...], status: bytes = b"HTTP/1.1 200 OK") -> list[bytes]:
    return [status, *(line.encode() for line in case)]


def fields_of(head: AnswerHead) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in head.fields}


@pytest.mark.parametrize("case", IRREGULAR)
def test_an_irregular_head_is_read_as_a_phone_reads_it(case):
    lines, fields, size = IRREGULAR[case]
    head = read_answer_head(lines_of(lines))
    assert isinstance(head, AnswerHead)
    assert (head.version, head.status, head.reason, head.is_irregular) == (b"HTTP/1.1", 200, b"OK", True)
    assert fields_of(head) == fields
    assert expected_http_body_size(REQUEST, response_of(head)) == size


@pytest.mark.parametrize("case", IRREGULAR)
def test_mitmproxy_takes_what_was_made_of_it(case):
    head = read_answer_head(lines_of(IRREGULAR[case][0]))
    assert_clean(head)


@pytest.mark.parametrize("case", STATUS_LINES)
def test_a_loose_status_line_is_read(case):
    line, version, status = STATUS_LINES[case]
    head = read_answer_head([line, b"Content-Length: 2"])
    assert isinstance(head, AnswerHead)
    assert (head.version, head.status, head.is_irregular) == (version, status, True)
    assert_clean(head)


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_carried_is_refused_with_what_a_phone_does(case):
    lines, device = REFUSED[case]
    found = read_answer_head(lines)
    assert isinstance(found, NotCarried)
    assert found.device == device
    assert found.why


@pytest.mark.parametrize(
    "lines",
    [
        [b"HTTP/1.1 200 OK", b"Content-Type: application/json", b"Content-Length: 14"],
        [b"HTTP/1.1 200 ", b"Transfer-Encoding: chunked"],
        [b"HTTP/1.1 200"],
        [b"HTTP/1.0 404 Not Found", b"content-length:0"],
        [b"HTTP/1.1 204 No Content", b"Content-Length: 0"],
        [b"HTTP/1.1 304 Not Modified", b"Content-Length: 300", b'ETag: "a"'],
        [b"HTTP/1.1 101 Switching Protocols", b"Upgrade: websocket", b"Connection: Upgrade"],
        [b"HTTP/1.1 103 Early Hints", b"Link: </x>; rel=preload"],
        [b"HTTP/1.1 200 OK", b"Set-Cookie: a=1", b"Set-Cookie: b=2", b"X-Chinese: \xe4\xb8\xad"],
    ],
)
def test_a_regular_head_is_what_mitmproxy_reads(lines):
    head = read_answer_head(lines)
    assert isinstance(head, AnswerHead) and not head.is_irregular
    theirs = read_response_head(list(lines))
    ours = response_of(head)
    assert (ours.status_code, ours.reason, ours.http_version) == (
        theirs.status_code,
        theirs.reason,
        theirs.http_version,
    )
    assert ours.headers.fields == theirs.headers.fields


def test_chunks_of_http_1_0_are_no_chunks():
    head = read_answer_head([b"HTTP/1.0 200 OK", b"Transfer-Encoding: chunked", b"Content-Length: 2"])
    assert isinstance(head, AnswerHead)
    assert fields_of(head) == {"Content-Length": "2"}


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified", b"103 Early Hints"])
def test_what_has_no_body_has_no_chunks(status):
    head = read_answer_head([b"HTTP/1.1 " + status, b"Transfer-Encoding: chunked"])
    assert isinstance(head, AnswerHead)
    assert head.fields == () and head.is_irregular


@pytest.mark.parametrize(
    ("received", "may_be"),
    [(b"", True), (b"H", True), (b"HTTP/1.1", True), (b"\r\n\r\nHTTP", True), (b"SSH-2.0", True), (b"SSH-2.0-", False),
     (b"....http", True), (b".....HTTP/1.1", False)],
)  # fmt: skip
def test_the_beginning_tells_whether_a_status_line_may_come(received, may_be):
    assert begins_like_an_answer(received) is may_be


def test_without_a_status_line_it_is_told_what_chromium_does():
    assert NO_STATUS_LINE.device == "http_0_9"


def assert_clean(head: AnswerHead | NotCarried) -> None:
    """mitmproxy reads what would be sent on, and the same of it as it was given."""
    assert isinstance(head, AnswerHead)
    response = response_of(head)
    validate_headers(response)
    size = expected_http_body_size(REQUEST, response)
    raw = b"%s %d %s\r\n%s" % (head.version, head.status, head.reason, bytes(response.headers))
    again = read_response_head(raw.split(b"\r\n")[:-1])
    assert (again.status_code, again.headers.fields) == (head.status, response.headers.fields)
    assert expected_http_body_size(REQUEST, again) == size
    names = [name.lower() for name, _ in head.fields]
    assert names.count(b"content-length") + names.count(b"transfer-encoding") <= 1


NAMES = st.sampled_from(
    [b"Content-Length", b"content-length ", b"Transfer-Encoding", b"transfer-encoding\t", b"X-A", b" X", b"", b"a b"]
)
VALUES = st.one_of(
    st.sampled_from([b"2", b"002", b"2, 2", b"2,3", b"chunked", b"gzip, chunked", b"identity", b"", b" ", b"a\rb"]),
    st.binary(max_size=20).map(lambda value: value.replace(b"\n", b"")),
)
LINES = st.one_of(
    st.tuples(NAMES, VALUES).map(lambda pair: pair[0] + b": " + pair[1]),
    st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")),
)
FIRST = st.one_of(
    st.sampled_from([b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 204 x", b"http/1.1 304", b"HTTP/1.1 101 x"]),
    st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")),
    st.binary(max_size=12).map(lambda line: b"HTTP/1.1 " + line.replace(b"\n", b"")),
)


@given(FIRST, st.lists(LINES, max_size=8))
def test_whatever_comes_is_one_clean_framing_or_a_reason(first, lines):
    found = read_answer_head([first, *lines])
    if isinstance(found, NotCarried):
        assert found.why
    else:
        assert_clean(found)

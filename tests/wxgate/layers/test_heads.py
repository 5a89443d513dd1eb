"""Heads of messages that could be read in two ways are put right, or refused."""

import pytest
from mitmproxy import http
from mitmproxy.test import tutils

from wxgate.layers.heads import put_right
from wxgate.layers.heads import request_fault
from wxgate.layers.heads import response_fault


def request(*fields, version=b"HTTP/2.0", **changes):
    made = tutils.treq(headers=http.Headers(fields), http_version=version)
    for name, value in changes.items():
        setattr(made.data, name, value)
    return made


def response(status, *fields):
    return tutils.tresp(status_code=status, headers=http.Headers(fields))


@pytest.mark.parametrize(
    ("made", "is_fault"),
    [
        (request((b"a", b"b")), False),
        (request((b"a", "é中".encode())), False),
        (request((b"a", b"b\tc")), False),
        (request((b"a", b"b\r\nx: y")), True),
        (request((b"a", b"b\nx: y")), True),
        (request((b"a", b"b\rc")), True),
        (request((b"a", b"b\0")), True),
        (request((b"a\r\nb", b"c")), True),
        (request(method=b"GET /other HTTP/1.1\r\n"), True),
        (request(path=b"/a HTTP/1.1\r\nHost: b\r\n\r\n"), True),
        (request(path=b"/a b"), True),
        (request(path=b"/a%20b"), False),
        (request(authority=b"api.example.com\r\n"), True),
        (request((b"upgrade", b"websocket")), False),
        (request((b"upgrade", b"h2c"), (b"Upgrade", b"websocket")), True),
    ],
)
def test_requests(made, is_fault):
    assert (request_fault(made) is not None) is is_fault


SOCKET = request((b"upgrade", b"websocket"), (b"sec-websocket-version", b"13"), version=b"HTTP/1.1")
H2C = request((b"upgrade", b"h2c"), version=b"HTTP/1.1")


@pytest.mark.parametrize(
    ("asked", "answer", "of_a_call", "of_others"),
    [
        (SOCKET, response(101, (b"upgrade", b"WebSocket")), False, False),
        (SOCKET, response(101, (b"upgrade", b"h2c")), True, True),
        (SOCKET, response(101), True, True),
        (H2C, response(101, (b"upgrade", b"h2c")), True, False),
        (request((b"upgrade", b"websocket")), response(101, (b"upgrade", b"websocket")), True, False),
        (request(), response(101, (b"upgrade", b"websocket")), True, True),
        (request(), response(103), True, True),
        (request(), response(302, (b"location", b"/a")), False, False),
        (request(), response(302, (b"location", b"/a"), (b"Location", b"/a")), False, False),
        (request(), response(302, (b"location", b"/a"), (b"Location", b"https://evil.example.org")), True, False),
        (request(), response(200, (b"x", b"a\r\nset-cookie: b")), True, True),
    ],
)
def test_answers(asked, answer, of_a_call, of_others):
    found = [response_fault(asked, answer, is_judged) is not None for is_judged in (True, False)]
    assert found == [of_a_call, of_others]


def test_blanks_around_a_value_are_no_part_of_it():
    made = request((b"a", b"  b \t"), (b"c", b"d e"), (b"f", b""))
    put_right(made)
    assert made.headers.fields == ((b"a", b"b"), (b"c", b"d e"), (b"f", b""))


def test_a_folded_value_of_http1_is_one_line_and_one_of_http2_stays_refused():
    folded = request((b"a", b"b\r\n c"), version=b"HTTP/1.1")
    put_right(folded)
    assert folded.headers.fields == ((b"a", b"b c"),) and request_fault(folded) is None
    made = request((b"a", b"b\r\n c"))
    put_right(made)
    assert request_fault(made)

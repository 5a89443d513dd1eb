"""A head that goes past a bound is known before anything is made of it."""

import pytest

from wxgate.layers.request_bounds import MOST_FIELDS
from wxgate.layers.request_bounds import MOST_HEAD_BYTES
from wxgate.layers.request_bounds import MOST_HOST_FIELDS
from wxgate.layers.request_bounds import TOO_LONG
from wxgate.layers.request_bounds import TOO_MANY_FIELDS
from wxgate.layers.request_bounds import TOO_MANY_HOSTS
from wxgate.layers.request_bounds import beginning_of
from wxgate.layers.request_bounds import has_bare_line_feed
from wxgate.layers.request_bounds import limit_of
from wxgate.layers.request_bounds import limit_of_fields
from wxgate.layers.request_bounds import refusal_in_words
from wxpolicy.call.events import Malformed

GET = b"GET /a HTTP/1.1\r\n"
HOST = b"Host: a\r\n"


@pytest.mark.parametrize(
    ("received", "limit"),
    [
        (GET + HOST + b"\r\n", None),
        (GET + HOST + b"a: b\r\n" * (MOST_FIELDS - 1) + b"\r\n", None),
        (GET + HOST + b"a: b\r\n" * MOST_FIELDS + b"\r\n", TOO_MANY_FIELDS),
        (GET + b"a: b\n" * (MOST_FIELDS + 1), TOO_MANY_FIELDS),
        (GET + HOST * MOST_HOST_FIELDS + b"\r\n", None),
        (GET + HOST * (MOST_HOST_FIELDS + 1) + b"\r\n", TOO_MANY_HOSTS),
        (GET + b"hOST\t: a\r\n" * (MOST_HOST_FIELDS + 1), TOO_MANY_HOSTS),
        (GET + b"a: " + b"b" * MOST_HEAD_BYTES, TOO_LONG),
        (b"G" * (MOST_HEAD_BYTES + 1), TOO_LONG),
        # A body is none of its head.
        (GET + HOST + b"\r\n" + b"\n" * 5000, None),
        (GET + HOST + b"\r\n" + b"Host: a\r\n" * 5000, None),
        (GET + HOST + b"\n" + b"a" * 2 * MOST_HEAD_BYTES, None),
    ],
)
def test_heads(received, limit):
    assert limit_of(received) == limit


@pytest.mark.parametrize(
    ("names", "limit"),
    [
        ([b":path", b"host"], None),
        ([b"a"] * MOST_FIELDS, None),
        ([b"a"] * (MOST_FIELDS + 1), TOO_MANY_FIELDS),
        ([b"host"] * (MOST_HOST_FIELDS + 1), TOO_MANY_HOSTS),
    ],
)
def test_fields_of_http2(names, limit):
    assert limit_of_fields(names) == limit


@pytest.mark.parametrize(
    ("head", "url", "fields"),
    [
        (GET + HOST + b"Referer: x\r\n" + b"a: b\r\n" * 5000, "/a", 100 - 1),
        (b"POST http://a.example/b HTTP/1.1\r\nHost: a\r\nnonsense", "/b", 1),
        (GET + b": \r\n" + b"\r\n", "/a", 0),
    ],
)
def test_what_can_be_told_of_a_head_is_told(head, url, fields):
    request = beginning_of(head)
    assert request is not None and request.path == url and len(request.headers.fields) == fields


@pytest.mark.parametrize("head", [b"", b"G" * 100_000, b"\r\n\r\n", b"GET\r\nHost: a\r\n\r\n", b"\0" * 20_000])
def test_what_is_no_request_is_none(head):
    assert beginning_of(head) is None


def test_a_refusal_has_words():
    assert refusal_in_words(Malformed("two lengths")) == "two lengths"
    assert refusal_in_words(TOO_LONG) == f"a bound of the proxy was reached: head, {MOST_HEAD_BYTES} bytes"
    assert refusal_in_words(TOO_MANY_FIELDS).endswith("headers, 1000")


@pytest.mark.parametrize(
    ("case", "received", "found"),
    [
        ("lines as they should be", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", False),
        ("LF alone", b"GET / HTTP/1.1\nHost: a\n\n", True),
        ("one of them", b"GET / HTTP/1.1\r\nX: a\nHost: a\r\n\r\n", True),
        ("the last one", b"GET / HTTP/1.1\r\nHost: a\r\n\n", True),
        ("in what follows the head", b"POST / HTTP/1.1\r\nHost: a\r\n\r\n{\n}\n", False),
        ("a head that is not whole", b"GET / HTTP/1.1\r\nHost: a\n", False),
    ],
)
def test_line_feeds_alone(case, received, found):
    assert has_bare_line_feed(received) is found, case

"""A head of HTTP/3 that goes past a bound is refused before anything is sent, and told of in its record."""

import pytest
from mitmproxy import http
from mitmproxy.proxy.layers.http import RequestHeaders

from wxgate.layers.http3 import _within_bounds
from wxgate.layers.request_bounds import MOST_FIELDS
from wxgate.layers.request_bounds import MOST_HEAD_BYTES
from wxgate.layers.request_bounds import MOST_HOST_FIELDS
from wxgate.layers.request_bounds import SHOWN_FIELDS
from wxgate.layers.request_bounds import TOO_LONG
from wxgate.layers.request_bounds import TOO_MANY_FIELDS
from wxgate.layers.request_bounds import TOO_MANY_HOSTS
from wxgate.layers.request_bounds import RefusedHead


@pytest.mark.parametrize(
    ("path", "fields", "limit"),
    [
        ("/", [(b"a", b"b")] * MOST_FIELDS, None),
        ("/", [(b"a", b"b")] * (MOST_FIELDS + 1), TOO_MANY_FIELDS),
        ("/", [(b"host", b"a")] * (MOST_HOST_FIELDS + 1), TOO_MANY_HOSTS),
        ("/", [(b"a", b"b" * MOST_HEAD_BYTES)], TOO_LONG),
        ("/" + "a" * MOST_HEAD_BYTES, [], TOO_LONG),
    ],
)
def test_bounds(path, fields, limit):
    request = http.Request.make("GET", f"https://api.example.com{path}")
    request.headers = http.Headers(fields)
    event = _within_bounds(RequestHeaders(0, request, False))
    assert (event.refusal if isinstance(event, RefusedHead) else None) == limit
    assert len(event.request.headers.fields) <= (SHOWN_FIELDS if limit else MOST_FIELDS)

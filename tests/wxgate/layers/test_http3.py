"""What goes past a bound over HTTP/3 is refused before anything is sent, and told of in its record."""

from types import SimpleNamespace

import pytest
from aioquic.h3.connection import ErrorCode as H3ErrorCode
from aioquic.h3.events import HeadersReceived
from mitmproxy import http
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import Start
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import RequestProtocolError
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.quic import CloseQuicConnection
from mitmproxy.proxy.layers.quic import QuicStreamReset
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.layers.codes import KILLED
from wxgate.layers.flood import MOST_RESETS
from wxgate.layers.http3 import OwnHttp3Server
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


class Connection:
    """A client's HTTP/3, as the layers above it see it."""

    def __init__(self, target=("api.example.com", 443)):
        with taddons.context() as tools:
            context = Context(tflow.tclient_conn(), tools.options)
        context.server.address = target
        self.passed = []
        own = SimpleNamespace(limit_passed=lambda client, limit: self.passed.append(limit))
        self.layer = OwnHttp3Server(context, SimpleNamespace(own=own))
        self.context = context
        list(self.layer.handle_event(Start()))

    def told(self, event):
        return list(self.layer.handle_event(event))

    def takes_back(self, count, first=0):
        """What is told in all of requests that are taken back."""
        found = []
        for number in range(first, first + count):
            found += self.told(QuicStreamReset(self.context.client, 4 * number, H3ErrorCode.H3_REQUEST_CANCELLED))
        return found


def kinds(commands):
    return [type(each.event) for each in commands if isinstance(each, ReceiveHttp)]


def test_too_many_requests_that_are_taken_back_end_the_connection_and_are_one_record():
    client = Connection()
    assert set(kinds(client.takes_back(MOST_RESETS))) == {RequestProtocolError}
    told = client.takes_back(1, first=MOST_RESETS)
    (closing,) = [each for each in told if isinstance(each, CloseQuicConnection)]
    assert closing.error_code == H3ErrorCode.H3_EXCESSIVE_LOAD
    assert kinds(told) == [RequestProtocolError, RefusedHead]
    refused = told[-1].event
    assert (refused.refusal.what, refused.refusal.count) == ("resets", MOST_RESETS + 1)
    # Its end is told to nobody: there is no such stream.
    assert client.told(ResponseProtocolError(refused.stream_id, "refused", KILLED)) == []
    assert client.takes_back(5, first=2 * MOST_RESETS) == []


def test_where_no_request_can_be_told_of_the_bound_alone_is():
    client = Connection(target=None)
    assert RefusedHead not in kinds(client.takes_back(MOST_RESETS + 1))
    assert [limit.what for limit in client.passed] == ["resets"]


HEAD = [(b":method", b"GET"), (b":scheme", b"https"), (b":authority", b"api.example.com"), (b":path", b"/")]


@pytest.mark.parametrize(
    ("case", "fields", "is_refused"),
    [
        ("as it should be", HEAD, False),
        ("no path", HEAD[:3], True),
        ("a port in words", [*HEAD[:2], (b":authority", b"api.example.com:port"), HEAD[3]], True),
    ],
)
def test_a_malformed_head_is_refused_by_itself(case, fields, is_refused):
    event = Connection().layer.parse_headers(HeadersReceived(fields, 0, True))
    assert isinstance(event, RefusedHead) is is_refused, case

"""A message whose body is at hand goes out in one piece; one that is streamed begins with its head."""

from types import SimpleNamespace

import pytest
from mitmproxy import http
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.events import Start
from mitmproxy.proxy.layers.http import RequestData
from mitmproxy.proxy.layers.http import RequestEndOfMessage
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import RequestProtocolError
from mitmproxy.proxy.layers.http import ResponseData
from mitmproxy.proxy.layers.http import ResponseEndOfMessage
from mitmproxy.proxy.layers.http import ResponseHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.layers import http1_connection
from wxgate.layers.codes import CANCELLED
from wxgate.layers.codes import KILLED
from wxgate.layers.http1_client import OwnHttp1Client
from wxgate.layers.http1_connection import MOST_JOINED_BYTES
from wxgate.layers.http1_server import OwnHttp1Server
from wxgate.layers.wire import Wire


def spoken(kind):
    with taddons.context() as tools:
        context = Context(tflow.tclient_conn(), tools.options)
    context.server = tflow.tserver_conn()
    layer = kind(context, Wire(SimpleNamespace(), None))
    list(layer.handle_event(Start()))
    return layer


def sent(layer, *told):
    """Of each event, the pieces that go out and the names of other commands."""
    return [
        [
            command.data if isinstance(command, commands.SendData) else type(command).__name__
            for command in layer.handle_event(event)
        ]
        for event in told
    ]


def answer(body, **fields):
    response = http.Response.make(200, body, {"a": "b", **fields})
    response.headers.pop("content-length", None)
    return response


HEAD = b"HTTP/1.1 200 OK\r\na: b\r\n\r\n"
CHUNKED_HEAD = b"HTTP/1.1 200 OK\r\na: b\r\ntransfer-encoding: chunked\r\n\r\n"


def serving():
    layer = spoken(OwnHttp1Server)
    list(layer.handle_event(DataReceived(layer.conn, b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")))
    return layer


def test_an_answer_that_is_whole_is_one_piece():
    told = ResponseHeaders(1, answer(b"hello"), False), ResponseData(1, b"hello"), ResponseEndOfMessage(1)
    assert sent(serving(), *told)[:2] == [[], [HEAD + b"hello"]]


def test_an_answer_in_chunks_is_as_ever():
    whole = answer(b"hello", **{"transfer-encoding": "chunked"})
    told = ResponseHeaders(1, whole, False), ResponseData(1, b"hello"), ResponseEndOfMessage(1)
    assert sent(serving(), *told)[:3] == [[], [CHUNKED_HEAD + b"5\r\nhello\r\n"], [b"0\r\n\r\n"]]


def test_an_answer_that_is_streamed_begins_at_once():
    streamed = answer(b"")
    streamed.data.content, streamed.stream = None, True
    assert sent(serving(), ResponseHeaders(1, streamed, False), ResponseData(1, b"x")) == [[HEAD], [b"x"]]


def test_an_answer_without_a_body_is_its_head():
    assert sent(serving(), ResponseHeaders(1, answer(b""), True)) == [[HEAD]]


def test_a_large_body_is_not_copied():
    large = b"x" * (MOST_JOINED_BYTES + 1)
    told = ResponseHeaders(1, answer(large), False), ResponseData(1, large)
    assert sent(serving(), *told) == [[], [HEAD, large]]


@pytest.mark.parametrize(
    "follows",
    [ResponseProtocolError(1, "cut", KILLED), ResponseEndOfMessage(1)],
    ids=["a cut", "the end, though a body was promised"],
)
def test_no_head_is_lost_where_its_body_does_not_come(follows):
    pieces = sent(serving(), ResponseHeaders(1, answer(b"hello"), False), follows)
    assert pieces[0] == [] and pieces[1][0] == HEAD


def asked(**fields):
    return http.Request.make("POST", "http://example.com/", b"hello", {"host": "example.com", **fields})


REQUEST_HEAD = b"POST / HTTP/1.1\r\nhost: example.com\r\ncontent-length: 5\r\n\r\n"


def test_a_request_that_is_whole_is_one_piece():
    told = RequestHeaders(1, asked(), False), RequestData(1, b"hello"), RequestEndOfMessage(1)
    assert sent(spoken(OwnHttp1Client), *told) == [[], [REQUEST_HEAD + b"hello"], []]


def test_a_request_that_is_streamed_begins_at_once():
    streamed = asked()
    streamed.data.content, streamed.stream = None, True
    streamed.headers["content-length"] = "5"
    told = RequestHeaders(1, streamed, False), RequestData(1, b"hello")
    assert sent(spoken(OwnHttp1Client), *told) == [[REQUEST_HEAD], [b"hello"]]


def test_a_request_that_is_cut_behind_its_head_closes_the_connection():
    told = RequestHeaders(1, asked(), False), RequestProtocolError(1, "cut", CANCELLED)
    assert sent(spoken(OwnHttp1Client), *told) == [[], [REQUEST_HEAD, "CloseConnection"]]


@pytest.mark.parametrize(
    ("fields", "version", "status", "stays"),
    [
        ({"content-length": "5"}, b"HTTP/1.1", 200, True),
        ({"content-length": "5", "connection": "keep-alive"}, b"HTTP/1.1", 200, True),
        ({"content-length": "5", "Connection": "Keep-Alive"}, b"HTTP/1.1", 200, True),
        ({"content-length": "5", "connection": "close"}, b"HTTP/1.1", 200, False),
        ({"content-length": "5", "connection": "foo,close"}, b"HTTP/1.1", 200, False),
        ({"content-length": "5", "connection": "Close"}, b"HTTP/1.1", 200, True),
        ({"content-length": "five"}, b"HTTP/1.1", 200, True),
        ({"content-length": "5"}, b"HTTP/1.0", 200, False),
        ({"content-length": "5", "connection": "keep-alive"}, b"HTTP/1.0", 200, True),
        ({}, b"HTTP/1.1", 200, False),
        ({}, b"HTTP/1.1", 204, True),
        ({"transfer-encoding": "chunked"}, b"HTTP/1.1", 200, True),
        ({"transfer-encoding": "gzip"}, b"HTTP/1.1", 200, False),
        ({"transfer-encoding": "gzip", "content-length": "5"}, b"HTTP/1.1", 200, False),
    ],
)
@pytest.mark.parametrize("whose", ["ours", "mitmproxy's"])
def test_a_connection_stays_open_as_with_mitmproxy(fields, version, status, stays, whose, monkeypatch):
    if whose != "ours":
        monkeypatch.setattr(http1_connection, "_stays_open", lambda request, response: False)
    layer = serving()
    given = http.Response.make(status, b"", fields)
    given.headers.pop("content-length", None)
    given.headers.update(fields)
    given.data.http_version = version
    pieces = sent(layer, ResponseHeaders(1, given, False), ResponseEndOfMessage(1))
    assert ("CloseConnection" not in pieces[1]) == stays
    assert layer.stream_id == (3 if stays else 1)
    assert (layer.state == layer.read_headers) == stays


def test_a_request_that_came_ahead_is_read_once_the_answer_is_out():
    layer = serving()
    list(layer.handle_event(DataReceived(layer.conn, b"GET /2 HTTP/1.1\r\nHost: example.com\r\n\r\n")))
    given = answer(b"hello")
    given.headers["content-length"] = "5"
    pieces = sent(layer, ResponseHeaders(1, given, False), ResponseData(1, b"hello"), ResponseEndOfMessage(1))
    assert "ReceiveHttp" in pieces[2] and layer.stream_id == 3


@pytest.mark.parametrize(
    "ending", [b"content-length: 2\r\n\r\nok", b"transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"]
)
def test_a_connection_is_free_when_its_answer_s_end_is_told(ending):
    # A request that was sent ahead comes to it at once, where no hook has to be waited for.
    layer = spoken(OwnHttp1Client)
    list(layer.handle_event(RequestHeaders(1, asked(), True)))
    list(layer.handle_event(RequestEndOfMessage(1)))
    follows = []
    for command in layer.handle_event(DataReceived(layer.conn, b"HTTP/1.1 200 OK\r\n" + ending)):
        if isinstance(getattr(command, "event", None), ResponseEndOfMessage):
            follows += sent(layer, RequestHeaders(3, asked(), True))
    assert follows == [[REQUEST_HEAD]]
    assert layer.stream_id == 3


def test_what_comes_behind_an_early_answer_ends_nothing_twice():
    layer = spoken(OwnHttp1Client)
    streamed = asked()
    streamed.data.content, streamed.stream = None, True
    early = DataReceived(layer.conn, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    more = DataReceived(layer.conn, b"HTTP/1.1 200 OK\r\n")
    told = RequestHeaders(1, streamed, False), early, more, RequestEndOfMessage(1)
    # Headers, body and end; then nothing; and where the next answer would begin is not sure.
    assert [len(each) for each in sent(layer, *told)[1:3]] == [3, 0]
    assert layer.state == layer.done

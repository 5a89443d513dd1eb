"""An answer over HTTP/2 whose body is at hand goes out in one piece, in the frames that mitmproxy would send."""

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived as H2Data
from h2.events import ResponseReceived
from h2.events import StreamEnded
from h2.events import StreamReset
from h2.events import TrailersReceived
from h2.settings import SettingCodes
from mitmproxy import http
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.events import Start
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestData
from mitmproxy.proxy.layers.http import RequestEndOfMessage
from mitmproxy.proxy.layers.http import ResponseData
from mitmproxy.proxy.layers.http import ResponseEndOfMessage
from mitmproxy.proxy.layers.http import ResponseHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http import ResponseTrailers
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.layers.codes import KILLED
from wxgate.layers.http2_server import OwnHttp2Server
from wxgate.layers.own import Layers
from wxgate.layers.wire import Wire

ASKED = [(":method", "GET"), (":scheme", "https"), (":authority", "api.example.com"), (":path", "/")]


class Client:
    """Has asked for streams 1, 3, 5 and 7 of a server of ours."""

    def __init__(self, window_bytes=65_535):
        with taddons.context() as tools:
            tools.options.add_option("validate_inbound_headers", bool, True, "")
            tools.options.add_option("normalize_outbound_headers", bool, True, "")
            tools.options.add_option("http2_ping_keepalive", int, 0, "")
            self.server = OwnHttp2Server(Context(tflow.tclient_conn(), tools.options), Wire(Layers(), None))
        self.speaker = H2Connection(H2Configuration(client_side=True, header_encoding=None))
        self.speaker.initiate_connection()
        self.speaker.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: window_bytes})
        for stream_id in (1, 3, 5, 7):
            self.speaker.send_headers(stream_id, ASKED, end_stream=True)
        opening = [*self.take(Start()), *self.take(DataReceived(self.server.conn, self.speaker.data_to_send()))]
        assert self.seen(opening) == []

    def take(self, event):
        """The pieces that go out."""
        found = [command.data for command in self.server.handle_event(event) if isinstance(command, commands.SendData)]
        assert all(found)
        return found

    def seen(self, pieces):
        """What the client makes of them, by stream."""
        found = []
        for event in self.speaker.receive_data(b"".join(pieces)):
            if isinstance(event, ResponseReceived):
                found.append((event.stream_id, "head", dict(event.headers)[b":status"]))
            elif isinstance(event, H2Data):
                found.append((event.stream_id, "data", event.data))
            elif isinstance(event, TrailersReceived):
                found.append((event.stream_id, "trailers", dict(event.headers)))
            elif isinstance(event, StreamEnded):
                found.append((event.stream_id, "end", None))
            elif isinstance(event, StreamReset):
                found.append((event.stream_id, "reset", None))
        return [each for each in found if each[1:] != ("data", b"")]


def answer(body, *, is_streamed=False):
    response = http.Response.make(200, b"" if is_streamed else body, {"a": "b"})
    if is_streamed:
        response.data.content, response.stream = None, True
        del response.headers["content-length"]
    response.data.http_version = b"HTTP/2.0"
    return response


def whole(stream_id, body=b"hello"):
    return (
        ResponseHeaders(stream_id, answer(body), False),
        ResponseData(stream_id, body),
        ResponseEndOfMessage(stream_id),
    )


def told(stream_id, body=b"hello"):
    return [(stream_id, "head", b"200"), (stream_id, "data", body), (stream_id, "end", None)]


def test_an_answer_that_is_whole_is_one_piece():
    client = Client()
    pieces = [client.take(event) for event in whole(1)]
    assert [len(each) for each in pieces] == [0, 0, 1]
    assert client.seen(pieces[2]) == told(1)


def test_one_answer_behind_the_other_is_read_in_order():
    client = Client()
    pieces = [piece for stream_id in (5, 1, 3) for event in whole(stream_id) for piece in client.take(event)]
    assert len(pieces) == 3 and client.seen(pieces) == [*told(5), *told(1), *told(3)]


def test_an_answer_that_is_streamed_begins_at_once():
    client = Client()
    head = client.take(ResponseHeaders(1, answer(b"", is_streamed=True), False))
    assert client.seen(head) == [(1, "head", b"200")]
    assert client.seen(client.take(ResponseData(1, b"one"))) == [(1, "data", b"one")]
    # The answer of another stream in between goes out for itself.
    assert client.seen([piece for event in whole(3) for piece in client.take(event)]) == told(3)
    assert client.seen(client.take(ResponseData(1, b"two"))) == [(1, "data", b"two")]
    assert client.seen(client.take(ResponseEndOfMessage(1))) == [(1, "end", None)]


@pytest.mark.parametrize(
    "between",
    [
        whole(3),
        (ResponseHeaders(3, answer(b"", is_streamed=True), False),),
        (ResponseProtocolError(3, "killed", KILLED),),
    ],
    ids=["a whole answer", "the head of a streamed one", "a reset"],
)
@pytest.mark.parametrize("cut", [1, 2])
def test_whatever_comes_between_is_read_as_well(between, cut):
    """It does not in fact: nobody waits between the parts of such an answer."""
    client = Client()
    events = [*whole(1)[:cut], *between, *whole(1)[cut:], *whole(5)]
    seen = client.seen([piece for event in events for piece in client.take(event)])
    assert [each for each in seen if each[0] == 1] == told(1) and [each for each in seen if each[0] == 5] == told(5)
    assert seen[-1] == (5, "end", None) and any(each[0] == 3 for each in seen)


def test_trailers_go_out_behind_the_body():
    client = Client()
    head, data, end = whole(1)
    pieces = [client.take(event) for event in (head, data, ResponseTrailers(1, http.Headers([(b"x", b"y")])), end)]
    assert client.seen(piece for each in pieces for piece in each) == [
        *told(1)[:2],
        (1, "trailers", {b"x": b"y"}),
        (1, "end", None),
    ]


def test_an_answer_without_a_body_is_sent_with_its_head():
    client = Client()
    assert client.seen(client.take(ResponseHeaders(1, answer(b""), True))) == [(1, "head", b"200"), (1, "end", None)]
    assert client.take(ResponseEndOfMessage(1)) == []


def test_what_the_window_does_not_take_waits():
    client = Client(window_bytes=3)
    pieces = [piece for event in whole(1) for piece in client.take(event)]
    assert client.seen(pieces) == [(1, "head", b"200"), (1, "data", b"hel")]
    client.speaker.increment_flow_control_window(10, 1)
    assert client.seen(client.take(DataReceived(client.server.conn, client.speaker.data_to_send()))) == [
        (1, "data", b"lo"),
        (1, "end", None),
    ]


def test_an_answer_for_a_stream_that_was_reset_goes_nowhere():
    client = Client()
    client.speaker.reset_stream(1)
    client.take(DataReceived(client.server.conn, client.speaker.data_to_send()))
    assert [client.take(event) for event in whole(1)] == [[], [], []]
    assert client.seen([piece for event in whole(3) for piece in client.take(event)]) == told(3)


def upload(*frames):
    """What goes on of the requests whose frames come in one piece: (stream, bytes, whether it ends there)."""
    client = Client()
    for stream_id in (9, 11):
        client.speaker.send_headers(stream_id, [(":method", "POST"), *ASKED[1:]])
    for stream_id, data, ends in frames:
        client.speaker.send_data(stream_id, data, end_stream=ends, pad_length=7 if data == b"padded" else None)
    found = []
    for command in client.server.handle_event(DataReceived(client.server.conn, client.speaker.data_to_send())):
        if isinstance(command, ReceiveHttp) and isinstance(command.event, RequestData):
            found.append((command.event.stream_id, command.event.data))
        elif isinstance(command, ReceiveHttp) and isinstance(command.event, RequestEndOfMessage):
            found.append((command.event.stream_id, "end"))
    window = {
        stream_id: client.server.h2_conn.streams[stream_id]._inbound_window_manager._bytes_processed
        for stream_id in (9, 11)
        if stream_id in client.server.h2_conn.streams
    }
    return found, window


@pytest.mark.parametrize(
    ("frames", "pieces"),
    [
        ([(9, b"one", False), (9, b"two", False)], [(9, b"onetwo")]),
        ([(9, b"one", False), (9, b"two", True)], [(9, b"onetwo"), (9, "end")]),
        ([(9, b"one", False), (9, b"", True)], [(9, b"one"), (9, "end")]),
        ([(9, b"", False), (9, b"two", False)], [(9, b"two")]),
        ([(9, b"one", False), (11, b"x", False), (9, b"two", False)], [(9, b"one"), (11, b"x"), (9, b"two")]),
        ([(9, b"one", True), (11, b"x", True)], [(9, b"one"), (9, "end"), (11, b"x"), (11, "end")]),
        ([(9, b"padded", False), (9, b"two", False)], [(9, b"paddedtwo")]),
    ],
    ids=["two", "the last", "an empty last", "an empty first", "of two streams", "two that end", "with padding"],
)
def test_frames_of_a_body_that_come_together_go_on_as_one(frames, pieces):
    found, taken = upload(*frames)
    assert found == pieces
    # Padding counts against the window as well: it and the byte that tells its length.
    sent = sum(len(data) + (8 if data == b"padded" else 0) for _, data, _ in frames)
    assert sum(taken.values()) == sent

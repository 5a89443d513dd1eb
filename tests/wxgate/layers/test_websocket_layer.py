"""What a socket's ends are sent, and which messages the addons see, is the same as in mitmproxy's own layer."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.events import ConnectionClosed
from mitmproxy.proxy.events import DataReceived
from mitmproxy.proxy.events import HookCompleted
from mitmproxy.proxy.events import Start
from mitmproxy.proxy.layers import websocket as mitmproxy_layer
from mitmproxy.proxy.layers.websocket import WebsocketLayer
from mitmproxy.proxy.layers.websocket import WebsocketMessageHook
from mitmproxy.proxy.layers.websocket import WebSocketMessageInjected
from mitmproxy.test import taddons
from mitmproxy.test import tflow
from mitmproxy.websocket import WebSocketMessage
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.frame_protocol import Opcode

from wxgate.layers import websocket_layer
from wxgate.layers.inflation import bound_messages
from wxgate.layers.websocket_frames import masked
from wxgate.layers.websocket_layer import OwnWebsocketLayer

CLIENT, SERVER = "client", "server"
MOST = 1000
MASK = b"\x37\xfa\x21\x3d"


class Socket:
    """A layer between two ends. ``hook(message)`` is the addons'; ``answers`` whether a hook is over at once."""

    def __init__(self, kind, hook, *, extension="", answers=True, limit=MOST):
        with taddons.context() as tools:
            context = Context(tflow.tclient_conn(), tools.options)
        context.server = tflow.tserver_conn()
        self.flow = tflow.twebsocketflow(messages=False, close_code=None)
        if extension:
            self.flow.response.headers["sec-websocket-extensions"] = extension
        self.ends = {CLIENT: context.client, SERVER: context.server}
        self.sent = {CLIENT: b"", SERVER: b""}
        self.seen, self.told, self.waiting, self.closed = [], [], [], []
        self._hook = hook
        handler = SimpleNamespace(is_done_at_once=self._is_done_at_once if answers else lambda hook: False)
        if kind is OwnWebsocketLayer:
            self.layer = kind(context, self.flow, SimpleNamespace(handler=handler))
        else:
            self.layer = kind(context, self.flow)
        self._limit = limit
        self.take(Start())

    def _is_done_at_once(self, hook):
        self._call(hook)
        return True

    def _call(self, hook):
        if isinstance(hook, mitmproxy_layer.WebsocketStartHook) and self._limit:
            bound_messages(self.layer, self._limit, lambda *told: self.told.append(told))
        elif isinstance(hook, WebsocketMessageHook):
            message = self.flow.websocket.messages[-1]
            self.seen.append((message.from_client, message.type, message.content, message.injected))
            self._hook(message)

    def take(self, event):
        for command in self.layer.handle_event(event):
            if isinstance(command, commands.StartHook):
                self._call(command)
                self.take(HookCompleted(command))
            elif isinstance(command, commands.SendData):
                end = CLIENT if command.connection is self.ends[CLIENT] else SERVER
                self.sent[end] += command.data
            elif isinstance(command, commands.CloseConnection):
                self.closed.append(command.connection is self.ends[CLIENT])

    def received(self):
        """What each end reads, by wsproto: masks differ, and so may how a long message is cut."""
        found = {}
        for end, kind in ((CLIENT, ConnectionType.CLIENT), (SERVER, ConnectionType.SERVER)):
            side = Connection(kind)
            side.receive_data(self.sent[end])
            found[end] = list(side.events())
        return found

    def is_between_messages(self):
        return self.layer.client_ws.frame_buf == [b""] and not self.layer.client_ws._proto._message_decoder.opcode

    def all(self):
        close = self.flow.websocket.close_code, self.flow.websocket.closed_by_client
        kept = [(each.content, each.dropped) for each in self.flow.websocket.messages]
        return self.received(), self.seen, self.told, self.closed, close, kept


def frame(payload, *, first=0x81, end=CLIENT):
    size, bit = len(payload), 0x80 if end == CLIENT else 0
    length = bytes([size | bit]) if size < 126 else bytes([126 | bit]) + size.to_bytes(2, "big")
    return bytes([first]) + length + (MASK + masked(payload, MASK) if bit else payload)


def change_some(message):
    """As addons do: by what a message holds, so that both layers have the same done to theirs."""
    if message.content.startswith(b"drop"):
        message.drop()
    elif message.content.startswith(b"long"):
        message.content = message.content * 2000
    elif message.content.startswith(b"same"):
        message.content = message.content.upper()
    elif message.content.startswith(b"none"):
        message.content = b""


payloads = (
    st.sampled_from(
        [b"", b"drop it", b"long one", b"same length", b"none of it", "你好".encode(), b"\xff\xfe", b"x" * 126]
    )
    | st.binary(max_size=140)
    | st.sampled_from([b"x" * (MOST - 1), b"x" * MOST, b"x" * (MOST + 1)])
)
# Whole texts and bytes most of all; then fragments, control frames, and what is against the rules.
firsts = st.sampled_from([0x81] * 6 + [0x82] * 6 + [0x01, 0x02, 0x80, 0x80, 0x00, 0x89, 0x8A, 0x88, 0x83, 0xC1])
pieces = st.tuples(st.sampled_from([CLIENT, SERVER]), st.lists(st.tuples(firsts, payloads), min_size=1, max_size=4))


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=5), st.lists(st.integers(0, 400), max_size=6), st.booleans(), st.booleans())
def test_whatever_comes_is_relayed_as_by_mitmproxy(conversation, cuts, is_injected, answers):
    ours = Socket(OwnWebsocketLayer, change_some, answers=answers)
    theirs = Socket(WebsocketLayer, change_some)
    for end, frames in conversation:
        data = b"".join(frame(payload, first=first, end=end) for first, payload in frames)
        at = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
        for begin, stop in zip(at, at[1:], strict=False):
            for socket in (ours, theirs):
                socket.take(DataReceived(socket.ends[end], data[begin:stop]))
    for socket in (ours, theirs):
        if is_injected and theirs.is_between_messages():
            message = WebSocketMessage(Opcode.TEXT, True, b"injected", injected=True)
            socket.take(WebSocketMessageInjected(socket.flow, message))
        socket.take(ConnectionClosed(socket.ends[CLIENT]))
    assert ours.all() == theirs.all()


INNER = frame(b"inner")
IN_TWO = {
    "after its head": (b"\x81" + bytes([0x80 | len(INNER)]) + MASK, INNER),
    "within its payload": (frame(b"outer" + masked(INNER, MASK[1:] + MASK[:1]))[:-len(INNER)], INNER),
    # What is left of it is a frame of no bytes.
    "within its head": (b"\x81", b"\x81\x80\1\2\3" + b"x"),
    "between two fragments": (frame(b"one", first=0x01), frame(b"two")),
}  # fmt: skip


@pytest.mark.parametrize("case", IN_TWO)
def test_what_looks_like_a_frame_within_another_is_none(case):
    found = []
    for kind in (OwnWebsocketLayer, WebsocketLayer):
        socket = Socket(kind, lambda message: None)
        for data in IN_TWO[case]:
            socket.take(DataReceived(socket.ends[CLIENT], data))
        found.append(socket.all())
    assert found[0] == found[1] and found[0][1:] != ([], [], [], (None, None), [])


@pytest.fixture
def without_wsproto(monkeypatch):
    """How many messages were relayed without it."""
    count, relayed = [], OwnWebsocketLayer._relayed
    monkeypatch.setattr(
        OwnWebsocketLayer, "_relayed", lambda self, *given: count.append(given[0].content) or relayed(self, *given)
    )
    return count


def texts(*payloads, end=CLIENT):
    return b"".join(frame(payload, end=end) for payload in payloads)


def test_whole_messages_need_no_wsproto(without_wsproto):
    socket = Socket(OwnWebsocketLayer, lambda message: None)
    socket.take(DataReceived(socket.ends[CLIENT], texts(b"one", b"two")))
    socket.take(DataReceived(socket.ends[SERVER], texts(b"three", end=SERVER)))
    assert without_wsproto == [b"one", b"two", b"three"]
    assert socket.sent[CLIENT] == texts(b"three", end=SERVER)
    assert [each.data for each in socket.received()[SERVER]] == ["one", "two"]


@pytest.mark.parametrize("end", [CLIENT, SERVER])
def test_what_came_right_behind_the_handshake_can_be_written_down(end):
    """It is given on as a bytearray, for which neither a flow's serialiser nor TLS has a place."""
    socket = Socket(OwnWebsocketLayer, lambda message: None)
    data = texts(b"hello", "你".encode(), end=end)
    sent = [
        command.data
        for command in socket.layer.handle_event(DataReceived(socket.ends[end], bytearray(data)))
        if isinstance(command, commands.SendData)
    ]
    assert [(each[2], type(each[2])) for each in socket.seen] == [(b"hello", bytes), ("你".encode(), bytes)]
    assert [type(each) for each in sent] == [bytes, bytes]


def test_a_message_that_is_injected_stays_apart_from_one_that_is_coming():
    socket = Socket(OwnWebsocketLayer, lambda message: None)
    half, rest = frame(b"\xff\xfe", first=0x02), frame(b"\xfd", first=0x80)
    socket.take(DataReceived(socket.ends[CLIENT], half))
    message = WebSocketMessage(Opcode.TEXT, True, "你".encode(), injected=True)
    socket.take(WebSocketMessageInjected(socket.flow, message))
    socket.take(DataReceived(socket.ends[CLIENT], rest))
    assert [(kind, content, injected) for _, kind, content, injected in socket.seen] == [
        (Opcode.TEXT, "你".encode(), True),
        (Opcode.BINARY, b"\xff\xfe\xfd", False),
    ]
    assert [each.data for each in socket.received()[SERVER]] == ["你", b"\xff\xfe", b"\xfd"]


def test_what_goes_to_a_server_has_a_mask_of_its_own():
    socket = Socket(OwnWebsocketLayer, lambda message: None)
    socket.take(DataReceived(socket.ends[CLIENT], texts(*[b"the same"] * 20)))
    frames = [socket.sent[SERVER][at : at + 14] for at in range(0, 20 * 14, 14)]
    assert len({each[2:6] for each in frames}) == 20 and all(each[1] == 0x88 for each in frames)


@pytest.mark.parametrize(
    ("extension", "limit"),
    [("permessage-deflate", MOST), ("", None), ("", 2)],
    ids=["compressed", "without a bound", "beyond the bound"],
)
def test_other_sockets_are_left_to_wsproto(extension, limit, without_wsproto):
    socket = Socket(OwnWebsocketLayer, lambda message: None, extension=extension, limit=limit)
    socket.take(DataReceived(socket.ends[CLIENT], texts(b"one")))
    assert without_wsproto == []
    assert [told[0] for told in socket.told] == (["message"] if limit == 2 else [])


def test_a_wsproto_of_another_shape_does_it_all(monkeypatch, without_wsproto):
    def unknown(side):
        raise AttributeError("header")

    monkeypatch.setattr(websocket_layer, "_is_between_messages", unknown)
    socket = Socket(OwnWebsocketLayer, lambda message: None)
    socket.take(DataReceived(socket.ends[CLIENT], texts(b"one")))
    assert without_wsproto == [] and [each.data for each in socket.received()[SERVER]] == ["one"]


def test_a_message_that_is_held_holds_those_behind_it():
    socket = Socket(OwnWebsocketLayer, lambda message: None, answers=False)
    held = []
    for command in socket.layer.handle_event(DataReceived(socket.ends[CLIENT], texts(b"one", b"two"))):
        held.append(command)
    assert [type(each).__name__ for each in held] == ["WebsocketMessageHook"]
    socket.take(DataReceived(socket.ends[SERVER], texts(b"three", end=SERVER)))
    assert socket.sent == {CLIENT: b"", SERVER: b""}
    socket.take(HookCompleted(held[0]))
    assert [each.data for each in socket.received()[SERVER]] == ["one", "two"]
    assert [each.data for each in socket.received()[CLIENT]] == ["three"]

"""A message that unpacks to more than its bound closes the socket with 1009, and never stands in memory whole."""

import zlib
from types import SimpleNamespace

import pytest
from mitmproxy.proxy.layers.websocket import WebsocketConnection
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage
from wsproto.events import CloseConnection
from wsproto.extensions import PerMessageDeflate

from wxgate.layers.inflation import BoundedDeflate
from wxgate.layers.inflation import GrowingSocket
from wxgate.layers.inflation import bound_messages

LIMIT = 100_000


def socket(told):
    deflate = PerMessageDeflate()
    deflate.finalize("permessage-deflate")
    BoundedDeflate.bound(deflate, LIMIT, lambda: told.append(1))
    return Connection(ConnectionType.CLIENT, [deflate])


def packed(content, pieces=1):
    """Frames of a server that make one compressed message."""
    deflate = zlib.compressobj(wbits=-15)
    data = (deflate.compress(content) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]
    size = -(-len(data) // pieces)
    cut = [data[at : at + size] for at in range(0, len(data), size)]
    frames = b""
    for number, piece in enumerate(cut):
        first, last = number == 0, number == len(cut) - 1
        head = (0x80 if last else 0) | (0x42 if first else 0)
        assert len(piece) < 65536
        length = bytes([len(piece)]) if len(piece) < 126 else b"\x7e" + len(piece).to_bytes(2, "big")
        frames += bytes([head]) + length + piece
    return frames


def received(made, data):
    made.receive_data(data)
    return list(made.events())


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_message_up_to_the_bound_passes(pieces):
    told = []
    found = received(socket(told), packed(b"x" * LIMIT, pieces))
    assert b"".join(each.data for each in found if isinstance(each, BytesMessage)) == b"x" * LIMIT and told == []


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_message_beyond_it_closes_with_1009(pieces):
    told = []
    found = received(socket(told), packed(b"x" * 10_000_000, pieces))
    assert isinstance(found[-1], CloseConnection) and found[-1].code == 1009
    assert sum(len(each.data) for each in found if isinstance(each, BytesMessage)) <= LIMIT and told == [1]


def test_each_message_has_the_bound_for_itself():
    told = []
    made = socket(told)
    for _ in range(3):
        deflate = packed(b"y" * (LIMIT - 10))
        found = received(made, deflate)
        assert all(isinstance(each, BytesMessage) for each in found)
    assert told == []


def plain_socket(told):
    made = Connection(ConnectionType.CLIENT, [])
    bound_messages(SimpleNamespace(client_ws=made, server_ws=made), LIMIT, lambda what, limit, unit: told.append(what))
    return made


def frame(data, *, first=True, last=True, opcode=2):
    head = (0x80 if last else 0) | (opcode if first else 0)
    size = len(data)
    long = b"\x7e" + size.to_bytes(2, "big") if size < 65536 else b"\x7f" + size.to_bytes(8, "big")
    return bytes([head]) + (bytes([size]) if size < 126 else long) + data


@pytest.mark.parametrize(
    ("frames", "code", "bound"),
    [
        (frame(b"x" * (LIMIT + 1)), 1009, "message"),
        (frame(b"x" * 60_000, last=False) + frame(b"x" * 60_000, first=False), 1009, "message"),
        (frame(b"", last=False) + frame(b"", first=False, last=False) * 5000, 1009, "fragments"),
        # Its end has not come, and need not.
        (frame(b"x" * (LIMIT + 2))[:-1], 1009, "message"),
        (frame(b"p", opcode=9) * 1001, 1008, "frames"),
    ],
    ids=["one frame", "two fragments", "fragments of nothing", "half a frame", "pings"],
)
def test_what_goes_beyond_a_bound_closes_the_socket(frames, code, bound):
    told = []
    found = received(plain_socket(told), frames)
    assert isinstance(found[-1], CloseConnection) and (found[-1].code, told) == (code, [bound])


def test_plain_messages_have_the_bound_each_for_itself_and_pings_between_fragments_do_not_count():
    told = []
    made = plain_socket(told)
    ping = frame(b"p" * 100, opcode=9)
    message = frame(b"x" * (LIMIT - 200), last=False) + ping * 300 + frame(b"y" * 100, first=False)
    found = received(made, message * 3)
    assert sum(len(each.data) for each in found if isinstance(each, BytesMessage)) == 3 * (LIMIT - 100)
    assert told == [] and not any(isinstance(each, CloseConnection) for each in found)


def test_a_long_message_in_pieces_is_kept_whole_and_its_fragments_told_apart():
    side = WebsocketConnection(ConnectionType.CLIENT, [], conn=None)
    bound_messages(SimpleNamespace(client_ws=side, server_ws=side), LIMIT, lambda *_: None)
    side.frame_buf[-1] += b"one"
    side.frame_buf.append(b"")
    side.frame_buf[-1] += b"two"
    side.frame_buf[-1] += b"!"
    assert isinstance(side, GrowingSocket) and [bytes(each) for each in side.frame_buf] == [b"one", b"two!"]
    assert b"".join(side.frame_buf) == b"onetwo!"
    side.frame_buf = [b""]
    side.frame_buf[-1] += b"next"
    assert b"".join(side.frame_buf) == b"next"

"""A message that unpacks to more than its bound closes the socket with 1009, and never stands in memory whole."""

import zlib

import pytest
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage
from wsproto.events import CloseConnection
from wsproto.extensions import PerMessageDeflate

from wxgate.layers.inflation import BoundedDeflate

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

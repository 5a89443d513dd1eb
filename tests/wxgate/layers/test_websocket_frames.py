"""A frame is read here only where wsproto would find one whole message in it, and the same one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import Message

from wxgate.layers.websocket_frames import masked
from wxgate.layers.websocket_frames import masked_frame
from wxgate.layers.websocket_frames import whole_message

MOST = 100_000
MASK = b"\x37\xfa\x21\x3d"


def frame(payload, *, first=0x81, mask=MASK, length=None):
    """``length``: as it is written, where that is not the shortest way."""
    size, bit = len(payload), 0x80 if mask else 0
    if length is None:
        length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2, "big")
    return bytes([first, length[0] | bit]) + length[1:] + mask + (masked(payload, mask) if mask else payload)


@pytest.mark.parametrize("payload", [b"", b"x", b"hello", b"x" * 125, b"x" * 126, b"x" * 65535, "你好".encode()])
@pytest.mark.parametrize("mask", [MASK, b"\0\0\0\0", b""], ids=["masked", "with a mask of zeros", "of a server"])
def test_a_whole_message_is_read(payload, mask):
    data = b"before" + frame(payload, mask=mask) + b"after"
    found = whole_message(data, 6, MOST, is_masked=bool(mask))
    assert (found.opcode, found.content, found.frame) == (1, payload, frame(payload, mask=mask))
    assert data[found.ends_at :] == b"after"


LEFT = {
    "nothing": b"",
    "one byte": b"\x81",
    "a head without its length": b"\x81\xfe\x01",
    "a head without its mask": b"\x81\x85\x37\xfa",
    "all but the last byte": frame(b"hello")[:-1],
    "all but the last byte of a longer one": frame(b"x" * 200)[:-1],
    "not the last fragment": frame(b"x", first=0x01),
    "a continuation": frame(b"x", first=0x80),
    "a close": frame(b"\x03\xe8", first=0x88),
    "a ping": frame(b"x", first=0x89),
    "a pong": frame(b"x", first=0x8A),
    "an opcode that is reserved": frame(b"x", first=0x83),
    "compressed": frame(b"x", first=0xC1),
    "a flag that nobody agreed on": frame(b"x", first=0xA1),
    "no mask": frame(b"hello", mask=b""),
    "a text that is no UTF-8": frame(b"\xce\xba\xed\xa0\x80"),
    "a text that ends inside a character": frame("你".encode()[:2]),
    "a length in two bytes where one would do": frame(b"x" * 125, length=b"\x7e\x00\x7d"),
    "a length in eight bytes": frame(b"x" * 300, length=b"\x7f" + (300).to_bytes(8, "big")),
    "longer than the bound": frame(b"x" * 2001),
}


@pytest.mark.parametrize("case", LEFT)
def test_all_else_is_left_to_wsproto(case):
    assert whole_message(LEFT[case], 0, 2000, is_masked=True) is None


def test_a_servers_frame_has_no_mask():
    assert whole_message(frame(b"hello"), 0, MOST, is_masked=False) is None


def test_bytes_need_not_be_utf8():
    assert whole_message(frame(b"\xff\xfe", first=0x82), 0, MOST, is_masked=True).content == b"\xff\xfe"


@given(st.binary(max_size=12), st.booleans())
def test_wsproto_reads_the_same_in_whatever_is_read(data, is_masked):
    found = whole_message(data, 0, MOST, is_masked=is_masked)
    if found is None:
        return
    side = Connection(ConnectionType.SERVER if is_masked else ConnectionType.CLIENT)
    side.receive_data(found.frame)
    (event,) = side.events()
    content = event.data.encode() if isinstance(event.data, str) else event.data
    assert isinstance(event, Message) and event.message_finished
    assert (found.opcode == 1, found.content) == (isinstance(event.data, str), content)


@given(st.text(max_size=300) | st.binary(max_size=300))
def test_wsproto_reads_what_is_written(content):
    data = content.encode() if isinstance(content, str) else content
    side = Connection(ConnectionType.SERVER)
    side.receive_data(masked_frame(1 if isinstance(content, str) else 2, data))
    (event,) = side.events()
    assert event.data == content and event.message_finished


@pytest.mark.parametrize("size", [125, 126, 65535, 65536, 100_000])
def test_wsproto_reads_every_length(size):
    side = Connection(ConnectionType.SERVER)
    side.receive_data(masked_frame(2, b"x" * size))
    assert b"".join(event.data for event in side.events()) == b"x" * size


def test_a_mask_is_never_used_twice():
    assert len({masked_frame(2, b"hello")[2:6] for _ in range(100)}) > 90

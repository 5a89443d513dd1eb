"""A large body is read in larger pieces, and everything else as mitmproxy reads it."""

import asyncio

import pytest

from wxgate.layers.reading import WIDE_BYTES
from wxgate.layers.reading import Reader
from wxgate.layers.wire import FULL_FRAMES
from wxgate.layers.wire import frames_in

NARROW_BYTES = 65535  # as mitmproxy asks


def reading(use):
    """What ``use`` gives, with a Reader whose stream holds WIDE_BYTES and the stream itself."""

    async def inside():
        stream = asyncio.StreamReader()
        stream.feed_data(bytes(WIDE_BYTES))
        return await use(Reader(stream), stream)

    return asyncio.run(inside())


def test_reads_as_much_as_it_is_asked_for():
    async def use(reader, stream):
        return len(await reader.read(NARROW_BYTES))

    assert reading(use) == NARROW_BYTES


def test_reads_all_that_is_there_of_a_large_body():
    async def use(reader, stream):
        reader.is_wide = True
        return len(await reader.read(NARROW_BYTES))

    assert reading(use) == WIDE_BYTES


def test_reads_as_before_once_most_of_the_body_has_come():
    async def use(reader, stream):
        before = stream._limit
        reader.is_wide = True
        wide = stream._limit
        reader.is_wide = False
        return before, wide, stream._limit, len(await reader.read(NARROW_BYTES))

    before, wide, after, read = reading(use)
    assert (after, read) == (before, NARROW_BYTES) and 2 * wide == WIDE_BYTES


def test_the_end_and_what_broke_a_connection_are_told_as_they_are():
    async def use(reader, stream):
        reader.is_wide = True
        await reader.read(NARROW_BYTES)
        stream.feed_eof()
        end = await reader.read(NARROW_BYTES)
        stream.set_exception(ConnectionResetError("reset"))
        with pytest.raises(ConnectionResetError):
            await reader.read(NARROW_BYTES)
        return end

    assert reading(use) == b""


class Piece:
    def __init__(self, size):
        self.data = bytes(size)


@pytest.mark.parametrize(
    ("waiting", "frames"),
    [
        ([], 0),
        ([Piece(0), object()], 2),
        ([Piece(16 * 1024)] * 3, 3),
        ([Piece(16 * 1024 + 1)], 2),
        ([Piece(WIDE_BYTES)] * 4, 64),
        ([Piece(WIDE_BYTES)] * (FULL_FRAMES + 1), FULL_FRAMES + 1),
    ],
    ids=["nothing", "an end without bytes", "HTTP/2 frames", "a little more than one", "wide pieces", "far behind"],
)
def test_what_waits_is_counted_in_frames(waiting, frames):
    assert frames_in(waiting) == frames

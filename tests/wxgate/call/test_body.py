"""One body on its way: counted, hashed and kept up to a limit, never held up and never broken by who looks at it."""

import hashlib
import itertools

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxgate.call.body import Body

CHUNKS = st.lists(st.binary(min_size=1, max_size=40), max_size=12)


def passed(body: Body, chunks) -> bytes:
    """What goes on of the chunks and their end, as mitmproxy takes it: bytes, or a list of them."""
    out = b""
    for chunk in [*chunks, b""]:
        given_on = body(chunk)
        out += given_on if isinstance(given_on, bytes) else b"".join(given_on)
    return out


@given(CHUNKS, st.integers(0, 100))
@settings(max_examples=200)
def test_any_body_goes_on_as_it_is_with_its_size_its_hash_and_its_beginning(chunks, limit):
    whole = b"".join(chunks)
    body = Body(limit)
    assert passed(body, chunks) == whole
    assert (body.size, body.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert (bytes(body.kept) if body.kept is not None else None) == (whole if len(whole) <= limit else None)


def test_what_was_kept_is_let_go_once_there_is_too_much():
    body = Body(10)
    body(b"x" * 10)
    assert body.kept == b"x" * 10
    body(b"y")
    assert body.kept is None
    body(b"z")
    assert (body.kept, body.size) == (None, 12)


def test_every_chunk_is_watched_and_the_end_is_not_one():
    seen = []
    body = Body(10)
    body.watch = seen.append
    passed(body, [b"one", b"two"])
    assert seen == [b"one", b"two"]


def test_a_change_goes_on_in_place_of_the_bytes_and_is_asked_once_more_at_the_end():
    body = Body(100)
    body.change = lambda chunk: [chunk.upper(), b"!"] if chunk else [b" the end"]
    assert passed(body, [b"one", b"two"]) == b"ONE!TWO! the end"
    # What is counted and kept is what came, not what goes on.
    assert (body.size, bytes(body.kept)) == (6, b"onetwo")


def test_a_change_that_gives_nothing_sends_nothing():
    body = Body(100)
    body.change = lambda chunk: []
    assert body(b"one") == []


@pytest.mark.parametrize("role", ["watch", "change"])
def test_who_fails_is_asked_no_more_and_the_rest_passes_as_it_is(role, caplog):
    def fails(chunk):
        raise ValueError("on purpose")

    body = Body(100)
    setattr(body, role, fails)
    assert passed(body, [b"one", b"two"]) == b"onetwo"
    assert str(body.trouble) == "on purpose"
    assert (body.watch, body.change, body.size) == (None, None, 6)
    assert len(caplog.records) == 1


def test_it_is_whole_once_as_much_has_come_as_was_promised():
    body = Body(100)
    assert not body.is_whole
    body.promised_bytes = 6
    body(b"one")
    assert not body.is_whole
    body(b"two")
    assert body.is_whole
    body(b"and more than was promised")
    assert body.is_whole


def bomb(size):
    """A change that makes so many bytes of each chunk."""
    return lambda chunk: (b"x" * 65_536 for _ in range(size // 65_536)) if chunk else []


def test_a_chunk_that_unpacks_without_end_is_not_unpacked():
    body, told = Body(100), []
    body.change, body.on_too_much = lambda chunk: itertools.repeat(bytes(1024 * 1024)), told.append
    assert body(b"a bomb") == body(b"more") == [] and len(told) == 1


@pytest.mark.parametrize(
    ("chunks", "from_one", "most", "limit"),
    [
        (1, 64 * 1024 * 1024, 256 * 1024 * 1024, 16 * 1024 * 1024),
        (5, 1024 * 1024, 3 * 1024 * 1024, 3 * 1024 * 1024),
        (1, 2 * 1024 * 1024, 1024 * 1024, 1024 * 1024),
    ],
)
def test_a_body_that_unpacks_to_too_much_ends_without_an_exception(chunks, from_one, most, limit, caplog):
    body, told = Body(100), []
    body.change, body.most_changed_bytes, body.on_too_much = bomb(from_one), most, told.append
    assert len(passed(body, [b"c"] * chunks)) <= most
    assert (told, body.trouble, caplog.records) == ([limit], None, [])


def test_a_large_body_that_comes_in_small_pieces_is_no_bomb():
    body, told = Body(100), []
    body.change, body.most_changed_bytes, body.on_too_much = bomb(1024 * 1024), 256 * 1024 * 1024, told.append
    size = 0
    for _ in range(200):
        size += len(b"".join(body(b"c")))
    assert (size, told) == (200 * 1024 * 1024, [])


@given(CHUNKS, st.booleans())
def test_what_another_addon_streams_through_is_what_passes(chunks, as_list):
    def earlier(chunk):
        changed = chunk.upper() if chunk else b"<end>"
        return [changed[:2], b"", changed[2:]] if as_list else changed

    whole = b"".join(chunks).upper() + b"<end>"
    body, seen = Body(1000, earlier), []
    body.watch = seen.append
    assert passed(body, chunks) == whole
    assert (body.size, bytes(body.kept or b""), b"".join(seen)) == (len(whole), whole, whole)


def test_a_change_comes_behind_another_addons_and_is_told_of_the_end_once():
    body, given_to = Body(100, lambda chunk: chunk * 2), []

    def change(chunk):
        given_to.append(chunk)
        return [chunk or b"."]

    body.change = change
    assert passed(body, [b"a", b"b"]) == b"aabb."
    assert given_to == [b"aa", b"bb", b""]


def test_an_addon_that_swallows_a_chunk_sends_nothing_in_its_place():
    assert Body(100, lambda chunk: b"")(b"x") == []

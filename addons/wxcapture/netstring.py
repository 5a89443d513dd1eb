"""mitmproxy's file format, read by the piece: tagged netstrings, LENGTH ":" BYTES TAG.

A dictionary holds keys and values one after the other, so that whatever is not
asked for can be stepped over by its length. What is not well formed raises
ValueError here; mitmproxy's own reader says what is wrong with it.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

# A length has at most so many digits, and a colon behind them.
_LONGEST_START = 13
_START = re.compile(rb"(\d{1,12}):")
_LONGEST_KEY = 40
_LONGEST_ID = 200

_TEXT, _BYTES, _DICTIONARY, _LIST, _WHOLE, _FLOAT, _BOOLEAN, _NULL = b";,}]#^!~"
_BOOLEANS = {b"true": True, b"false": False}


def value_at(data: bytes, at: int, limit: int) -> tuple[object, int]:
    """The value that begins at ``at``, and where it ends: at ``limit`` or before. Raises ValueError."""
    # As in _content: called for every value of every flow.
    colon = data.index(b":", at, at + _LONGEST_START)
    start, end = colon + 1, colon + 1 + int(data[at:colon])
    if not colon < end < limit:
        raise ValueError("no such length")
    tag = data[end]
    if tag == _TEXT:
        return data[start:end].decode(), end + 1
    if tag == _BYTES:
        return data[start:end], end + 1
    if tag == _LIST:
        items = []
        while start < end:
            item, start = value_at(data, start, end)
            items.append(item)
        return items, end + 1
    if tag == _DICTIONARY:
        made = {}
        while start < end:
            key, start = value_at(data, start, end)
            made[key], start = value_at(data, start, end)
        return made, end + 1
    if tag == _FLOAT:
        return float(data[start:end]), end + 1
    if tag == _WHOLE:
        return int(data[start:end]), end + 1
    if tag == _NULL and start == end:
        return None, end + 1
    if tag == _BOOLEAN and data[start:end] in _BOOLEANS:
        return _BOOLEANS[data[start:end]], end + 1
    raise ValueError("no such value")


def members_at(data: bytes, at: int, limit: int) -> Iterator[tuple[bytes, int, int]]:
    """(key, where its value begins, where that ends) of the dictionary at ``at``, whose keys are text. Raises ValueError."""
    start, end = _content(data, at, limit)
    if data[end] != _DICTIONARY:
        raise ValueError("no dictionary")
    while start < end:
        first, last = _content(data, start, end)
        if data[last] != _TEXT:
            raise ValueError("no key of text")
        start = last + 1
        after = _content(data, start, end)[1] + 1
        yield data[first:last], start, after
        start = after


def _content(data: bytes, at: int, limit: int) -> tuple[int, int]:
    """Where the bytes of a value begin and end; its tag follows."""
    colon = data.index(b":", at, at + _LONGEST_START)
    end = colon + 1 + int(data[at:colon])
    if not colon < end < limit:
        raise ValueError("no such length")
    return colon + 1, end


def id_of(file: BinaryIO, offset: int, length: int) -> str | None:
    """The "id" of the flow of ``length`` bytes at ``offset``; None where there is none. Reads nothing else of it."""
    start = _head(file, offset)
    if start is None:
        return None
    at, end = offset + start[0], offset + length - 1
    while at < end:
        key, at = _short(file, at, _LONGEST_KEY)
        if key is None:
            return None
        if key == b"id":
            found, _ = _short(file, at, _LONGEST_ID)
            return found.decode("utf-8", "replace") if found is not None else None
        value = _head(file, at)
        if value is None:
            return None
        at += value[0] + value[1] + 1
    return None


def _head(file: BinaryIO, at: int) -> tuple[int, int] | None:
    """(length of "LENGTH:", LENGTH)"""
    file.seek(at)
    match = _START.match(file.read(_LONGEST_START))
    return (match.end(), int(match[1])) if match else None


def _short(file: BinaryIO, at: int, longest: int) -> tuple[bytes | None, int]:
    """A short string and where the next member begins; None for what is longer."""
    head = _head(file, at)
    if head is None or head[1] > longest:
        return None, at
    file.seek(at + head[0])
    return file.read(head[1]), at + head[0] + head[1] + 1

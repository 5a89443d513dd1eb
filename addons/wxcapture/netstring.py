"""The id of a flow in mitmproxy's file format, without reading the rest of it.

A flow is a dictionary of tagged netstrings: LENGTH ":" BYTES TAG, keys and
values one after the other. Its members are stepped over by their lengths.
"""

import re
from typing import BinaryIO

_START = re.compile(rb"(\d{1,12}):")
_LONGEST_START = 13
_LONGEST_KEY = 40
_LONGEST_ID = 200


def id_of(file: BinaryIO, offset: int, length: int) -> str | None:
    """The "id" of the flow of ``length`` bytes at ``offset``; None where there is none."""
    start = _head(file, offset)
    if start is None:
        return None
    at, end = offset + start[0], offset + length - 1
    while at < end:
        key, at = _text(file, at, _LONGEST_KEY)
        if key is None:
            return None
        if key == b"id":
            found, _ = _text(file, at, _LONGEST_ID)
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


def _text(file: BinaryIO, at: int, longest: int) -> tuple[bytes | None, int]:
    """A short string and where the next member begins; None for what is longer."""
    head = _head(file, at)
    if head is None or head[1] > longest:
        return None, at
    file.seek(at + head[0])
    return file.read(head[1]), at + head[0] + head[1] + 1

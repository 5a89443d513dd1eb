"""mitmproxy's file format, read in parts: tagged netstrings, LENGTH ":" BYTES TAG.

A dictionary has keys and values one after the other, so that unneeded ones can be skipped by their length. Malformed
data raises ValueError here; mitmproxy's own reader reports what is wrong with it.
"""

from collections.abc import Iterator

# A length has at most this many digits, followed by a colon.
_LONGEST_START = 13

_TEXT, _BYTES, _DICTIONARY, _LIST, _WHOLE, _FLOAT, _BOOLEAN, _NULL = b";,}]#^!~"
_BOOLEANS = {b"true": True, b"false": False}


def value_at(data: bytes, at: int, limit: int) -> tuple[object, int]:
    """The value that starts at ``at``, and its end: at ``limit`` or before. Raises ValueError."""
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


Place = tuple[int, int]


def shallow_at(data: bytes, at: int, limit: int) -> dict[bytes, object]:
    """The members of the dictionary at ``at``; of one that is itself a dictionary or a list, its Place. Raises
    ValueError.

    No key may occur twice.
    """
    # One loop for what value_at and members_at do: most of a flow is read here.
    start, end = _content(data, at, limit)
    if data[end] != _DICTIONARY:
        raise ValueError("no dictionary")
    index = data.index
    made: dict[bytes, object] = {}
    while start < end:
        colon = index(b":", start, start + _LONGEST_START)
        last = colon + 1 + int(data[start:colon])
        if not colon < last < end or data[last] != _TEXT:
            raise ValueError("no key of text")
        key = data[colon + 1 : last]
        at = last + 1
        colon = index(b":", at, at + _LONGEST_START)
        start = colon + 1
        last = start + int(data[at:colon])
        if not colon < last < end or key in made:
            raise ValueError("no such length, or a key that came before")
        tag = data[last]
        if tag == _BYTES:
            made[key] = data[start:last]
        elif tag in (_DICTIONARY, _LIST):
            made[key] = (at, last + 1)
        else:
            made[key], _ = value_at(data, at, end)
        start = last + 1
    return made


def members_at(data: bytes, at: int, limit: int) -> Iterator[tuple[bytes, int, int]]:
    """(key, start of its value, end of its value) of the dictionary at ``at``, whose keys are text. Raises
    ValueError."""
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
    """Start and end of a value's bytes; its tag follows."""
    colon = data.index(b":", at, at + _LONGEST_START)
    end = colon + 1 + int(data[at:colon])
    if not colon < end < limit:
        raise ValueError("no such length")
    return colon + 1, end

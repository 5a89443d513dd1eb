"""Tagged netstrings, the format of mitmproxy's flow files: written and read without mitmproxy."""

from collections.abc import Callable
from typing import Any

# Keys are the same from flow to flow. What comes from the wire can be a key too, so there is a limit.
_MOST_KEYS, _LONGEST_KEY = 1024, 64
_keys: dict[str, bytes] = {}
# Digits of a length, at most.
_LONGEST_LENGTH = 12


class Dumped:
    """A value that is already serialised: its bytes are inserted."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data


def dumped(value: object) -> bytes:
    """One value. Raises ValueError for a type that the format does not support."""
    return _BY_TYPE.get(type(value), _of_a_subtype)(value)


def key(name: str) -> bytes:
    """As ``dumped``, of a string that occurs often."""
    found = _keys.get(name)
    if found is None:
        found = _text(name)
        if len(_keys) < _MOST_KEYS and len(name) <= _LONGEST_KEY:
            _keys[name] = found
    return found


def joined(parts: list[bytes]) -> bytes:
    """A dictionary, from its keys and values in turn."""
    data = b"".join(parts)
    return b"%d:%b}" % (len(data), data)


def _text(value: str) -> bytes:
    data = value.encode()
    return b"%d:%b;" % (len(data), data)


def _bytes(value: bytes) -> bytes:
    return b"%d:%b," % (len(value), value)


def _mapping(value: dict[Any, Any]) -> bytes:
    parts: list[bytes] = []
    for name, each in value.items():
        parts.append(_keys.get(name) or (key(name) if type(name) is str else dumped(name)))
        # The most frequent types without a function call: this runs for each value of each call.
        kind = type(each)
        if kind is str:
            data = each.encode()
            parts.append(b"%d:%b;" % (len(data), data))
        elif each is None:
            parts.append(b"0:~")
        else:
            parts.append(_BY_TYPE.get(kind, _of_a_subtype)(each))
    return joined(parts)


def _sequence(value: list[Any] | tuple[Any, ...]) -> bytes:
    data = b"".join([_BY_TYPE.get(type(each), _of_a_subtype)(each) for each in value])
    return b"%d:%b]" % (len(data), data)


def _number(value: int) -> bytes:
    data = b"%d" % value
    return b"%d:%b#" % (len(data), data)


def _real(value: float) -> bytes:
    data = repr(value).encode()
    return b"%d:%b^" % (len(data), data)


def _of_a_subtype(value: Any) -> bytes:
    # An enum's member, or another subclass of str, is written as its base type.
    kinds: tuple[Any, ...] = (str, bytes, int, float, dict, list, tuple)
    for plain in kinds:
        if isinstance(value, plain):
            return dumped(plain(value))
    raise ValueError(f"no tag for {type(value).__name__}")


_BY_TYPE: dict[type, Callable[[Any], bytes]] = {
    str: _text,
    bytes: _bytes,
    type(None): lambda value: b"0:~",
    dict: _mapping,
    list: _sequence,
    tuple: _sequence,
    bool: lambda value: b"4:true!" if value else b"5:false!",
    int: _number,
    float: _real,
    Dumped: lambda value: value.data,
}


def value_at(data: bytes, at: int = 0) -> tuple[Any, int]:
    """The value that starts at ``at``, and where the next one starts. Raises ValueError if there is none."""
    tag, start, end = _span(data, at)
    inside = data[start:end]
    if tag == b";":
        return inside.decode(), end + 1
    if tag == b",":
        return inside, end + 1
    if tag == b"#":
        return int(inside), end + 1
    if tag == b"^":
        return float(inside), end + 1
    if tag == b"!":
        return inside == b"true", end + 1
    if tag == b"~":
        return None, end + 1
    if tag == b"]":
        return [each for each, _ in _values(data, start, end)], end + 1
    if tag == b"}":
        found = [each for each, _ in _values(data, start, end)]
        if len(found) % 2:
            raise ValueError("a key without a value")
        return dict(zip(found[::2], found[1::2], strict=True)), end + 1
    raise ValueError(f"no such tag: {tag!r}")


def member(data: bytes, name: str) -> Any:
    """One member of the dictionary ``data``; None if it is missing. Reads nothing else of it. Raises ValueError."""
    tag, at, end = _span(data, 0)
    if tag != b"}":
        raise ValueError("no dictionary")
    wanted = key(name)
    while at < end:
        _, _, last = _span(data, at)
        if data[at : last + 1] == wanted:
            return value_at(data, last + 1)[0]
        at = _span(data, last + 1)[2] + 1
    return None


def _values(data: bytes, at: int, end: int) -> Any:
    while at < end:
        value, at = value_at(data, at)
        yield value, at


def _span(data: bytes, at: int) -> tuple[bytes, int, int]:
    """The tag of the value at ``at``, and where its content starts and ends."""
    colon = data.find(b":", at, at + _LONGEST_LENGTH + 1)
    digits = data[at:colon]
    if colon < 0 or not digits.isdigit():
        raise ValueError(f"no length at {at}")
    end = colon + 1 + int(digits)
    if end >= len(data):
        raise ValueError(f"cut short at {at}")
    return data[end : end + 1], colon + 1, end

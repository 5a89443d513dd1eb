"""Reads header fields straight from their bytes: mitmproxy's own look-up decodes and compares every field each time."""

from mitmproxy import http

from wxpolicy.call.headers import joined

# Names come from the wire, and are mostly the same.
_MOST_NAMES, _LONGEST_NAME = 512, 64
_names: dict[bytes, str] = {}


def joined_fields(headers: http.Headers) -> dict[str, str]:
    """By lower-case name: see ``joined``."""
    return joined((_names.get(name) or _name(name), _text(value)) for name, value in headers.fields)


def first(headers: http.Headers, name: bytes) -> str:
    """The value of the first field with a lower-case name; "" if there is none."""
    size = len(name)
    for field, value in headers.fields:
        if len(field) == size and field.lower() == name:
            return _text(value)
    return ""


def _name(name: bytes) -> str:
    found = _text(name).lower()
    if len(_names) < _MOST_NAMES and len(name) <= _LONGEST_NAME:
        _names[name] = found
    return found


def _text(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")

"""The fields of an HTTP/2 request for which h2 would end the whole connection, with all other calls on it.

RFC 9113 §8.1.1: a malformed request is a stream error.
"""

import re
from typing import Any

from hpack import Decoder
from hpack import HeaderTuple

_LENGTH = b"content-length"
# No field can have this name: h2 ignores it.
_NO_LENGTH = b"\0content-length"
_NUMBER = re.compile(rb"[ \t]*[0-9]{1,18}[ \t]*")

Field = tuple[bytes, bytes]


class RequestDecoder(Decoder):
    """Hides lengths that are not a number from h2; ``fault_of_request`` finds them. h2 handles the others."""

    def decode(self, data: bytes, raw: bool = False) -> Any:
        fields: Any = super().decode(data, raw)  # a list, though typed as Iterable
        for place, (name, value) in enumerate(fields):
            if name == _LENGTH and not _NUMBER.fullmatch(value):
                fields[place] = HeaderTuple(_NO_LENGTH, value)
        return fields


def shown(fields: list[Field]) -> list[Field]:
    """The fields as received."""
    return [(_LENGTH if name == _NO_LENGTH else name, value) for name, value in fields]


def fault_of_request(fields: list[Field]) -> str | None:
    for name, value in fields:
        if name == _NO_LENGTH:
            return f"the content-length is {value[:40]!r}"
    return None

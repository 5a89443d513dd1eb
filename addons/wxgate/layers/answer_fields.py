"""The fields of an HTTP/2 response as the network stacks of phones accept them.

RFC 9113 calls a response malformed that has connection-specific fields (§8.2.2), or a length that differs from its
body's (§8.1.1), and h2 ends a stream or the whole connection for it. Chromium ignores all of these but
``transfer-encoding`` [measured: tests/testenv/odd_http2.py], so what only h2 rejects is removed here. What Chromium
rejects too is left in, and rejected.
"""

import re
from typing import Any

from hpack import Decoder
from hpack import HeaderTuple

# About the connection that the response came over, or about requests: irrelevant for the receiver.
_DROPPED = frozenset({b"connection", b"keep-alive", b"proxy-connection", b"upgrade", b"te", b"http2-settings"})
_LENGTH = b"content-length"
# No field can have this name: h2 does not recognise the length, and so does not end the connection for it.
_HIDDEN_LENGTH = b"\0content-length"

# Chromium ends the stream for another name, or for one of these in a value [measured]; mitmproxy the connection.
_NAME = re.compile(rb":?[!#$%&'*+\-.^_`|~0-9a-z]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")

Field = tuple[bytes, bytes]


class AnswerDecoder(Decoder):
    """Hides the lengths of answers from h2; ``fields_of_answer`` shows them again."""

    def decode(self, data: bytes, raw: bool = False) -> Any:
        fields: Any = super().decode(data, raw)  # a list, though typed as Iterable
        for place, (name, value) in enumerate(fields):
            if name == _LENGTH:
                fields[place] = HeaderTuple(_HIDDEN_LENGTH, value)
        return fields


def fields_of_answer(fields: list[Field], *, is_trailer: bool) -> list[Field]:
    """What is sent to the client, with one length or none."""
    found: list[Field] = []
    lengths: list[bytes] = []
    for name, value in fields:
        if name == _HIDDEN_LENGTH:
            lengths.append(value)
        elif name in _DROPPED or (name[:1] == b":" and (is_trailer or name != b":status")):
            continue
        else:
            found.append((name, value))
    # Equal lengths count as one; one that is not a number, or differs from another, is ignored.
    if lengths and not is_trailer and lengths[0].isdigit() and len(set(lengths)) == 1:
        found.append((_LENGTH, lengths[0]))
    return found


def fault_of_answer(fields: list[Field]) -> str | None:
    """Why a phone's stack rejects the fields, besides what h2 reports; None if it does not."""
    for name, value in fields:
        if not _NAME.fullmatch(name):
            return f"the header name {name[:40]!r}"
        if _CONTROL.search(value):
            return "a control character in a header field"
        if name == b":status" and not value.isdigit():
            return "a :status that is no number"
    return None

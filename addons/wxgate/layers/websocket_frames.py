"""Reads and writes WebSocket frames (RFC 6455 §5.2) that hold one complete message, without keeping state.

wsproto parses a frame in some twenty steps, each of which may run out of bytes. Almost every message of a mini-program
arrives complete in a single frame and needs none of them. Everything else is left to wsproto: control
frames, fragments, extensions, invalid frames, and frames that have not arrived completely.
"""

import os
from dataclasses import dataclass

TEXT, BINARY = 1, 2
_FIN = 0x80
_HEADS = (_FIN | TEXT, _FIN | BINARY)
_MASKED = 0x80
_SHORT_BYTES = 125
_TWO_BYTES = 126


@dataclass(slots=True, frozen=True)
class WholeMessage:
    """``frame``: the bytes as received, with their mask. ``ends_at``: the offset of the next frame."""

    opcode: int
    content: bytes
    frame: bytes
    ends_at: int


def whole_message(data: bytes, at: int, most_bytes: int, *, is_masked: bool) -> WholeMessage | None:
    """The message that begins at offset ``at``; None if it is incomplete, fragmented, longer than ``most_bytes`` or invalid.

    ``is_masked``: True for frames of a client, False for those of a server.
    """
    payload_at = at + 2
    if len(data) < payload_at or data[at] not in _HEADS:
        return None
    length = data[at + 1]
    if (length >= _MASKED) is not is_masked:
        return None
    length &= ~_MASKED
    if length > _SHORT_BYTES:
        length = int.from_bytes(data[payload_at : payload_at + 2], "big") if length == _TWO_BYTES else 0
        payload_at += 2
        if length <= _SHORT_BYTES:
            return None  # longer than one read, or not the shortest encoding of its length
    if is_masked:
        payload_at += 4
    ends_at = payload_at + length
    if len(data) < ends_at or length > most_bytes:
        return None
    content = data[payload_at:ends_at]
    if is_masked:
        content = masked(content, data[payload_at - 4 : payload_at])
    opcode = data[at] & ~_FIN
    if opcode == TEXT and not _is_utf8(content):
        return None
    return WholeMessage(opcode, content, data[at:ends_at], ends_at)


def masked_frame(opcode: int, content: bytes) -> bytes:
    """The frame that a client sends for a message, with a random mask."""
    length = len(content)
    mask = os.urandom(4)
    return _head(opcode, length, _MASKED) + mask + masked(content, mask)


def masked(content: bytes, mask: bytes) -> bytes:
    """``content`` with the mask applied; applying it again removes it."""
    length = len(content)
    whole = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
    return (int.from_bytes(content, "big") ^ whole).to_bytes(length, "big")


def _head(opcode: int, length: int, mask_bit: int) -> bytes:
    if length <= _SHORT_BYTES:
        return bytes((_FIN | opcode, mask_bit | length))
    if length < 1 << 16:
        return bytes((_FIN | opcode, mask_bit | _TWO_BYTES)) + length.to_bytes(2, "big")
    return bytes((_FIN | opcode, mask_bit | 127)) + length.to_bytes(8, "big")


def _is_utf8(content: bytes) -> bool:
    if content.isascii():
        return True
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True

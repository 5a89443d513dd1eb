"""A body as a HAR contains it: text if it is text in any charset, else base64."""

import base64
from dataclasses import dataclass
from functools import lru_cache

from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.content_coding import ContentDecoder
from wxpolicy.encoding.ledger import Ledger

# Decoded bytes of one body in an export: a kept body may be a decompression bomb.
LONGEST_BODY = 16 * 1024 * 1024
_REMEMBERED = 2048  # bytes


@dataclass(frozen=True, slots=True)
class PlainBody:
    """A body with its content coding decoded.

    ``text`` is None if it is not text; ``charset`` is the one it was decoded with. ``is_whole`` is False if the coding
    could not be decoded to the end, or if there was more than an export contains.
    """

    data: bytes
    text: str | None
    charset: str | None
    is_whole: bool

    @property
    def base64(self) -> str:
        return base64.b64encode(self.data).decode("ascii")


def plain_body(raw: bytes, content_type: str, content_coding: str) -> PlainBody:
    """Any bytes have a result: what cannot be decoded strictly in a declared or detected charset is not text."""
    # An app that polls gets the same answer again and again. What would decode to more is not cached.
    is_short = len(raw) <= _REMEMBERED and len(content_type) <= _REMEMBERED and not content_coding
    return _of_before(raw, content_type) if is_short else _plain(raw, content_type, content_coding)


def _plain(raw: bytes, content_type: str, content_coding: str) -> PlainBody:
    decoder = ContentDecoder(content_coding)
    plain = bytearray()
    for pieces in (decoder.feed(raw), decoder.finish()):
        for piece in pieces:
            plain += piece
            if len(plain) > LONGEST_BODY:
                return PlainBody(bytes(plain[:LONGEST_BODY]), None, None, False)
    data = bytes(plain)
    if decoder.problem is not None:
        return PlainBody(data, None, None, False)
    text, charset = _read(data, content_type)
    return PlainBody(data, text, charset, True)


@lru_cache(maxsize=256)
def _of_before(raw: bytes, content_type: str) -> PlainBody:
    return _plain(raw, content_type, "")


def _read(data: bytes, content_type: str) -> tuple[str | None, str | None]:
    ledger = Ledger(content_type)
    ledger.feed(data)
    facts = ledger.finish()
    if facts.kind == "empty":
        return "", None
    if not facts.is_text:
        return None, None
    # The bytes decide, not what the server says about them.
    for label in (facts.detected, facts.declared, UTF_8.name):
        charset = find_charset(label) if label else None
        for codec in charset.codecs if charset else ():
            try:
                return data.decode(codec), charset.name if charset else None
            except (UnicodeError, LookupError):
                continue
    return None, None

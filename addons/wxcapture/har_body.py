"""A body as a HAR holds it: text where it is text in any charset, base64 where it is not."""

import base64
from dataclasses import dataclass
from functools import lru_cache

from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.content_coding import ContentDecoder
from wxpolicy.encoding.ledger import Ledger

# Plain bytes of one body that an export holds: what is kept may be a bomb.
LONGEST_BODY = 16 * 1024 * 1024
_REMEMBERED = 2048  # bytes


@dataclass(frozen=True, slots=True)
class PlainBody:
    """A body with its content coding undone.

    ``text`` is None where it is none; ``charset`` is what it was read as.
    ``is_whole`` is False where the coding could not be undone to the end, or
    there was more than an export holds.
    """

    data: bytes
    text: str | None
    charset: str | None
    is_whole: bool

    @property
    def base64(self) -> str:
        return base64.b64encode(self.data).decode("ascii")


def plain_body(raw: bytes, content_type: str, content_coding: str) -> PlainBody:
    """Any bytes give a body: what does not read strictly in a charset that is declared or detected is no text."""
    # An app that asks again and again has the same answer. What would unpack to more is not remembered.
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
    # What the bytes are beats what the server says of them.
    for label in (facts.detected, facts.declared, UTF_8.name):
        charset = find_charset(label) if label else None
        for codec in charset.codecs if charset else ():
            try:
                return data.decode(codec), charset.name if charset else None
            except (UnicodeError, LookupError):
                continue
    return None, None

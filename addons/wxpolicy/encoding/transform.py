"""``encoding: apply``: the stream that the mini-program would pass to its code, made while the body passes.

seed-2017 §3: what is not UTF-8 is converted, BOMs are filtered; today exactly one is removed (platform §1). Rules of
this file:
- Chunk borders change nothing, and ASCII never waits: an answer in pieces
  (server-sent events) is forwarded at once.
- Where the charset is not declared, the first characters beyond ASCII are held until they show it, HOLD_BYTES at most.
- What cannot be converted passes as it is from the first offending byte on, and
  ``failed_offset`` is its position: imposing errno 602302 is up to the caller.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.encoding.binary import Nature
from wxpolicy.encoding.binary import magic_of
from wxpolicy.encoding.binary import nature_of
from wxpolicy.encoding.boms import Bom
from wxpolicy.encoding.boms import read_bom
from wxpolicy.encoding.charsets import SEVEN_BIT
from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import WIDE
from wxpolicy.encoding.charsets import Charset
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.choice import choose
from wxpolicy.encoding.content_coding import ContentDecoder
from wxpolicy.encoding.content_coding import can_undo
from wxpolicy.encoding.content_coding import coding_names
from wxpolicy.encoding.declared import PRESCAN_BYTES
from wxpolicy.encoding.declared import declarations
from wxpolicy.encoding.declared import header_charset
from wxpolicy.encoding.declared import media_type
from wxpolicy.encoding.detect import detect
from wxpolicy.encoding.wide import wide_without_bom

# Bytes from the first one beyond ASCII (or from the beginning, where that may be UTF-16) that may be held back.
HOLD_BYTES = 2048
# This many continuation bytes without an error are UTF-8: two or three Chinese characters.
_UTF8_EVIDENCE_BYTES = 6
# BOMs and the marks of file formats lie in these.
_BEGINNING_BYTES = 16
_LEADING_ASCII = re.compile(rb"[\x00-\x7f]*")


@dataclass(frozen=True, slots=True)
class HeaderChanges:
    """Response headers that are no longer right after the body is changed: new values, and names to remove (lower
    case)."""

    set: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()


# RFC 9110: each of these refers to the exact bytes of the representation.
_ABOUT_BYTES = ("content-length", "etag", "content-md5", "digest", "content-digest", "repr-digest", "accept-ranges")


def header_changes(content_type: str, content_coding: str) -> HeaderChanges | None:
    """What to change before the first body byte is sent; None if the body is not to be changed.

    Not changed are responses whose type is not text, and those in a content coding that is not supported here.
    """
    if nature_of(content_type) is not Nature.TEXT or not can_undo(content_coding):
        return None
    remove = _ABOUT_BYTES + (("content-encoding",) if coding_names(content_coding) else ())
    return HeaderChanges(set=(("content-type", f"{media_type(content_type)}; charset=utf-8"),), remove=remove)


class Utf8Transform:
    """Converts one body to UTF-8. Only for responses with ``header_changes``.

    ``feed`` takes the chunks as received and returns what to send; ``finish`` returns the rest. ``failed_offset``
    (decoded bytes, including a BOM) is set if the conversion fails, or if compressed data is invalid.
    """

    def __init__(self, content_type: str, content_coding: str = "", edition: Edition = DEFAULT) -> None:
        self._content_type = content_type
        self._decoder = ContentDecoder(content_coding)
        self._strips_every_bom = edition.strips_every_bom
        self._held = bytearray()
        self._bom: Bom | None = None
        self._stripped = 0
        self._has_begun = False
        self._reader: _Reader | None = None
        self._beginning = bytearray()
        self._offset = 0
        self.failed_offset: int | None = None
        self.source: str | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What ``chunk`` adds to the UTF-8 stream, with no empty piece; consume all of it before the next ``feed``."""
        for piece in self._decoder.feed(chunk):
            yield from filter(None, self._take(piece, is_last=False))

    def finish(self) -> Iterator[bytes]:
        """The rest, when the body has ended."""
        for piece in self._decoder.finish():
            yield from filter(None, self._take(piece, is_last=False))
        yield from filter(None, self._take(b"", is_last=True))
        if self._decoder.problem and self.failed_offset is None:
            self.failed_offset = self._offset

    def _take(self, piece: bytes, is_last: bool) -> Iterator[bytes]:
        self._offset += len(piece)
        if self._reader is None:
            self._held += piece
            if not self._has_begun and not self._begin(is_last):
                return
            if self._reader is None:
                # ASCII is the same in every charset that is still possible.
                yield self._take_ascii()
                if (charset := self._by_evidence(is_last)) is None:
                    return
                self._read_as(charset)
            piece = bytes(self._held)
            self._held.clear()
        assert self._reader is not None
        yield self._reader.read(piece, is_last)
        if self.failed_offset is None:
            self.failed_offset = self._reader.failed_offset

    def _begin(self, is_last: bool) -> bool:
        """Whether the first bytes have been evaluated; then ``_reader`` may already exist."""
        is_events = media_type(self._content_type) == "text/event-stream"
        if self._bom is None:
            # Only a BOM may delay the first event.
            needed = 1 if is_events and not self._held.startswith(b"\xef") else _BEGINNING_BYTES
            if len(self._held) < needed and not is_last:
                return False
            beginning = bytes(self._held[:_BEGINNING_BYTES])
            # 1) An image with a text type is still an image.
            if magic_of(beginning):
                self._has_begun = True
                self._reader = _Reader(None, 0)
                return True
            self._bom = read_bom(beginning)
            # 2) UTF-16 text without a BOM has NULs, which no other text has.
            if self._bom is None and 0 in beginning:
                if len(self._held) < HOLD_BYTES and not is_last:
                    return False
                self._read_as(wide_without_bom(bytes(self._held[:HOLD_BYTES])) or self._declared() or UTF_8)
        # 3) A BOM overrides every declaration.
        if self._bom and self._reader is None:
            if not self._strip_marks(self._bom, is_last):
                return False
            if self._bom.charset in WIDE:
                self._read_as(self._bom.charset)
        # 4) Server-sent events are always UTF-8 (HTML Living Standard, section 9.2.5).
        if is_events and self._reader is None:
            self._read_as(UTF_8)
        # 5) Seven-bit charsets look like ASCII, so that only the header shows them.
        declared = find_charset(header_charset(self._content_type) or "")
        if declared in SEVEN_BIT and self._reader is None:
            self._read_as(declared)
        self._has_begun = True
        return True

    def _strip_marks(self, bom: Bom, is_last: bool) -> bool:
        """Removes the BOMs that the platform removes; False while another may follow."""
        mark = bom.mark
        if self._stripped == 0 or self._strips_every_bom:
            while self._held.startswith(mark):
                del self._held[: len(mark)]
                self._stripped += 1
                if not self._strips_every_bom:
                    return True
        may_come = self._strips_every_bom and mark.startswith(self._held) and not is_last
        return not may_come

    def _by_evidence(self, is_last: bool) -> Charset | None:
        """The charset according to the held bytes, which start at the first byte beyond ASCII; None: wait for more."""
        held = bytes(self._held)
        if not held:
            return UTF_8 if is_last else None
        try:
            text, used = codecs.utf_8_decode(held, "strict", False)
            if used - len(text) >= _UTF8_EVIDENCE_BYTES or (is_last and used == len(held)):
                return UTF_8
        except UnicodeDecodeError as mistake:
            if mistake.start - len(held[: mistake.start].decode()) >= _UTF8_EVIDENCE_BYTES:
                return UTF_8
        if len(held) < HOLD_BYTES and not is_last:
            return None
        return self._likeliest(held[:HOLD_BYTES], is_last)

    def _likeliest(self, held: bytes, is_last: bool) -> Charset:
        try:
            codecs.utf_8_decode(held, "strict", is_last and len(held) == len(self._held))
        except UnicodeDecodeError:
            chosen = choose(self._declared(), detect(held), lambda charset: _reads(charset.codecs[0], held))
            return chosen.charset if chosen else UTF_8
        return UTF_8

    def _declared(self) -> Charset | None:
        label = header_charset(self._content_type)
        found = (label,) if label else (each.label for each in declarations("", bytes(self._beginning)))
        return next((charset for each in found if (charset := find_charset(each))), None)

    def _take_ascii(self) -> bytes:
        """ASCII at the start of the held bytes; its first bytes are kept, because they may declare the charset."""
        leading = _LEADING_ASCII.match(self._held)
        plain = bytes(leading[0]) if leading else b""
        del self._held[: len(plain)]
        self._beginning += plain[: max(0, PRESCAN_BYTES - len(self._beginning))]
        return plain

    def _read_as(self, charset: Charset) -> None:
        self.source = charset.name
        held = bytes(self._held[:HOLD_BYTES])
        codec = next((codec for codec in charset.codecs if _reads(codec, held)), charset.codecs[0])
        self._reader = _Reader(codec, self._offset - len(self._held))


class _Reader:
    """Strict conversion from one codec to UTF-8; after an error, and without a codec, bytes pass unchanged."""

    def __init__(self, codec: str | None, offset: int) -> None:
        self._decoder: Any = codecs.getincrementaldecoder(codec)("strict") if codec else None
        self._offset = offset
        self.failed_offset: int | None = None

    def read(self, data: bytes, is_last: bool) -> bytes:
        if self._decoder is None:
            return data
        state = self._decoder.getstate()
        pending: bytes = state[0]
        try:
            text: str = self._decoder.decode(data, is_last)
        except UnicodeDecodeError as mistake:
            good = max(mistake.start - len(pending), 0)
            self._decoder.setstate(state)
            text = self._decoder.decode(data[:good]) if mistake.start >= len(pending) else ""
            raw = (pending + data)[mistake.start :]
            self._decoder = None
            self.failed_offset = self._offset - len(pending) + mistake.start
            return text.encode("utf-8") + raw
        self._offset += len(data)
        return text.encode("utf-8")


def _reads(codec: str, data: bytes) -> bool:
    """Whether ``codec`` decodes ``data``, whose last character may be cut."""
    try:
        codecs.getincrementaldecoder(codec)("strict").decode(data)
    except UnicodeDecodeError:
        return False
    return True

"""The judge of one answer's encoding: chunks in, facts out (seed-2017 §3).

Rules of this file:
- Only ``blocks`` reach a decision, so that chunk borders cannot change one.
- Memory is bounded: one block, a sample, and decoders' states.
- Bytes are judged, never altered, and no bytes raise.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from math import inf

from wxpolicy.encoding.binary import Nature
from wxpolicy.encoding.binary import has_controls
from wxpolicy.encoding.binary import looks_like_protobuf
from wxpolicy.encoding.binary import magic_of
from wxpolicy.encoding.binary import nature_of
from wxpolicy.encoding.blocks import Blocks
from wxpolicy.encoding.boms import Bom
from wxpolicy.encoding.boms import read_bom
from wxpolicy.encoding.charsets import WIDE
from wxpolicy.encoding.charsets import Charset
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.content_coding import ContentDecoder
from wxpolicy.encoding.declared import Declaration
from wxpolicy.encoding.declared import declarations
from wxpolicy.encoding.declared import media_type
from wxpolicy.encoding.facts import Conversion
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.reading import NarrowText
from wxpolicy.encoding.reading import WideText
from wxpolicy.encoding.wide import wide_without_bom

# Decoded bytes of one response that are inspected. No API returns more.
DEFAULT_LIMIT_BYTES = 16 * 1024 * 1024
BLOCK_BYTES = 4096
# Decoded bytes that are judged while a chunk passes: about 40 ms at the slowest. The rest of a chunk waits.
_AT_ONCE_BYTES = 1024 * 1024
# Detecting the charset of this many bytes took 2 ms at the slowest when measured, and never takes more than about 10 ms.
_AT_A_GLANCE_BYTES = 256
_BOM_CONFIDENCE = 1.0
_WIDE_CONFIDENCE = 0.9
# A response without a text type is text only if it clearly looks like it.
_LEAST_CONFIDENCE_UNSAID = 0.5


class Ledger:
    """The body of one response. ``feed`` every chunk as received, then ``finish``; ``end`` tells how long that takes.

    ``content_type`` and ``content_coding`` are the header values, "" if there is none. At most ``limit_bytes`` decoded
    bytes are judged; beyond them chunks are only counted.
    """

    def __init__(self, content_type: str, content_coding: str = "", limit_bytes: int = DEFAULT_LIMIT_BYTES) -> None:
        self._content_type = content_type
        self._nature = nature_of(content_type)
        self._content_coding = content_coding
        self._decoder = ContentDecoder(content_coding)
        self._blocks = Blocks(BLOCK_BYTES)
        self._limit_bytes = limit_bytes
        self._wire_bytes = 0
        self._judged_bytes = 0
        self._is_truncated = False
        self._kind: str | None = None
        self._bom: Bom | None = None
        self._head = b""  # the first block of a text
        self._declarations: tuple[Declaration, ...] = declarations(content_type, b"")
        self._text: NarrowText | WideText | None = None
        self._facts: EncodingFacts | None = None
        self._waiting: deque[bytes] = deque()
        self._pieces: Iterator[bytes] = iter(())  # the rest of the chunk before those
        self._is_behind = False  # more was received than judged
        self._has_ended = False

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes as received, still compressed."""
        self._wire_bytes += len(chunk)
        if not self._is_settled:
            self._waiting.append(chunk)
            self._work(_AT_ONCE_BYTES)

    def finish(self) -> EncodingFacts:
        """The body has ended; further calls return the same facts."""
        if self._facts is None:
            self._facts = self._conclude()
        return self._facts

    def end(self) -> bool:
        """The body has ended. Returns whether ``finish`` takes milliseconds.

        It does if more was received than judged, and if the charset has to be detected from the text.
        """
        if self._facts is not None:
            return False
        self._end(_AT_ONCE_BYTES)
        if self._is_behind or self._is_settled:
            return self._is_behind
        if self._text is not None:
            return isinstance(self._text, NarrowText) and self._text.is_no_utf8
        # Less than a block was received, and nothing of it was judged.
        head = self._blocks.beginning
        if len(head) <= _AT_A_GLANCE_BYTES or self._nature is Nature.BINARY or magic_of(head):
            return False
        try:
            head.decode()
        except UnicodeDecodeError:
            return True
        return False

    def _end(self, most_bytes: float) -> None:
        """The decoder's remaining output is judged too, unless there is too much of it."""
        self._work(most_bytes)
        if not self._is_behind and not self._is_settled and not self._has_ended:
            self._has_ended = True
            self._pieces = self._decoder.finish()
            self._work(most_bytes)

    def _work(self, most_bytes: float) -> None:
        """Continues with what waits, until this many decoded bytes have been judged."""
        while not self._is_settled:
            for piece in self._pieces:
                self._take(piece)
                most_bytes -= len(piece)
                if self._is_settled or most_bytes <= 0:
                    break
            self._is_behind = most_bytes <= 0
            if self._is_behind or not self._waiting:
                return
            self._pieces = self._decoder.feed(self._waiting.popleft())
        # Further bytes can change nothing.
        self._waiting.clear()
        self._pieces, self._is_behind = iter(()), False

    @property
    def _is_settled(self) -> bool:
        """Whether further bytes can change nothing."""
        return self._is_truncated or self._kind not in (None, "text")

    def _take(self, piece: bytes) -> None:
        room = self._limit_bytes - self._judged_bytes
        self._is_truncated = len(piece) > room
        self._judged_bytes += min(len(piece), room)
        for block in self._blocks.cut(piece[:room]):
            self._judge(block, is_whole=False)

    def _judge(self, block: bytes, is_whole: bool) -> None:
        if self._kind is None:
            block = self._begin(block, is_whole)
        if self._text:
            self._text.feed(block)

    def _begin(self, head: bytes, is_whole: bool) -> bytes:
        """Decides by the first block what the body is; returns the block without its BOM. ``is_whole``: nothing follows
        this block."""
        # 1) A type or a file format that is not text.
        magic = magic_of(head)
        if magic or self._nature is Nature.BINARY:
            self._kind = magic or "binary"
            return head
        # 2) A BOM decides.
        self._bom = read_bom(head)
        skipped = self._bom.length_bytes if self._bom else 0
        wide, confidence = None, _BOM_CONFIDENCE
        if self._bom and self._bom.charset in WIDE:
            wide = self._bom.charset
        # 3) Two or four bytes a character, according to its content.
        elif not self._bom and (wide := wide_without_bom(head)):
            confidence = _WIDE_CONFIDENCE
        # 4) Without a text type, control characters mean that it is not text.
        elif self._nature is Nature.UNSAID and has_controls(head):
            self._kind = "protobuf" if looks_like_protobuf(head, is_whole) else "binary"
            return head
        self._kind = "text"
        self._head = b"" if wide else head
        beginning = head[skipped:].decode(wide.codecs[0], "replace").encode() if wide else head[skipped:]
        self._declarations = declarations(self._content_type, beginning)
        self._text = WideText(wide, skipped, confidence) if wide else NarrowText(skipped)
        return head[skipped:]

    def _conclude(self) -> EncodingFacts:
        self._end(inf)
        is_whole = not self._is_truncated and self._decoder.problem is None
        rest = self._blocks.rest()
        if rest and (self._kind in (None, "text")):
            self._judge(rest, is_whole)
        facts = EncodingFacts(
            media_type=media_type(self._content_type),
            nature=self._nature,
            kind=self._kind or ("unread" if self._decoder.problem else "empty"),
            declared=self._declarations[0].label if self._declarations else None,
            declarations=self._declarations,
            bom=self._bom.charset.name if self._bom else None,
            bom_count=self._bom.marks if self._bom else 0,
            wire_bytes=self._wire_bytes,
            judged_bytes=self._judged_bytes,
            is_truncated=self._is_truncated,
            coding_problem=self._decoder.problem,
            content_coding=self._content_coding,
        )
        return self._with_text(facts, is_whole) if self._text else facts

    def _with_text(self, facts: EncodingFacts, is_whole: bool) -> EncodingFacts:
        assert self._text is not None
        self._text.finish(is_whole)
        reading = self._text.conclude(self._declared_charset())
        is_sure = reading.valid_utf8 or reading.confidence >= _LEAST_CONFIDENCE_UNSAID
        if self._nature is Nature.UNSAID and not is_sure:
            return replace(facts, kind="binary", is_ascii=False, valid_utf8=False)
        return replace(
            facts,
            **{name: getattr(reading, name) for name in reading.__slots__},
            may_be_bytes=reading.conversion is Conversion.FAILED and has_controls(self._head),
        )

    def _declared_charset(self) -> Charset | None:
        """The declaration with the highest precedence that names a known charset."""
        return next((charset for each in self._declarations if (charset := find_charset(each.label))), None)

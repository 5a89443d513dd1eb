"""What the bytes of a text show: one reader for text in ASCII-compatible charsets, one for UTF-16 and UTF-32."""

from dataclasses import dataclass

from wxpolicy.encoding.charsets import CHARSETS
from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import WIDE
from wxpolicy.encoding.charsets import Charset
from wxpolicy.encoding.choice import choose
from wxpolicy.encoding.detect import Guess
from wxpolicy.encoding.detect import detect
from wxpolicy.encoding.facts import Conversion
from wxpolicy.encoding.multibyte import read_multibyte
from wxpolicy.encoding.race import LateRace
from wxpolicy.encoding.race import StrictReader
from wxpolicy.encoding.utf8 import Utf8Check

# After this many continuation bytes without an error it is UTF-8: a later error is damage.
SETTLED_BYTES = 64
SAMPLE_BYTES = 16 * 1024
# A body that is UTF-8 by a few two-byte sequences only may be GBK by chance.
_CHANCE_BYTES = 3
_EVERYDAY_MARK = 0.9

_RACERS = tuple(charset for charset in CHARSETS if charset.multibyte and charset is not UTF_8 and charset not in WIDE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's part of the facts; the fields are those of ``EncodingFacts``."""

    detected: str | None = None
    confidence: float = 0.0
    is_ascii: bool = False
    valid_utf8: bool = False
    first_bad_offset: int | None = None
    is_cut_at_end: bool = False
    conversion: Conversion = Conversion.NONE
    failed_offset: int | None = None


class WideText:
    """A body that is UTF-16 or UTF-32, after its BOM. ``confidence`` is of that."""

    def __init__(self, charset: Charset, offset: int, confidence: float) -> None:
        self._charset = charset
        self._confidence = confidence
        self._reader = StrictReader(charset.codecs[0], offset)

    def feed(self, block: bytes) -> None:
        self._reader.feed(block)

    def finish(self, is_whole: bool) -> None:
        self._reader.feed(b"", is_whole)

    def conclude(self, declared: Charset | None) -> Reading:
        bad = self._reader.first_bad_offset
        return Reading(
            detected=self._charset.name,
            confidence=self._confidence,
            # A BOM of two or four bytes is not UTF-8, and without one the first NUL is not text.
            first_bad_offset=0,
            conversion=Conversion.LOSSLESS if bad is None else Conversion.FAILED,
            failed_offset=bad,
        )


class NarrowText:
    """A body in UTF-8 or any other ASCII-compatible charset, after its BOM."""

    def __init__(self, offset: int) -> None:
        self._utf8 = Utf8Check(offset)
        self._race: LateRace | None = None
        self._sample = bytearray()
        self._offset = offset
        self._is_ascii = True

    def feed(self, block: bytes) -> None:
        is_plain = block.isascii() and b"\x1b" not in block
        self._is_ascii = self._is_ascii and block.isascii()
        self._utf8.feed(block)
        if self._is_settled:
            self._race = None
        elif self._race or not is_plain:
            self._race = self._race or LateRace(_RACERS, self._offset)
            self._race.feed(block)
            if not is_plain and len(self._sample) < SAMPLE_BYTES:
                self._sample += block
        self._offset += len(block)

    def finish(self, is_whole: bool) -> None:
        self._utf8.finish(is_whole)
        if self._race:
            self._race.feed(b"", is_whole)

    @property
    def is_no_utf8(self) -> bool:
        """As far as it has been read."""
        return self._utf8.first_bad_offset is not None and not self._is_settled

    @property
    def _is_settled(self) -> bool:
        return self._utf8.continuation_bytes >= SETTLED_BYTES

    def conclude(self, declared: Charset | None) -> Reading:
        """``declared`` is the charset that the server names, None if it names no known one."""
        bad = self._utf8.first_bad_offset
        if bad is None and not self._reads_as_declared_by_everyday_words(declared):
            guess = detect(bytes(self._sample)) if self._is_ascii and self._race else None
            if guess is None or not self._reads(guess.charset):
                return Reading(UTF_8.name, 1.0, is_ascii=self._is_ascii, valid_utf8=True)
            # ISO-2022: seven bits, so valid UTF-8, and yet not text that a program can use.
            return Reading(guess.charset.name, guess.confidence, valid_utf8=True, conversion=Conversion.LOSSLESS)
        guess = self._choose(declared, is_utf8=bad is None)
        failed_at = bad
        if guess and guess.charset is not UTF_8 and self._race:
            failed_at = self._race.first_bad_offset(guess.charset)
        is_lossless = guess is not None and failed_at is None
        return Reading(
            detected=guess.charset.name if guess else None,
            confidence=guess.confidence if guess else 0.0,
            valid_utf8=bad is None,
            first_bad_offset=bad,
            is_cut_at_end=self._utf8.is_cut_at_end,
            conversion=Conversion.LOSSLESS if is_lossless else Conversion.FAILED,
            failed_offset=failed_at,
        )

    def _choose(self, declared: Charset | None, is_utf8: bool) -> Guess | None:
        if self._is_settled:
            return Guess(UTF_8, 0.95)
        if is_utf8 and declared:
            return Guess(declared, 0.7)
        return choose(declared, detect(bytes(self._sample), self._reads), self._reads)

    def _reads(self, charset: Charset) -> bool:
        """Whether ``charset`` decodes every byte of the body."""
        if charset is UTF_8 or charset in WIDE or self._race is None:
            return False
        return self._race.first_bad_offset(charset) is None

    def _reads_as_declared_by_everyday_words(self, declared: Charset | None) -> bool:
        if declared is None or not self._race or self._utf8.continuation_bytes > _CHANCE_BYTES or self._is_ascii:
            return False
        marks = {charset.family: mark for charset, mark in read_multibyte(bytes(self._sample))}
        return marks.get(declared.family, 0.0) >= _EVERYDAY_MARK and self._reads(declared)

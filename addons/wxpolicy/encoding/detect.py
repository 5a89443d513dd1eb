"""Detects the most likely charset of bytes that are not UTF-8.

Two detectors of our own first (East Asian charsets by frequent characters, single-byte ones by letters and their
positions), since responses of an API are short and charset-normalizer needs longer text; then charset-normalizer for
what neither recognises.
"""

import re
from collections.abc import Callable
from collections.abc import Iterable
from typing import NamedTuple

import charset_normalizer

from wxpolicy.encoding.charsets import CHARSETS
from wxpolicy.encoding.charsets import GB18030
from wxpolicy.encoding.charsets import GBK
from wxpolicy.encoding.charsets import ISO_2022_JP
from wxpolicy.encoding.charsets import ISO_2022_KR
from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import Charset
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.multibyte import read_multibyte
from wxpolicy.encoding.single_byte import SINGLE_BYTE_READINGS
from wxpolicy.encoding.single_byte import read_single_byte

# Enough for the scores to be stable, and a few milliseconds at most.
READ_BYTES = 4096
# Below this score it is not text of that language.
LEAST_MARK = 0.45
_CANNOT_READ_ALL = 0.1
# Frequent Chinese, Japanese or Korean characters occur by chance more rarely than a language's letters.
_FAIR_MARK = 0.7
_HEAD_START = 0.15
# With such a clear result for so many bytes nothing else is tried.
_CLEAR_MARK = 0.8
_CLEAR_BYTES = 24
# The maximum confidence of charset-normalizer's own guess.
_OUTSIDE_CONFIDENCE = 0.4

# Above this its guess counts even against our own detectors.
_LONG_BYTES = 200

_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Charsets are distinguished by the bytes beyond ASCII and their neighbours.
_LONG_ASCII = re.compile(rb"([\x00-\x7f]{32})[\x00-\x7f]+([\x00-\x7f]{32})")
_HIGH = re.compile(rb"[\x80-\xff]")
_ISOLATION = sorted(
    {codec for charset in CHARSETS for codec in charset.codecs if not codec.startswith(("utf", "iso2022", "hz"))}
)


class Guess(NamedTuple):
    """``confidence`` is from 0.0 to 1.0."""

    charset: Charset
    confidence: float


def detect(sample: bytes, reads_all: Callable[[Charset], bool] = lambda charset: True) -> Guess | None:
    """The most likely charset of ``sample``; None if nothing looks like text.

    ``reads_all`` tells whether a charset decodes the whole body that the sample is from: one that does not is still
    possible (a damaged text), but less likely. ``sample`` is at most some kilobytes with bytes beyond ASCII in it (or
    ISO-2022 escapes). The same bytes have the same result. UTF-16 and UTF-32 are not considered.
    """
    sample = _LONG_ASCII.sub(rb"\1 \2", sample)[:READ_BYTES]
    high = len(_HIGH.findall(sample))
    if not high:
        return _by_escapes(sample)
    readings = _ranked(read_multibyte(sample), reads_all)
    if (damaged := _damaged_utf8(sample, high)) and (damaged.confidence >= 0.9 or not _is_clear(readings)):
        return damaged
    if not (_is_clear(readings) and high >= _CLEAR_BYTES):
        handicap = _HEAD_START if readings and readings[0][1] >= _FAIR_MARK else 0.0
        single = [(charset, mark - handicap) for charset, mark in _ranked(read_single_byte(sample), reads_all)]
        readings = _ranked((*readings, *single))
    if readings and readings[0][1] >= LEAST_MARK:
        charset, mark = readings[0]
        rival = next((other for each, other in readings[1:] if each.family != charset.family), 0.0)
        return Guess(_named(charset, sample), _confidence(mark, max(rival, 0.0), high))
    if (share := utf8_share(sample)) >= 0.5:
        return Guess(UTF_8, round(share * 0.5, 2))
    return _by_charset_normalizer(sample, high)


def utf8_share(sample: bytes) -> float:
    """The share of the bytes beyond ASCII that are in well-formed UTF-8 sequences, from 0.0 to 1.0."""
    high = len(_HIGH.findall(sample))
    return sum(map(len, _UTF8_SEQUENCE.findall(sample))) / high if high else 1.0


def _ranked(
    readings: Iterable[tuple[Charset, float]], reads_all: Callable[[Charset], bool] = lambda charset: True
) -> list[tuple[Charset, float]]:
    marked = [(charset, mark if reads_all(charset) else mark - _CANNOT_READ_ALL) for charset, mark in readings]
    return sorted(marked, key=lambda reading: -reading[1])


def _is_clear(readings: list[tuple[Charset, float]]) -> bool:
    return bool(readings) and readings[0][1] >= _CLEAR_MARK


def _damaged_utf8(sample: bytes, high: int) -> Guess | None:
    """UTF-8 with a few broken bytes, or mixed with text of another charset.

    GBK has some two-byte sequences by chance, but hardly a row of three-byte ones.
    """
    sequences = _UTF8_SEQUENCE.findall(sample)
    long_ones = sum(len(sequence) > 2 for sequence in sequences)
    share = sum(map(len, sequences)) / high
    if share >= 0.9 or (share >= 0.75 and long_ones >= 2) or (share >= 0.5 and long_ones >= 4):
        return Guess(UTF_8, round(share, 2))
    return Guess(UTF_8, 0.9) if _is_cut(sample) else None


def _is_cut(sample: bytes) -> bool:
    """Whether only the end is missing, after at least one complete character of three bytes or more."""
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError as mistake:
        rest = sample[: mistake.start]
        return mistake.reason == "unexpected end of data" and len(rest.decode("utf-8")) <= len(rest) - 2
    return False


def _named(charset: Charset, sample: bytes) -> Charset:
    """GBK, or GB18030 if its four-byte characters occur."""
    if charset is not GBK:
        return charset
    try:
        sample.decode("gbk")
    except UnicodeDecodeError as mistake:
        if mistake.end - mistake.start == 1 and sample[mistake.start + 1 : mistake.start + 2].isdigit():
            return GB18030
    return GBK


def _confidence(mark: float, rival: float, high: int) -> float:
    """High if the score is good, far ahead of the next one, and based on enough text."""
    length = min(1.0, 0.5 + high / 24)
    return round(max(0.05, min(0.99, (mark * 0.5 + min(1.0, (mark - rival) * 1.5) * 0.5) * length)), 2)


def _by_escapes(sample: bytes) -> Guess | None:
    if re.search(rb"\x1b\$[@B]|\x1b\$\(D", sample):
        return Guess(ISO_2022_JP, 0.95)
    if b"\x1b$)C" in sample:
        return Guess(ISO_2022_KR, 0.95)
    return None


def _by_charset_normalizer(sample: bytes, high: int) -> Guess | None:
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_ISOLATION), enable_fallback=False).best()
    charset = _of_codec(best.encoding) if best else None
    if best is None or charset is None:
        return None
    # A few bytes of noise fit some charset; those whose letters are known were rejected before.
    if high < _LONG_BYTES and charset.name in SINGLE_BYTE_READINGS:
        return None
    return Guess(charset, round(max(0.05, _OUTSIDE_CONFIDENCE * (1.0 - best.chaos)), 2))


def _of_codec(codec: str) -> Charset | None:
    canonical = codec.replace("-", "_")
    for charset in CHARSETS:
        if any(canonical == each.replace("-", "_") for each in charset.codecs):
            return charset
    return find_charset(codec)

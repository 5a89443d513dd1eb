"""How much a sample looks like everyday Chinese, Japanese or Korean in each of the East Asian charsets.

Validity alone says little: almost every even run of high bytes is valid GBK. So each decoding is scored character by
character: everyday characters count fully, the charset's own first level half, rare ones negatively, invalid ones
strongly so.
"""

import re
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from functools import cache

from wxpolicy.encoding.charsets import BIG5
from wxpolicy.encoding.charsets import EUC_JP
from wxpolicy.encoding.charsets import EUC_KR
from wxpolicy.encoding.charsets import GBK
from wxpolicy.encoding.charsets import SHIFT_JIS
from wxpolicy.encoding.charsets import Charset
from wxpolicy.encoding.frequent_characters import HANGUL
from wxpolicy.encoding.frequent_characters import KANJI
from wxpolicy.encoding.frequent_characters import SIMPLIFIED
from wxpolicy.encoding.frequent_characters import TRADITIONAL

_EVERYDAY = 1.0
_FIRST_LEVEL = 0.5
_PUNCTUATION = 0.5
_RARE = -0.2
_FOREIGN = -0.5
_BROKEN = -0.5

# Two accented letters of a Polish word may decode to one Chinese character.
_LONE = -1.0
_LONE_INSIDE_WORD = re.compile(r"(?<=[a-z])[^\x00-\x7f\W](?=[a-z])")

_MARKS = frozenset("“”‘’—…·～￥、。《》〈〉「」『』【】〔〕〖〗×÷°℃±·")


@cache
def _first_level(codec: str, first_lead: int, last_lead: int) -> frozenset[str]:
    """The characters of a charset's rows from ``first_lead`` to ``last_lead``, which contain the frequent ones."""
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    pairs = (bytes((lead, trail)) for lead in range(first_lead, last_lead + 1) for trail in trails)
    return frozenset("".join(pair.decode(codec, "ignore") for pair in pairs))


def _is_punctuation(char: str) -> bool:
    return char in _MARKS or "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e"


def _is_broken(char: str) -> bool:
    return char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or "\x80" <= char <= "\x9f"


def _is_hanzi(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def _mark(char: str, everyday: frozenset[str], first_level: frozenset[str]) -> float:
    if char in everyday:
        return _EVERYDAY
    if _is_punctuation(char):
        return _PUNCTUATION
    if char in first_level:
        return _FIRST_LEVEL
    if _is_broken(char):
        return _BROKEN
    return _RARE if _is_hanzi(char) else _FOREIGN


def _mark_simplified(char: str) -> float:
    # GB 2312 level 1 is rows B0 to D7.
    return _mark(char, SIMPLIFIED, _first_level("gb2312", 0xB0, 0xD7))


def _mark_traditional(char: str) -> float:
    # Big5 level 1 is rows A4 to C6.
    return _mark(char, TRADITIONAL, _first_level("big5", 0xA4, 0xC6))


def _mark_japanese(char: str) -> float:
    if "\u3041" <= char <= "\u3093" or char in "ーァィェッャュョ" or "\u30a2" <= char <= "\u30f3":
        return _EVERYDAY
    if "\uff61" <= char <= "\uff9f":
        # Any high byte decodes to half-width katakana.
        return 0.0
    # JIS X 0208 level 1 is rows B0 to CF.
    return _mark(char, KANJI, _first_level("euc_jp", 0xB0, 0xCF))


def _mark_korean(char: str) -> float:
    # KS X 1001 has its 2350 syllables in rows B0 to C8.
    mark = _mark(char, HANGUL, _first_level("euc_kr", 0xB0, 0xC8))
    return mark if mark > 0 or _is_broken(char) else _RARE if "\uac00" <= char <= "\ud7a3" else _FOREIGN


_READINGS: tuple[tuple[Charset, Callable[[str], float]], ...] = (
    (GBK, _mark_simplified),
    (BIG5, _mark_traditional),
    (SHIFT_JIS, _mark_japanese),
    (EUC_JP, _mark_japanese),
    (EUC_KR, _mark_korean),
)


def read_multibyte(sample: bytes) -> Iterator[tuple[Charset, float]]:
    """For each charset the mean score, at most 1.0, of the sample's characters beyond ASCII.

    A character that is cut by the end of the sample does not count.
    """
    for charset, mark in _READINGS:
        text = _text(sample, charset.codecs[0])
        counts = Counter(char for char in text if char > "\x7f")
        total = sum(counts.values())
        if total:
            marks = sum(mark(char) * count for char, count in counts.items())
            yield charset, (marks + _LONE * len(_LONE_INSIDE_WORD.findall(text))) / total


def _text(sample: bytes, codec: str) -> str:
    text = sample.decode(codec, "replace")
    # The last one may only be cut by the end of the sample.
    return text[:-1] if text.endswith("\ufffd") and len(text) > 1 else text

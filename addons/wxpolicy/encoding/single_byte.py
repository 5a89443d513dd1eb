"""How much a sample looks like a language in each single-byte charset: by its letters and their positions.

Every single-byte charset decodes every byte, so the result is scored: frequent letters, capitals only at the start of
words, vowel signs after consonants (Thai), no word half Cyrillic and half Latin.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wxpolicy.encoding.charsets import Charset
from wxpolicy.encoding.charsets import find_charset

# The mean of this many characters is stable; each costs a look-up in 17 charsets, and the loop waits.
READ_BYTES = 1024
_PUNCTUATION = frozenset("£¥¢«»—–“”„‘’‚…№€°·•\u00a0©®™§")


@dataclass(frozen=True, slots=True)
class _Script:
    """``common`` letters count fully, ``letters`` half, anything else negatively. ``marks`` are signs that only follow
    a letter of the script, ``finals`` letters that only end a word; ``is_latin`` scripts are mixed with ASCII letters,
    the others never. Below ``least`` the score does not count."""

    common: frozenset[str]
    letters: frozenset[str]
    marks: frozenset[str] = frozenset()
    finals: frozenset[str] = frozenset()
    is_latin: bool = False
    least: float = -1.0


def _script(
    common: str, letters: str = "", marks: str = "", finals: str = "", is_latin: bool = False, least: float = -1.0
) -> _Script:
    every = common + letters
    return _Script(
        frozenset(common), frozenset(every + every.upper()), frozenset(marks), frozenset(finals), is_latin, least
    )


_CYRILLIC = _script("оеаинтсрвлкмдпуяыьгзб", "чйхжшюцщэфёъіїєґђћљњџј")
_WESTERN = _script("éèàçêüöäßñóíáãåøæìòù", "ôîûâëïúõœÿºª¿¡ýþð", is_latin=True)
_CENTRAL = _script("ąęłśżóćńźáéíčěřšžýůúőűăţşöüä", "ďňťľĺŕđâîçôë", is_latin=True)
_TURKISH = _script("çğıöşüİ", "âîûéè", is_latin=True)
_BALTIC = _script("ąčęėįšųūžāēīņļ", "ģķõäöüć", is_latin=True)
_GREEK = _script("αοιετσνηυρπκμλωςάίόέδ", "ήγχβθφύξζψώϊΐϋΰ", finals="ς")
_HEBREW = _script(
    "יוהלאמרתבשנעםדחקפ",
    "טגזסכןצךףץ",
    marks="\u05b0\u05b1\u05b2\u05b3\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9\u05bb\u05bc\u05c1\u05c2",
    finals="םןךףץ",
)
_ARABIC = _script(
    "اليمنرتبسدهعقفحكوةأ",
    "شىجصطخزضإغثءئذظؤآپچژگـ،؟؛",
    marks="\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652",
)
# Its letters use the bytes of GBK and EUC, so that only a very good score means Thai.
_THAI = _script(
    "านรอกเงมยลวดทสตะปบคหแพชขไใจโ",
    "ซถผณธศษญฐภฉฝฟฮฎฏฆฌฑฒฤำๆฯฬ๐๑๒๓๔๕๖๗๘๙",
    marks="\u0e31\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c",
    least=0.8,
)

# The more likely first: with equal scores the first wins.
_READINGS = tuple(
    (charset, script)
    for label, script in (
        ("windows-1252", _WESTERN),
        ("windows-1251", _CYRILLIC),
        ("koi8-r", _CYRILLIC),
        ("ibm866", _CYRILLIC),
        ("iso-8859-5", _CYRILLIC),
        ("x-mac-cyrillic", _CYRILLIC),
        ("ibm855", _CYRILLIC),
        ("tis-620", _THAI),
        ("windows-1256", _ARABIC),
        ("iso-8859-6", _ARABIC),
        ("windows-1255", _HEBREW),
        ("windows-1253", _GREEK),
        ("iso-8859-7", _GREEK),
        ("windows-1254", _TURKISH),
        ("windows-1250", _CENTRAL),
        ("iso-8859-2", _CENTRAL),
        ("windows-1257", _BALTIC),
    )
    if (charset := find_charset(label))
)

SINGLE_BYTE_READINGS = frozenset(charset.name for charset, _ in _READINGS)


def read_single_byte(sample: bytes) -> Iterator[tuple[Charset, float]]:
    """For each charset the mean score, at most 1.0, of the sample's characters beyond ASCII."""
    first = re.search(rb"[\x80-\xff]", sample)
    start = max(0, first.start() - 1) if first else 0
    sample = sample[start : start + READ_BYTES]
    for charset, script in _READINGS:
        text = sample.decode(charset.codecs[0], "replace")
        marks = [_mark(text[index - 1] if index else " ", char, text[index + 1 : index + 2], script)
                 for index, char in enumerate(text) if char > "\x7f"]  # fmt: skip
        if marks and (mark := sum(marks) / len(marks)) >= script.least:
            yield charset, mark


def _mark(before: str, char: str, after: str, script: _Script) -> float:
    """One character's score, given its neighbours."""
    if char in script.marks:
        return 0.9 if before in script.letters or before in script.marks else -1.0
    if char not in script.letters:
        if char not in _PUNCTUATION:
            return -1.0
        return 0.5 if script.is_latin and (before + after).isascii() else 0.3
    if (char.isupper() and before.islower()) or (char in script.finals and after in script.letters):
        return -1.0
    beside_ascii = (before + after).isascii() and any(each.isalpha() for each in before + after)
    if script.is_latin:
        # é is part of a word of plain letters; a run of accents is another script, decoded wrongly.
        if before > "\x7f" and after > "\x7f":
            return -0.5
        if not beside_ascii and (before + after).strip():
            return 0.2
    elif before.isascii() and before.isalpha() or after.isascii() and after.isalpha():
        return -0.5
    if char.isupper() and before.isupper():
        # Words in capitals exist, but every script has a charset in which another's letters are capitals.
        return 0.4
    return 1.0 if char in script.common or char.lower() in script.common else 0.5

"""UTF-16 and UTF-32 without a BOM, distinguished from binary data by the decoded text."""

import codecs

from wxpolicy.encoding.binary import has_controls
from wxpolicy.encoding.charsets import UTF_16_BE
from wxpolicy.encoding.charsets import UTF_16_LE
from wxpolicy.encoding.charsets import UTF_32_BE
from wxpolicy.encoding.charsets import UTF_32_LE
from wxpolicy.encoding.charsets import Charset
from wxpolicy.encoding.frequent_characters import HANGUL
from wxpolicy.encoding.frequent_characters import KANJI
from wxpolicy.encoding.frequent_characters import SIMPLIFIED
from wxpolicy.encoding.frequent_characters import TRADITIONAL

_EVERYDAY = SIMPLIFIED | TRADITIONAL | KANJI | HANGUL
# Letters and punctuation of scripts outside ASCII that texts are written in.
_ORDINARY = (
    (0xA0, 0x17F), (0x370, 0x3FF), (0x400, 0x45F), (0x5D0, 0x5EA), (0x600, 0x6FF), (0xE01, 0xE5B), (0x1EA0, 0x1EF9),
    (0x2010, 0x203B), (0x20AC, 0x20AC), (0x2103, 0x2103), (0x3000, 0x30FF), (0xFF01, 0xFF9F), (0x1F300, 0x1FAFF),
    (0xFEFF, 0xFEFF),
)  # fmt: skip
_LEAST_SHARE = 0.7
# Without a single ASCII character the requirements are higher.
_LEAST_CHARS = 8
_LEAST_SHARE_BARE = 0.8
READ_BYTES = 1024


def wide_without_bom(head: bytes) -> Charset | None:
    """The charset in which ``head`` is ordinary text of two or four bytes a character, None if there is none."""
    head = head[:READ_BYTES]
    if not has_controls(head) and _may_be_utf8(head):
        return None
    marked = [(_share(head, charset), charset) for charset in (UTF_32_LE, UTF_32_BE, UTF_16_LE, UTF_16_BE)]
    share, best = max(marked, key=lambda each: each[0])
    return best if share >= _LEAST_SHARE else None


def _may_be_utf8(head: bytes) -> bool:
    try:
        codecs.utf_8_decode(head, "strict", False)
    except UnicodeDecodeError:
        return False
    return True


def _share(head: bytes, charset: Charset) -> float:
    """The share of ordinary text after decoding; 0.0 if it cannot be decoded."""
    unit = 4 if charset.name.startswith("utf-32") else 2
    whole = head[: len(head) // unit * unit]
    text = whole.decode(charset.codecs[0], "replace")
    # The end of the head may cut a surrogate pair.
    text = text.removesuffix("\ufffd")
    ascii_chars = sum("\x20" <= char <= "\x7e" or char in "\t\r\n\f" for char in text)
    if any(char < "\x20" and char not in "\t\r\n\f\x1b" or char == "\ufffd" for char in text):
        return 0.0
    ordinary = sum(char in _EVERYDAY or any(first <= ord(char) <= last for first, last in _ORDINARY) for char in text)
    share = (ascii_chars + ordinary) / max(len(text), 1)
    return share if ascii_chars or (len(text) >= _LEAST_CHARS and share >= _LEAST_SHARE_BARE) else 0.0

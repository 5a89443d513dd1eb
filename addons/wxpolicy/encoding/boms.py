"""Byte order marks at the start of a body (Unicode 15, section 23.8).

seed-2017 §3: the mini-program filters the BOM by itself; according to today's page it removes exactly one (platform
§1), so that a second one reaches ``JSON.parse``.
"""

from typing import NamedTuple

from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import UTF_16_BE
from wxpolicy.encoding.charsets import UTF_16_LE
from wxpolicy.encoding.charsets import UTF_32_BE
from wxpolicy.encoding.charsets import UTF_32_LE
from wxpolicy.encoding.charsets import Charset

# Longest first: the mark of UTF-32LE begins with that of UTF-16LE.
_MARKS = (
    (b"\xff\xfe\x00\x00", UTF_32_LE),
    (b"\x00\x00\xfe\xff", UTF_32_BE),
    (b"\xef\xbb\xbf", UTF_8),
    (b"\xff\xfe", UTF_16_LE),
    (b"\xfe\xff", UTF_16_BE),
)
# A body of nothing but marks must not be counted without limit.
MOST_COUNTED = 64


class Bom(NamedTuple):
    """The marks at the start of a body: their charset, the mark itself, and their number."""

    charset: Charset
    mark: bytes
    marks: int

    @property
    def length_bytes(self) -> int:
        return self.marks * len(self.mark)


def read_bom(head: bytes) -> Bom | None:
    """The marks at the start of ``head``, None if there is none.

    ``head`` needs at least four bytes of a longer body, or UTF-32LE is taken for UTF-16LE; marks are counted as far as
    ``head`` goes, up to MOST_COUNTED.
    """
    for mark, charset in _MARKS:
        if head.startswith(mark):
            count = 1
            while count < MOST_COUNTED and head.startswith(mark, count * len(mark)):
                count += 1
            return Bom(charset, mark, count)
    return None

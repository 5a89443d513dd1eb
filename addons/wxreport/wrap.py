"""Wraps text to a width, in Chinese and English.

A line ends at a blank or next to a Chinese character, never before closing punctuation or after an opening one, and not
within a unit: a short 「name」, "2 calls", "(errno 5)", the "- https://" of a list entry. What is too long for a line (a
URL) is broken where a reader sees that it continues: before ``/ ? & #``, then before ``. = -``, and otherwise anywhere.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len

NEVER_FIRST = frozenset("，。、；：！？）」』】》”’…%,.;:!?)]}")
NEVER_LAST = frozenset("（「『【《“‘([{")
_BREAKS = ("/?&#", ".=-_,;:%")
_LONGEST_NAME = 20
# A number, a word after an opening bracket, a list's dash: not separated from the next word.
_OPENING = re.compile(r"""\d+ |\([a-z]+ |["'“「]?- """)
_LONGEST_OPENING = 8
# A list entry that is meant to be copied: it starts on a line of its own, with its scheme.
_ENTRY = re.compile(r"""["'“「]?- [a-z]+://""")
# A URL starts next to its label only if this many columns are left for it.
_LEAST_ROOM = 16


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns (at least 2), without blanks at their ends; one empty line if
    there is none."""
    lines, line = [], ""
    for chunk in _chunks(text):
        if cell_len(line + chunk.rstrip()) <= width:
            line += chunk
            continue
        whole = chunk.rstrip()
        if cell_len(whole) <= width:
            lines.append(line.rstrip())
            line = chunk
            continue
        if line and (width - cell_len(line) < _LEAST_ROOM or _ENTRY.match(chunk)):
            lines.append(line.rstrip())
            line = ""
        *full, line = _broken(line, chunk, width)
        lines += full
    return [*lines, line.rstrip()]


def _chunks(text: str) -> Iterator[str]:
    """The units that stay on one line, with the blanks after them."""
    start = 0
    for end in range(1, len(text)):
        if _may_end(text, start, end):
            yield text[start:end]
            start = end
    yield text[start:]


def _may_end(text: str, start: int, end: int) -> bool:
    before, after = text[end - 1], text[end]
    if after == " ":
        return False
    if text[start] == "「" and end <= text.find("」", start, start + _LONGEST_NAME):
        return False
    if before == " ":
        return end - start > _LONGEST_OPENING or not _OPENING.fullmatch(text, start, end)
    if after in NEVER_FIRST or before in NEVER_LAST:
        return False
    return cell_len(before) == 2 or cell_len(after) == 2


def _broken(line: str, chunk: str, width: int) -> Iterator[str]:
    """``chunk`` in pieces, the first of which follows ``line``."""
    rest = chunk
    while cell_len(line + rest.rstrip()) > width:
        fits = _fitting(line, rest, width)
        cut = _nice_cut(rest, fits)
        yield (line + rest[:cut]).rstrip()
        line, rest = "", rest[cut:]
    yield line + rest


def _fitting(line: str, rest: str, width: int) -> int:
    """How many characters of ``rest`` still fit after ``line``; at least one on an empty line."""
    columns, count = cell_len(line), 0
    while count < len(rest):
        columns += cell_len(rest[count])
        if columns > width:
            break
        count += 1
    return max(count, 1)


def _nice_cut(rest: str, fits: int) -> int:
    entry = _ENTRY.match(rest)
    least = max(fits // 2, entry.end() if entry else 0)
    for characters in _BREAKS:
        for cut in range(fits, least, -1):
            if (
                rest[cut : cut + 1] in characters
                and rest[cut : cut + 1]
                and rest[cut - 1] not in "/:"
                and not rest.startswith("://", cut)
            ):
                return cut
    return fits

"""Finds the end of a value that starts at a position in a text: quoted, in brackets, or bare.

Quotes may be escaped, once for each string the text was put into, or be HTML entities. A value without an end was
truncated and extends to the end of the text: in doubt it masks.
"""

import re
from typing import NamedTuple

_OPENING = re.compile(
    r"""(?:string\(\d{1,9}\)\s{0,4}|[sS]:\d{1,9}:|[bBuUrRfF]|@|N)?(?P<quote>\"{3}|'{3}|\\{0,8}["'`]|&(?:amp;)?quot;|&\#3[49];|&apos;|%22|%27|\\u0022|\\u0027|[“‘「『])"""
)
_CLOSED_BY = {"“": "”", "‘": "’", "「": "」", "『": "』"}
_DOUBLED = ("'", '"')
_BRACKETS = {"{": "}", "[": "]", "(": ")"}
_BRACKET = re.compile(r"[\[\]{}()]")
_MOST_BRACKETS = 2000
_BARE = re.compile(r"""(?:[^\s&;,<>"'`{}()\[\]|\\，、。；）】」》]|\\(?!["'`nrtu]))+""")
_SCHEMES = re.compile(
    r"(?:bearer|basic|digest|token|negotiate|ntlm|apikey|jwt|hmac|aws4-[\w-]{1,40}|tc3-[\w-]{1,40}|[\w-]{1,40}-hmac-[\w-]{1,40})\Z",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"""[ \t]{1,4}[^\s&;,<>"'`{}()\[\]|]+""")
_END_OF_LINE = re.compile(r"[\r\n]|\\[rn]|<br|\Z", re.IGNORECASE)


class Span(NamedTuple):
    """``start`` and ``end`` of the value itself; ``after`` is where the text continues."""

    start: int
    end: int
    after: int


def quoted(text: str, at: int) -> Span | None:
    """The quoted value that starts at ``at``; None if there is none."""
    found = _OPENING.match(text, at)
    if found is None:
        return None
    quote, start = found["quote"], found.end()
    close = _closing(text, quote, start)
    if close < 0:
        return Span(start, len(text), len(text))
    return Span(start, close, close + len(_CLOSED_BY.get(quote, quote)))


def _closing(text: str, quote: str, start: int) -> int:
    if quote[-1] not in "\"'`" or len(quote) == 3 and quote[0] == quote[2]:
        return text.find(_CLOSED_BY.get(quote, quote), start)
    mark, depth = quote[-1], len(quote) - 1
    at = text.find(mark, start)
    while at >= 0:
        first = at
        while first > start and text[first - 1] == "\\":
            first -= 1
        slashes = at - first
        if slashes <= depth or (depth == 0 and slashes % 2 == 0):
            if depth == 0 and mark in _DOUBLED and at > start and text[at + 1 : at + 2] == mark:
                at = text.find(mark, at + 2)  # 'it''s', as in SQL and CSV
                continue
            # The escape belongs to the closing quote.
            return at - min(slashes, depth)
        at = text.find(mark, at + 1)
    return -1


def bracketed(text: str, at: int) -> Span | None:
    """The text in brackets from ``at`` on, including the brackets; to the end of the text if they do not close."""
    if text[at : at + 1] not in _BRACKETS:
        return None
    depth = 0
    for number, found in enumerate(_BRACKET.finditer(text, at)):
        depth += 1 if found[0] in _BRACKETS else -1
        if depth == 0:
            return Span(at, found.end(), found.end())
        if number > _MOST_BRACKETS:
            break
    return Span(at, len(text), len(text))


def word(text: str, at: int) -> Span | None:
    found = _BARE.match(text, at)
    return Span(at, found.end(), found.end()) if found else None


def bare(text: str, at: int) -> Span | None:
    """A word, and the next one if the first is a scheme: Bearer X."""
    found = _BARE.match(text, at)
    if found is None:
        return None
    end = found.end()
    if _SCHEMES.match(found[0]) and (more := _NEXT_WORD.match(text, end)):
        end = more.end()
    return Span(at, end, end)


def rest_of_line(text: str, at: int) -> Span:
    found = _END_OF_LINE.search(text, at)
    end = found.start() if found else len(text)
    return Span(at, end, end)

"""Names with their values, in any notation with a separator between them.

JavaScript, Python, PHP, Ruby and Go literals, YAML, TOML, INI and .env files, headers in a dump, XML attributes, logs,
and JSON that is truncated or inside a string. It searches for separators and the name before each of them; a secret's
value is masked up to its evident end, and completely if there is none. Each part of a text is examined a fixed number
of times.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from wxredact.names import LONGEST_NAME
from wxredact.names import holds_something
from wxredact.names import is_count_of_secrets
from wxredact.names import is_no_secret
from wxredact.names import is_said_in_passing
from wxredact.names import is_secret_key
from wxredact.names import is_whole_word
from wxredact.names import names_a_secret
from wxredact.names import names_something
from wxredact.spans import Span
from wxredact.spans import bare
from wxredact.spans import bracketed
from wxredact.spans import quoted
from wxredact.spans import rest_of_line
from wxredact.spans import word
from wxredact.values import MASK

_QUOTE = r"""(?:\\{0,8}["'`]|&(?:amp;)?quot;|&\#3[49];|&apos;|%22|%27|\\u002[27]|[”’」』])"""
_PAIR = re.compile(
    rf"""(?:(?<![\w$.-])|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\u00[0-9a-fA-F]{{2}}))(?P<key>[\w$.\-]++(?:\[[\w$.\-]*+\])*+)
    (?:
      (?P<close>{_QUOTE}?\]?)\s{{0,8}}+(?P<sign>=>|:=|={{1,3}}|::?|：|＝|%3[AaDd]|;(?=[sidb]:\d))(?![/=~])[ \t]{{0,40}}+
      |(?P<blank>[ \t]{{1,8}}+)(?=\\?["'])
    )""",
    re.VERBOSE,
)
_ESCAPED_PREFIX = re.compile(r"\A(?:u00[0-9a-f]{2})", re.IGNORECASE)
# What may precede a key at the start of a line: a list's dash, a comment sign, a shell command.
_BEFORE_KEY = re.compile(
    r"(?:^|[\r\n])(?P<indent>[ \t]*)(?:[-*+>#?;$]{1,3}[ \t]+|(?:export|set|setenv|ENV|ARG|local|const|let|var)[ \t]+){0,3}[\"']?\Z"
)
_LONGEST_BEFORE = 60
_BLOCK = re.compile(r"(?:!!?\w{0,20}[ \t]*)?(?:[|>][+-]?\d?[+-]?)?[ \t]*(?:#[^\r\n]*)?(?=\r?\n)")
_LINE = re.compile(r"\r?\n(?P<indent>[ \t]*)(?P<dash>-[ \t])?(?P<rest>[^\r\n]*)")
_WHOLE_LINE = re.compile(r"cookie2?|authori[sz]ation|authentication|credentials?", re.IGNORECASE)
_REACH = 400


class _Named(NamedTuple):
    """A key that names or holds something, for values next to their name."""

    key: str
    names: bool
    is_secret: bool
    span: Span


def mask_pairs(text: str) -> str:
    """``text`` without the values of secret names. Never raises."""
    spans = [span for span in _secret_spans(text) if span.end > span.start]
    if not spans:
        return text
    pieces, at = [], 0
    for span in sorted(spans):
        if span.start < at:
            if span.end > at:
                at = span.end
            continue
        pieces += [text[at : span.start], MASK]
        at = span.end
    return "".join([*pieces, text[at:]])


def _secret_spans(text: str) -> Iterator[Span]:
    beside: list[_Named] = []
    at = 0
    while found := _PAIR.search(text, at):
        at = found.end()
        key = found["key"][-LONGEST_NAME:]
        if key[:1] == "u" and (prefix := _ESCAPED_PREFIX.match(key)):
            key = key[prefix.end() :]
        if found["blank"] is not None:
            # `Authorization "Bearer X"`; an error message has: unknown key "x".
            span = quoted(text, at) if is_secret_key(key) and not is_whole_word(key) else None
            if span is not None:
                at = span.after
                yield span
            continue
        is_naming, is_holding = names_something(key), holds_something(key)
        if is_naming or is_holding:
            span = quoted(text, at) or word(text, at)
            if span is not None:
                value = text[span.start : span.end].strip()
                names_secret = is_naming and names_a_secret(value)
                beside.append(_Named(key, is_naming, names_secret, span))
                if names_secret:
                    at = span.end
                    continue
        if not is_secret_key(key):
            continue
        span = _value(text, found, key)
        if span is None:
            continue
        value = text[span.start : span.end]
        is_bare = text[span.start - 1 : span.start] in (" ", "\t") and is_said_in_passing(key, value.strip())
        if is_bare or is_no_secret(key, value.strip()) or (is_count_of_secrets(key) and value.strip().isdigit()):
            continue
        at = max(at, span.after)
        yield span
    yield from _beside_their_names(beside)


def _beside_their_names(found: list[_Named]) -> Iterator[Span]:
    """name="token" value="X", in either order: masks the nearest value, the following one first."""
    for index, named in enumerate(found):
        if not named.is_secret:
            continue
        span = _nearest(found[index + 1 : index + 8], named) or _nearest(found[max(0, index - 8) : index][::-1], named)
        if span is not None:
            yield span


def _nearest(candidates: list[_Named], named: _Named) -> Span | None:
    for each in candidates:
        if each.key == named.key or abs(each.span.start - named.span.start) > _REACH:
            return None
        if not each.names or holds_something(each.key):
            return each.span
    return None


def _value(text: str, found: re.Match[str], key: str) -> Span | None:
    at, sign, close = found.end(), found["sign"], found["close"]
    # Pretty-printed, a quoted value may be on the next line.
    if span := quoted(text, at) or bracketed(text, at):
        return span
    start = found.start()
    opener = text[start - 1] if start and not close else ""
    if opener in ("'", '"', "`"):
        # The quote encloses all of it: -H 'Authorization: Bearer X'.
        end = text.find(opener, at)
        line = rest_of_line(text, at)
        end = end if 0 <= end < line.end else line.end
        return Span(at, end, end)
    before = _BEFORE_KEY.search(text, max(0, start - _LONGEST_BEFORE), start)
    if before is None and start <= _LONGEST_BEFORE and not text[:start].strip(" \t-*#>"):
        before = _BEFORE_KEY.search(text[:start])
    if before is not None and sign in (":", "：", "::", "=", ":=", "=>"):
        if (block := _BLOCK.match(text, at)) and sign in (":", "="):
            return _block(text, block.end(), len(before["indent"]))
        spaced = text[at - 1 : at] in (" ", "\t") or sign not in ("=",)
        if spaced and at < len(text) and text[at] not in "<{&":
            return rest_of_line(text, at)
    if _WHOLE_LINE.search(key) and sign in (":", "：", "%3A", "%3a"):
        return rest_of_line(text, at)
    return bare(text, at) or _on_the_next_line(text, at)


def _on_the_next_line(text: str, at: int) -> Span | None:
    stop = at
    while stop < len(text) and stop - at < _REACH and text[stop] in " \t\r\n":
        stop += 1
    return quoted(text, stop) if stop > at else None


def _block(text: str, at: int, indent: int) -> Span | None:
    """The lines below a key with a deeper indentation, or a list with the same indentation as the key."""
    start = end = None
    while line := _LINE.match(text, at):
        if line["rest"].strip() or line["dash"]:
            deeper = len(line["indent"].expandtabs(1)) > indent or (line["dash"] and len(line["indent"]) >= indent)
            if not deeper:
                break
            start = line.start("rest") if start is None and not line["dash"] else start
            start = line.start("indent") if start is None else start
            end = line.end()
        at = line.end()
    return Span(start, end, end) if start is not None and end is not None else None

"""Secrets that follow their name without a separator: arguments of a call, of a command, of a statement."""

import re
from typing import Any

from wxredact.names import is_no_secret
from wxredact.names import is_secret_key
from wxredact.spans import Span
from wxredact.spans import bare
from wxredact.spans import quoted
from wxredact.values import MASK

_QUOTE = r"""(?:\\{0,4}["'`]|&quot;)"""
# setItem("token", "X"), ('token', 'X'), ["token", "X"]: two elements, the first of which is a secret's name.
_ARGUMENTS = re.compile(rf"(?P<open>[(\[])\s{{0,20}}{_QUOTE}(?P<key>[\w.$-]{{1,100}}){_QUOTE}\s{{0,20}},\s{{0,20}}")
_CLOSED = re.compile(r"\s{0,20}[)\],]")
# --token X, -password X.
_OPTION = re.compile(r"(?<![\w-])--?(?P<key>[A-Za-z][\w-]{0,99}+)[ \t]{1,8}(?!-)")
_USER = re.compile(
    r"""(?<![\w-])(?P<lead>(?:-u|--(?:proxy-)?user)[ \t=]{1,4}["']?)(?P<value>[^\s:"']{1,200}:[^\s"']+)"""
)
_NETRC = re.compile(r"(?P<lead>\bmachine\s{1,8}\S{1,255}\s{1,8}(?:login\s{1,8}\S{1,255}\s{1,8})?password\s{1,8})\S+")
_IDENTIFIED_BY = re.compile(
    r"(?P<lead>\bidentified\s{1,8}by\s{1,8}(?:password\s{1,8})?)(?P<value>'[^']*+'?|\"[^\"]*+\"?)", re.IGNORECASE
)
_INSERT = re.compile(r"\((?P<names>[\w\s,`\"\[\].]{1,4000}+)\)\s{0,20}values\s{0,20}(?=\()", re.IGNORECASE)
_TUPLE_ITEM = re.compile(
    r"""\s*+(?P<value>'(?:[^'\\]|\\.|'')*+'?|"(?:[^"\\]|\\.)*+"?|[^,()'"]*+)\s*+(?P<end>[,)]|\Z)""", re.DOTALL
)
_BETWEEN_TUPLES = re.compile(r"\s*,?\s*\(")


def mask_phrases(text: str) -> str:
    if "-" in text:
        text = _USER.sub(rf"\g<lead>{MASK}", _each(text, _OPTION, _option))
    if "," in text and ("(" in text or "[" in text):
        text = _each(text, _ARGUMENTS, _argument)
        text = _mask_inserts(text)
    lower = text.lower() if " " in text else ""
    if "machine" in lower:
        text = _NETRC.sub(rf"\g<lead>{MASK}", text)
    if "identified" in lower:
        text = _IDENTIFIED_BY.sub(rf"\g<lead>'{MASK}'", text)
    return text


def _each(text: str, pattern: re.Pattern[str], span_of: Any) -> str:
    pieces: list[str] = []
    at = shown = 0
    while found := pattern.search(text, at):
        at = found.end()
        span: Span | None = span_of(text, found) if is_secret_key(found["key"]) else None
        if span is not None and span.end > span.start and not is_no_secret(found["key"], text[span.start : span.end]):
            pieces += [text[shown : span.start], MASK]
            shown, at = span.end, span.after
    return "".join([*pieces, text[shown:]])


def _option(text: str, found: re.Match[str]) -> Span | None:
    span = quoted(text, found.end()) or bare(text, found.end())
    # A folder may have such a name as well: --session sessions/today.
    is_named_thing = (
        span is not None and found["key"].lower() == "session" and not text[span.start : span.end].isalnum()
    )
    if is_named_thing or (span is not None and not text[span.start : span.end].isascii()):
        return None
    return span


def _argument(text: str, found: re.Match[str]) -> Span | None:
    at = found.end()
    if found["open"] == "(":
        return quoted(text, at) or bare(text, at)
    # A list of exactly two elements: ["password", "email", "name"] are three names.
    span = quoted(text, at)
    if span is None:
        return None
    closed = _CLOSED.match(text, span.after)
    return span if closed is None or closed[0][-1] == "]" else None


def _mask_inserts(text: str) -> str:
    """INSERT INTO t (id, token) VALUES (1, 'X'), (2, 'Y')."""
    pieces: list[str] = []
    at = shown = 0
    while found := _INSERT.search(text, at):
        at = found.end()
        names = [name.strip('`"[] \t\r\n').rpartition(".")[2] for name in found["names"].split(",")]
        secret = {index for index, name in enumerate(names) if is_secret_key(name)}
        while secret and (opening := _BETWEEN_TUPLES.match(text, at)):
            at = opening.end()
            for index in range(len(names)):
                item = _TUPLE_ITEM.match(text, at)
                if item is None:
                    break
                if index in secret and item["value"]:
                    quote = item["value"][0] if item["value"][0] in "'\"" else ""
                    pieces += [text[shown : item.start("value")], quote, MASK, quote]
                    shown = item.end("value")
                at = item.end()
                if item["end"] != ",":
                    break
            else:
                break
    return "".join([*pieces, text[shown:]])

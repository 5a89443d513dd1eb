"""Masks secrets in URLs wherever a URL is shown, unless secrets were asked for.

A value is masked from its key to the end of its pair, because it is unknown what a server would still count as part of
it. In doubt it masks.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_plus

from wxredact.loose import holds_a_secret
from wxredact.names import holds_something
from wxredact.names import is_secret_key
from wxredact.names import names_something
from wxredact.values import MASK
from wxredact.values import mask_forms
from wxredact.values import mask_tokens

# Also a key inside a pair: ?a=1;token=x, ?a=1?token=x, ?to=https://h/?token=x, ?data={"token":"x"}.
# Keys are searched for backwards from their end, and only the end of a very long one is
# examined: the time for a URL grows linearly with its length.
_END_OF_KEY = re.compile("[=:]")
_NO_PART_OF_KEY = re.compile(r"""[=:?&;#/{},"'\s]""")
_LONGEST_KEY = 100
_MOST_BLANKS = 8
_QUOTES = ('"', "'")
# A nested URL is escaped once for each URL that contains it.
_DEEPEST_ESCAPE = 4
LONGEST_REMEMBERED = 2048
_USER_INFO = re.compile(r"(?<=://)[^/?#\\]*@")
_PATH_PARAMETER = re.compile(r"(?<=;)(?P<key>[^;/=]*)=[^;/]*")
# What is escaped may be text of any kind.
_ESCAPED_SIGN = re.compile(r"%(?:0[9AD]|2[0-9A-F]|3[A-F]|40|5[BCD]|7[B-D]|[C-F][0-9A-F])|\+", re.IGNORECASE)


def redact_url(url: str) -> str:
    """The URL with user info, secrets and the phone numbers of its query and fragment masked. Never raises."""
    # An export asks for a call's URL several times.
    return _of_before(url) if len(url) <= LONGEST_REMEMBERED else _redacted(url)


def _redacted(url: str) -> str:
    address, hash_mark, fragment = url.partition("#")
    path, question_mark, query = address.partition("?")
    # A number in a path may be an order's as well as a phone's and stays; a token has a form of its own.
    path = mask_tokens(_PATH_PARAMETER.sub(_parameter, _USER_INFO.sub(f"{MASK}@", path)))
    return path + question_mark + _redact_pairs(query) + hash_mark + _redact_pairs(fragment)


_of_before = lru_cache(maxsize=128)(_redacted)


def _parameter(found: re.Match[str]) -> str:
    return f"{found['key']}={MASK}" if is_secret_key(found["key"]) else found[0]


def _redact_pairs(text: str) -> str:
    pairs = text.split("&")
    keys = [pair.partition("=")[0] for pair in pairs]
    # ?name=token&value=X: a pair that names the content of another.
    named = any(
        names_something(_last(key)) and is_secret_key(_value_of(pair)) for key, pair in zip(keys, pairs, strict=True)
    )
    return "&".join(
        f"{key}={MASK}" if named and holds_something(_last(key)) and "=" in pair else _redact_pair(pair, named)
        for key, pair in zip(keys, pairs, strict=True)
    )


def _last(key: str) -> str:
    return _NO_PART_OF_KEY.split(key[-_LONGEST_KEY:])[-1]


def _value_of(pair: str) -> str:
    value = pair.partition("=")[2]
    return value if len(value) <= _LONGEST_KEY else ""


def _redact_pair(pair: str, named: bool = False) -> str:
    for key, end in _keys(pair):
        if is_secret_key(key) and not (named and names_something(_last(key))):
            return pair[:end] + MASK
    key, equals, _ = pair.partition("=")
    if any(is_secret_key(each) for inner in _unescaped(pair) for each, _ in _keys(inner)):
        # The secret is inside the escaped text: its end is unknown.
        return mask_forms(key) + "=" + MASK if equals else MASK
    if _ESCAPED_SIGN.search(pair) and any(
        holds_a_secret(inner.partition("=")[2] or inner) for inner in _unescaped(pair)
    ):
        return mask_forms(key) + "=" + MASK if equals else MASK
    return mask_forms(pair)


def _keys(text: str) -> Iterator[tuple[str, int]]:
    """Each key with the position where its value starts."""
    start = 0
    for found in _END_OF_KEY.finditer(text):
        end = found.start()
        before = text[max(start, end - _LONGEST_KEY - _MOST_BLANKS - 1) : end]
        start = end + 1
        if not before:
            continue
        key = before.rstrip()
        if len(before) - len(key) > _MOST_BLANKS:
            continue
        if key.endswith(_QUOTES):
            key = key[:-1]
        if key := _NO_PART_OF_KEY.split(key)[-1][-_LONGEST_KEY:]:
            yield key, start


def _unescaped(text: str) -> Iterator[str]:
    for _ in range(_DEEPEST_ESCAPE):
        if "%" not in text:
            return
        text = unquote_plus(text, errors="replace")
        yield text

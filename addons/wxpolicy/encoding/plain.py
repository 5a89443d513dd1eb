"""Short responses in plain ASCII or valid UTF-8, as most of an API's are: the ledger's result is the same for all of
one type."""

import re
from dataclasses import replace
from functools import lru_cache

from wxpolicy.encoding.binary import magic_of
from wxpolicy.encoding.charsets import UTF_8
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.ledger import BLOCK_BYTES
from wxpolicy.encoding.ledger import Ledger

# Header values come from the wire: long ones are not cached.
_LONGEST_TYPE = 128
# A text that starts with a tag, or with a CSS rule, may declare its charset inside; control characters mean that it is
# not text.
_NOT_PLAIN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|^\s*[<@]|^\xef\xbb\xbf")
# In these, ASCII bytes do not mean ASCII text.
_SWITCHING = re.compile(r"utf-?7|hz|2022|utf-?16|utf-?32|ucs", re.IGNORECASE)


def plain_facts(content_type: str, content_coding: str, body: bytes) -> EncodingFacts | None:
    """The result of a ``Ledger`` for a whole body; None if the ledger has to be used."""
    size = len(body)
    if content_coding or not 0 < size <= BLOCK_BYTES or len(content_type) > _LONGEST_TYPE:
        return None
    if _NOT_PLAIN.search(body) or magic_of(body) or _SWITCHING.search(content_type):
        return None
    return _of_size(content_type, size) if body.isascii() else _of_utf8(content_type, body)


def _of_utf8(content_type: str, body: bytes) -> EncodingFacts | None:
    if _in_chinese(content_type) is None:
        return None
    try:
        body.decode()
    except UnicodeDecodeError:
        return None
    return _of_utf8_size(content_type, len(body))


@lru_cache(maxsize=512)
def _of_size(content_type: str, size: int) -> EncodingFacts:
    return replace(_of_plain(content_type), wire_bytes=size, judged_bytes=size)


@lru_cache(maxsize=256)
def _of_plain(content_type: str) -> EncodingFacts:
    ledger = Ledger(content_type)
    ledger.feed(b'{"code": 0}')
    return ledger.finish()


@lru_cache(maxsize=512)
def _of_utf8_size(content_type: str, size: int) -> EncodingFacts:
    facts = _in_chinese(content_type)
    assert facts is not None
    return replace(facts, wire_bytes=size, judged_bytes=size)


@lru_cache(maxsize=256)
def _in_chinese(content_type: str) -> EncodingFacts | None:
    """None if valid UTF-8 may be something else: another charset is declared, which may decode it as well."""
    ledger = Ledger(content_type)
    ledger.feed('{"message": "成功"}'.encode())
    facts = ledger.finish()
    named = [charset for each in facts.declarations if (charset := find_charset(each.label))]
    return facts if facts.kind == "text" and all(charset is UTF_8 for charset in named) else None

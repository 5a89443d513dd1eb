"""Short answers in plain ASCII: most of an API's are. What the ledger says of one, it says of all of their type."""

import re
from dataclasses import replace
from functools import lru_cache

from wxpolicy.encoding.binary import magic_of
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.ledger import BLOCK_BYTES
from wxpolicy.encoding.ledger import Ledger

# Header values come from the wire: long ones are not kept.
_LONGEST_TYPE = 128
# A text that begins with a tag may declare its charset inside; control characters mean no text.
_NOT_PLAIN = re.compile(rb"[^\t\n\r -~]|^\s*<")
# In these, ASCII is not what it looks like.
_SWITCHING = re.compile(r"utf-?7|hz|2022|utf-?16|utf-?32|ucs", re.IGNORECASE)


def plain_facts(content_type: str, content_coding: str, body: bytes) -> EncodingFacts | None:
    """What a ``Ledger`` says of a whole body; None where that has to be asked."""
    size = len(body)
    if content_coding or not 0 < size <= BLOCK_BYTES or len(content_type) > _LONGEST_TYPE:
        return None
    if _NOT_PLAIN.search(body) or magic_of(body) or _SWITCHING.search(content_type):
        return None
    return _of_size(content_type, size)


@lru_cache(maxsize=512)
def _of_size(content_type: str, size: int) -> EncodingFacts:
    return replace(_of_plain(content_type), wire_bytes=size, judged_bytes=size)


@lru_cache(maxsize=256)
def _of_plain(content_type: str) -> EncodingFacts:
    ledger = Ledger(content_type)
    ledger.feed(b'{"code": 0}')
    return ledger.finish()

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
# A text may declare its charset inside, or switch charsets (HZ, ISO-2022, UTF-7); control characters mean no text.
_NOT_PLAIN = re.compile(rb"[^\t\n\r -~]|charset|encoding|~\{|\+", re.IGNORECASE)


def plain_facts(content_type: str, content_coding: str, body: bytes) -> EncodingFacts | None:
    """What a ``Ledger`` says of a whole body; None where that has to be asked."""
    size = len(body)
    if content_coding or not 0 < size <= BLOCK_BYTES or len(content_type) > _LONGEST_TYPE:
        return None
    if _NOT_PLAIN.search(body) or magic_of(body):
        return None
    return replace(_of_plain(content_type), wire_bytes=size, judged_bytes=size)


@lru_cache(maxsize=256)
def _of_plain(content_type: str) -> EncodingFacts:
    ledger = Ledger(content_type)
    ledger.feed(b'{"code": 0}')
    return ledger.finish()

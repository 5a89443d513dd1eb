"""Bodies as the ledger judges them: in pieces, compressed, and with marks."""

import gzip
import zlib
from collections.abc import Iterable

import brotli
import zstandard

from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.ledger import Ledger

MARKS = {
    "utf-8": b"\xef\xbb\xbf",
    "utf-16le": b"\xff\xfe",
    "utf-16be": b"\xfe\xff",
    "utf-32le": b"\xff\xfe\x00\x00",
    "utf-32be": b"\x00\x00\xfe\xff",
}


def judged(body: bytes | Iterable[bytes], content_type: str = "application/json", coding: str = "") -> EncodingFacts:
    ledger = Ledger(content_type, coding)
    for chunk in [body] if isinstance(body, bytes) else body:
        ledger.feed(chunk)
    return ledger.finish()


def cut(body: bytes, size: int = 1) -> list[bytes]:
    return [body[at : at + size] for at in range(0, len(body), size)]


def compressed(body: bytes) -> list[tuple[str, bytes]]:
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return [
        ("gzip", gzip.compress(body)),
        ("deflate", zlib.compress(body)),
        ("deflate", raw.compress(body) + raw.flush()),
        ("br", brotli.compress(body)),
        ("zstd", zstandard.compress(body)),
    ]

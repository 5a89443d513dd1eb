"""An answer of a few kilobytes that stands for gigabytes is judged a piece at a time, and no further than its bound."""

import gzip
import json
import time

import brotli
import pytest
import zstandard

from wxpolicy.encoding.ledger import DEFAULT_LIMIT_BYTES
from wxpolicy.encoding.ledger import Ledger


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
@pytest.mark.parametrize("plain", ["中文".encode("gbk") * 12_000_000, b"\xe9a" * 20_000_000], ids=["gbk", "latin"])
def test_a_bomb_holds_nobody_up_while_it_passes(plain, coding):
    pack = {"gzip": gzip.compress, "br": lambda data: brotli.compress(data, quality=4), "zstd": zstandard.compress}
    data, ledger, slowest_s = pack[coding](plain), Ledger("application/json", coding), 0.0
    for start in range(0, len(data), 65_536):
        began_s = time.process_time()
        ledger.feed(data[start : start + 65_536])
        slowest_s = max(slowest_s, time.process_time() - began_s)
    assert slowest_s < 0.3
    assert ledger.end()
    facts = ledger.finish()
    assert facts.is_truncated and facts.judged_bytes == DEFAULT_LIMIT_BYTES and not ledger.end()


def test_what_waits_is_judged_as_if_it_had_not():
    plain = json.dumps({"text": "中文" * 700_000}, ensure_ascii=False).encode("gbk")
    data = gzip.compress(plain)
    whole, pieces = Ledger("application/json", "gzip"), Ledger("application/json", "gzip")
    whole.feed(data)
    for start in range(0, len(data), 100):
        pieces.feed(data[start : start + 100])
    assert whole.finish() == pieces.finish()
    assert whole.finish().judged_bytes == len(plain)

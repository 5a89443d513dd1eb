"""Hashes of bodies that pass at the same time: each is its own, whatever waits for the thread."""

import hashlib
import random

from wxgate.call import digest
from wxgate.call.digest import Digest


def test_each_body_has_its_own_hash(monkeypatch):
    monkeypatch.setattr(digest, "_BATCH_BYTES", 1000)
    chosen = random.Random(3)
    bodies = [(Digest(), hashlib.sha256()) for _ in range(5)]
    for _ in range(2_000):
        chunk = chosen.randbytes(chosen.randrange(400))
        for made, expected in chosen.sample(bodies, 3):
            made.update(chunk)
            expected.update(chunk)
        if chosen.random() < 0.01:  # asked for in the middle, as of a body that breaks off
            made, expected = chosen.choice(bodies)
            assert made.hexdigest() == expected.hexdigest()
    assert [made.hexdigest() for made, _ in bodies] == [expected.hexdigest() for _, expected in bodies]

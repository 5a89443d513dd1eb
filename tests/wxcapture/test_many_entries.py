"""A large capture costs time, not memory, and not much time."""

import io
import json
import time
import tracemalloc

import pytest

from wxcapture.captured import Captured
from wxcapture.har_reader import read_har

ENTRIES = 20_000
# Far above what it takes (some 5 s with its judgement on a slow machine): it must not grow with the square.
LONGEST_S = 60


def har_of(entry, count):
    line = json.dumps(entry).encode()
    return b'{"log": {"version": "1.2", "entries": [\n' + b",\n".join([line] * count) + b"\n]}}"


@pytest.fixture
def entry(har_entry):
    return har_entry(content={"mimeType": "text/plain", "text": "x" * 500})


def test_twenty_thousand_entries_are_judged_in_bounded_time(entry, judge):
    data = io.BytesIO(har_of(entry, ENTRIES))
    start = time.monotonic()
    records = sum(judge.record(item) is not None for item in read_har(data, "x.har") if isinstance(item, Captured))
    assert records == ENTRIES
    assert time.monotonic() - start < LONGEST_S


def test_memory_follows_the_largest_entry_and_not_the_file(entry):
    def peak_of(count):
        data = io.BytesIO(har_of(entry, count))
        tracemalloc.start()
        read = sum(1 for _ in read_har(data, "x.har"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert read == count
        return peak

    assert peak_of(10_000) < peak_of(5_000) + 1_000_000

"""A large capture costs time, not memory, and not much time."""

import io
import json
import time
import tracemalloc

import pytest

from wxcapture.captured import Captured
from wxcapture.har_reader import read_har

FEW, MANY = 500, 4_000


def har_of(entry, count):
    line = json.dumps(entry).encode()
    return b'{"log": {"version": "1.2", "entries": [\n' + b",\n".join([line] * count) + b"\n]}}"


@pytest.fixture
def entry(har_entry):
    return har_entry(content={"mimeType": "text/plain", "text": "x" * 500})


def test_time_grows_with_the_entries_and_not_with_their_square(entry, judge):
    def seconds_for(count):
        data = io.BytesIO(har_of(entry, count))
        start = time.process_time()
        items = (item for item in read_har(data, "x.har") if isinstance(item, Captured))
        assert sum(judge.record(item) is not None for item in items) == count
        return time.process_time() - start

    few = seconds_for(FEW)
    assert seconds_for(MANY) < 3 * (MANY / FEW) * few + 1


def test_memory_follows_the_largest_entry_and_not_the_file(entry):
    def peak_of(count):
        data = io.BytesIO(har_of(entry, count))
        tracemalloc.start()
        read = sum(1 for _ in read_har(data, "x.har"))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert read == count
        return peak

    assert peak_of(2_000) < peak_of(1_000) + 1_000_000

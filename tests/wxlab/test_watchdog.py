"""The watchdog finds what holds the loop, names its place, and counts neither waiting nor collecting as the callback's own."""

import asyncio
import gc
import json
import time

import pytest
from mitmproxy.test import taddons

from wxlab.watchdog import Watchdog


def spin() -> None:
    began = time.thread_time()
    while time.thread_time() - began < 0.06:
        sum(range(100))


def wait() -> None:
    time.sleep(0.06)


def collect() -> None:
    kept = [[] for _ in range(300_000)]
    for each in kept:
        each.append(each)
    gc.collect()


@pytest.mark.parametrize(
    ("held_by", "in_words", "is_own"), [(spin, "spin", True), (wait, "wait", False), (collect, "collect", None)]
)
def test_a_hold_is_told_with_its_place(held_by, in_words, is_own, tmp_path):
    told = tmp_path / "holds.json"

    async def main() -> None:
        with taddons.context() as context:
            watchdog = Watchdog()
            context.master.addons.add(watchdog)
            context.configure(watchdog, watchdog_file=str(told))
            watchdog.running()
            asyncio.get_running_loop().call_soon(held_by)
            await asyncio.sleep(0.01)
            watchdog.done()

    asyncio.run(main())
    holds = json.loads(told.read_text())
    longest = max(holds, key=lambda hold: hold["wall_ms"])
    assert longest["wall_ms"] >= 20, holds
    if is_own is None:  # the watcher sleeps too while a collection runs: it sees no place
        assert longest["gc_ms"] > 5
    else:
        assert in_words in longest["place"], holds
        assert (longest["own_ms"] >= 50) is is_own

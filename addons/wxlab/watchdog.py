"""Reports what blocked the proxy's event loop, and where: a mitmproxy addon for tests and the benchmark.

``--set watchdog_file=FILE`` names a JSON file, a list of holds, the longest first. A hold is one callback of the event
loop: ``own_ms`` is the processor time that it took on the loop's thread, without garbage collection (``gc_ms``),
``wall_ms`` how long it took by the clock, ``place`` where it was found most often while it ran, ``at`` when (Unix
time). A busy machine lengthens ``wall_ms``, not ``own_ms``; a callback that waits for something shows in ``wall_ms``
alone.

This file is its own entry: ``mitmdump -s addons/wxlab/watchdog.py``.
"""

import asyncio
import gc
import json
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from mitmproxy import ctx
from mitmproxy.addonmanager import Loader

# Shorter ones do not matter, and are not reported.
LEAST_MS = 5.0
MOST_TOLD = 50
_LOOK_EVERY_S = 0.002
_ADDONS = str(Path(__file__).resolve().parent.parent)


class Watchdog:
    """Watches from ``running`` to ``done``."""

    def __init__(self) -> None:
        self._run = asyncio.Handle._run
        self._loop_thread = 0
        self._began: float | None = None  # of the callback that runs now
        self._gc_began = self._gc_s = 0.0
        self._places: Counter[str] = Counter()
        self._holds: list[dict[str, Any]] = []
        self._file: Path | None = None
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def load(self, loader: Loader) -> None:
        loader.add_option("watchdog_file", str, "", "Where to tell what held the loop for long.")

    def running(self) -> None:
        if not ctx.options.watchdog_file or self._watcher.is_alive():
            return
        self._file = Path(ctx.options.watchdog_file)
        self._loop_thread = threading.get_ident()
        self._tell()
        gc.callbacks.append(self._collected)
        timed = self._timed

        def run(self: asyncio.Handle) -> None:
            timed(self)

        asyncio.Handle._run = run  # type: ignore[method-assign]
        self._watcher.start()

    def done(self) -> None:
        if self._watcher.is_alive():
            asyncio.Handle._run = self._run  # type: ignore[method-assign]
            gc.callbacks.remove(self._collected)
            self._over.set()
            self._watcher.join()
            self._tell()

    def _timed(self, handle: asyncio.Handle) -> None:
        """Replaces ``Handle._run``."""
        if threading.get_ident() != self._loop_thread:
            self._run(handle)
            return
        self._gc_s = 0.0
        own_s, self._began = time.thread_time(), time.perf_counter()
        began = self._began
        try:
            self._run(handle)
        finally:
            self._began = None
            own_ms = (time.thread_time() - own_s - self._gc_s) * 1000
            wall_ms = (time.perf_counter() - began) * 1000
            if wall_ms >= LEAST_MS:
                self._note(own_ms, wall_ms)
            elif self._places:
                self._places.clear()

    def _note(self, own_ms: float, wall_ms: float) -> None:
        ((place, _),) = self._places.most_common(1) or [("not seen", 0)]
        self._places.clear()
        told = {"own_ms": own_ms, "wall_ms": wall_ms, "gc_ms": self._gc_s * 1000, "place": place, "at": time.time()}
        longest = [*self._holds, told]
        longest.sort(key=lambda hold: -hold["own_ms"])
        self._holds = longest[:MOST_TOLD]

    def _collected(self, phase: str, _: dict[str, int]) -> None:
        if threading.get_ident() == self._loop_thread:
            if phase == "start":
                self._gc_began = time.thread_time()
            else:
                self._gc_s += time.thread_time() - self._gc_began

    def _watch(self) -> None:
        told = self._holds
        while not self._over.wait(_LOOK_EVERY_S):
            began = self._began
            if began is not None and time.perf_counter() - began >= LEAST_MS / 1000:
                place = _place(sys._current_frames().get(self._loop_thread))
                if self._began == began:
                    self._places[place] += 1
            if self._holds is not told:
                told = self._holds
                self._tell()

    def _tell(self) -> None:
        assert self._file is not None
        part = self._file.with_name(self._file.name + ".part")
        part.write_text(json.dumps(self._holds, indent=1), "utf-8")
        part.replace(self._file)


def _place(frame: FrameType | None) -> str:
    """Where a thread is: the innermost line of the product's own, and the innermost of all."""
    innermost = _named(frame) if frame is not None else "not seen"
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_ADDONS) and name != __file__:
            own = _named(frame)
            return own if own == innermost else f"{own} in {innermost}"
        frame = frame.f_back
    return innermost


def _named(frame: FrameType) -> str:
    path = frame.f_code.co_filename
    shown = path.removeprefix(_ADDONS + "/") if path.startswith(_ADDONS) else "/".join(path.split("/")[-2:])
    return f"{shown}:{frame.f_lineno} {frame.f_code.co_name}"


addons = [Watchdog()]

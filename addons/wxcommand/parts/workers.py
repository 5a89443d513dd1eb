"""Processes that work on portions, with the results in order."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from typing import Any
from typing import TypeVar

Task = TypeVar("Task")

# Portions in progress for each process: this many may be in memory at a time.
_AHEAD = 2
MOST_PROCESSES = 8

_work: Callable[[Any], Any] | None = None


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return min(MOST_PROCESSES, len(os.sched_getaffinity(0)))
    return min(MOST_PROCESSES, os.cpu_count() or 1)


class Workers:
    """A context manager. With one process, or if processes cannot be started, the work is done here.

    They are started at once, before any thread: on Linux they are forks of this process. Elsewhere ``work`` must be
    picklable.
    """

    def __init__(self, work: Callable[[Any], Any], processes: int) -> None:
        self._work = work
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> "Workers":
        if self._processes > 1:
            context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
            try:
                self._pool = ProcessPoolExecutor(self._processes, context, _begin, (self._work,))
                self._pool.submit(os.getpid).result()
            except (OSError, BrokenProcessPool):
                self._pool = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    @property
    def are_several(self) -> bool:
        return self._pool is not None

    def in_order(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its result."""
        if self._pool is None:
            for task in tasks:
                yield task, self._work(task)
            return
        waiting: deque[tuple[Task, Future[Any] | None]] = deque()
        for task in tasks:
            waiting.append((task, self._submitted(task)))
            if len(waiting) > _AHEAD * self._processes:
                yield self._finished(*waiting.popleft())
        while waiting:
            yield self._finished(*waiting.popleft())

    def _submitted(self, task: Task) -> "Future[Any] | None":
        assert self._pool is not None
        try:
            return self._pool.submit(_do, task)
        except (BrokenProcessPool, RuntimeError):
            return None

    def _finished(self, task: Task, future: "Future[Any] | None") -> tuple[Task, Any]:
        try:
            if future is not None:
                return task, future.result()
        except BrokenProcessPool:
            pass  # a process was killed: its task is done here
        return task, self._work(task)


def _begin(work: Callable[[Any], Any]) -> None:
    """In a new process."""
    global _work
    _work = work
    # Existing objects stay, and few new ones are in cycles: collections find nothing, and take a twentieth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    # Ctrl-C is handled by the first process, and these end with it, however it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _do(task: Any) -> Any:
    assert _work is not None
    return _work(task)

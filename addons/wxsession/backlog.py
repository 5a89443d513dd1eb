"""The queue of items to be written: kept up to a limit, dropped and counted beyond it."""

import queue
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass

from wxpolicy.call.record import CallRecord
from wxsession.schema import Statement

MOST_ITEMS = 10_000
MOST_BYTES = 64 * 1024 * 1024  # of traffic
BATCH = 500
# How long items that nobody waits for are gathered: each commit delays the calls a little.
GATHER_S = 0.1


@dataclass(slots=True)
class Item:
    """``record`` is a call's, or ``statements`` something else. ``flow`` is the call's traffic, for flows.mitm;
    ``place`` is its position there if it is already written (offset, length): then nobody waits for the record."""

    record: CallRecord | None = None
    statements: tuple[Statement, ...] = ()
    flow: bytes | None = None
    place: tuple[int, int] | None = None
    is_new: bool = False  # one more call in the database
    is_change: bool = False  # of a call that was written before
    done: Future[bool] | None = None  # from ``Backlog.put`` on; None if it has a place

    @property
    def is_counted(self) -> bool:
        """Whether a call's record is lost if the item is lost."""
        return self.record is not None and not self.is_change


class Backlog:
    """Filled by any thread, emptied by one."""

    def __init__(self) -> None:
        self.dropped = 0
        self.dropped_flows = 0
        self._items: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._waiting = 0
        self._waiting_bytes = 0
        self._lock = threading.Lock()
        self._is_urgent = threading.Event()

    def put(self, item: Item) -> Future[bool]:
        done = item.done = Future()
        # From here on it cannot be cancelled: setting the result of a cancelled future would end the thread.
        done.set_running_or_notify_cancel()
        if not self._add(item):
            done.set_result(False)
        else:
            self._is_urgent.set()
        return done

    def put_placed(self, item: Item) -> None:
        """An item that nobody waits for: it is in flows.mitm."""
        self._add(item)

    def _add(self, item: Item) -> bool:
        """Whether there is room for it."""
        with self._lock:
            if self._waiting >= MOST_ITEMS:
                self.dropped += item.is_counted
                self.dropped_flows += item.flow is not None
                return False
            if item.flow is not None:
                if self._waiting_bytes + len(item.flow) > MOST_BYTES:
                    self.dropped_flows += 1
                    item.flow = None
                else:
                    self._waiting_bytes += len(item.flow)
            self._waiting += 1
        self._items.put(item)
        return True

    def end(self) -> None:
        """No item follows."""
        self._items.put(None)
        self._is_urgent.set()

    def next_batch(self, timeout_s: float | None) -> list[Item | None]:
        """The waiting items, at least one; empty after the timeout; None as the very last item."""
        try:
            batch = [self._items.get(timeout=timeout_s)]
        except queue.Empty:
            return []
        if self._items.qsize() < BATCH:
            self._is_urgent.wait(GATHER_S)
        self._is_urgent.clear()
        while len(batch) < BATCH and not self._items.empty():
            batch.append(self._items.get_nowait())
        return batch

    def written(self, items: Iterable[Item]) -> None:
        """Their flows are still to be written."""
        with self._lock:
            self._waiting -= sum(1 for _ in items)

    def flow_written(self, size_bytes: int) -> None:
        with self._lock:
            self._waiting_bytes -= size_bytes

    def drop(self, items: Iterable[Item], *, is_over: bool = False) -> None:
        """``is_over``: nothing is written after them, so those that are in flows.mitm are found behind all others."""
        with self._lock:
            for item in items:
                self._waiting -= 1
                self._waiting_bytes -= len(item.flow or b"")
                self.dropped += item.is_counted and not (is_over and item.place is not None)
                self.dropped_flows += item.flow is not None

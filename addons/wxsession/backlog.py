"""What waits to be written: kept up to a bound, dropped and counted beyond it."""

import queue
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from dataclasses import field

from wxsession.database import Statement

MOST_ITEMS = 10_000
MOST_BYTES = 64 * 1024 * 1024  # of traffic
BATCH = 500


@dataclass(slots=True)
class Item:
    """``flow`` is the traffic of the call ``call_id``, for flows.mitm."""

    statements: tuple[Statement, ...]
    flow: bytes | None = None
    call_id: str | None = None
    is_counted: bool = False  # a call's record: its loss is counted
    is_new: bool = False  # one more call in the database
    done: Future[bool] = field(default_factory=Future)


class Backlog:
    """Filled by anybody, emptied by one thread."""

    def __init__(self) -> None:
        self.dropped = 0
        self.dropped_flows = 0
        self._items: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._waiting = 0
        self._waiting_bytes = 0
        self._lock = threading.Lock()

    def put(self, item: Item) -> Future[bool]:
        # From here on nobody can cancel it: the thread would die of answering a cancelled one.
        item.done.set_running_or_notify_cancel()
        with self._lock:
            if self._waiting >= MOST_ITEMS:
                self.dropped += item.is_counted
                self.dropped_flows += item.flow is not None
                item.done.set_result(False)
                return item.done
            if item.flow is not None and self._waiting_bytes + len(item.flow) > MOST_BYTES:
                self.dropped_flows += 1
                item.flow = None
            self._waiting += 1
            self._waiting_bytes += len(item.flow or b"")
        self._items.put(item)
        return item.done

    def end(self) -> None:
        """Nothing comes after this."""
        self._items.put(None)

    def next_batch(self, timeout_s: float | None) -> list[Item | None]:
        """What is waiting, at least one; nothing when the time is up; None as the last item of all."""
        try:
            batch = [self._items.get(timeout=timeout_s)]
        except queue.Empty:
            return []
        while len(batch) < BATCH and not self._items.empty():
            batch.append(self._items.get_nowait())
        return batch

    def written(self, items: Iterable[Item]) -> None:
        """Their flows still wait."""
        with self._lock:
            self._waiting -= sum(1 for _ in items)

    def flow_written(self, size_bytes: int) -> None:
        with self._lock:
            self._waiting_bytes -= size_bytes

    def drop(self, items: Iterable[Item]) -> None:
        with self._lock:
            for item in items:
                self._waiting -= 1
                self._waiting_bytes -= len(item.flow or b"")
                self.dropped += item.is_counted
                self.dropped_flows += item.flow is not None

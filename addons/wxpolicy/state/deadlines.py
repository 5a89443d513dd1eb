"""When each call's networkTimeout ends.

A call's time runs from the moment it has a slot, usually when the proxy has its request headers, to the last byte of
the response, including uploads and streamed bodies (seed-2017 §2: "默认超时时间和最大超时时间都是 60s"). For connectSocket only the
handshake counts: the caller removes the deadline when the WebSocket opens. Time in the concurrency queue does not
count: on Android it runs from when the call leaves the queue (platform §1 [seen]).
"""

import heapq
from dataclasses import dataclass

# Below this size a heap full of removed deadlines is not worth rebuilding.
_LEAST_TO_COMPACT = 64


@dataclass(frozen=True, slots=True)
class TimedOut:
    """A call whose time is up (errno 5). ``at_ms`` is its deadline, not the time when it was checked."""

    call_id: str
    at_ms: float
    timeout_ms: int


class Deadlines:
    """The deadlines of calls in flight: a heap whose removed entries are skipped, and swept occasionally."""

    def __init__(self) -> None:
        self._live: dict[str, tuple[float, int, int]] = {}  # call id to (deadline, serial, timeout_ms)
        self._heap: list[tuple[float, int, str]] = []
        self._serial = 0

    def __len__(self) -> int:
        return len(self._live)

    def add(self, call_id: str, started_ms: float, timeout_ms: int) -> None:
        """A call started at ``started_ms``. Adding it again replaces its deadline."""
        self._serial += 1
        deadline_ms = started_ms + timeout_ms
        self._live[call_id] = (deadline_ms, self._serial, timeout_ms)
        heapq.heappush(self._heap, (deadline_ms, self._serial, call_id))
        self._compact()

    def remove(self, call_id: str) -> None:
        """The call is over, or its WebSocket is open. Idempotent; unknown ids are ignored."""
        if self._live.pop(call_id, None) is not None:
            self._compact()

    def next_deadline_ms(self) -> float | None:
        """When to call ``due`` next; None if nothing is pending."""
        self._skip_removed()
        return self._heap[0][0] if self._heap else None

    def due(self, now_ms: float) -> tuple[TimedOut, ...]:
        """The calls whose time is up, the earliest first; each is returned once and then forgotten."""
        timed_out = []
        while (at_ms := self.next_deadline_ms()) is not None and at_ms <= now_ms:
            call_id = heapq.heappop(self._heap)[2]
            timed_out.append(TimedOut(call_id, at_ms, self._live.pop(call_id)[2]))
        return tuple(timed_out)

    def _is_removed(self, entry: tuple[float, int, str]) -> bool:
        live = self._live.get(entry[2])
        return live is None or live[1] != entry[1]

    def _skip_removed(self) -> None:
        while self._heap and self._is_removed(self._heap[0]):
            heapq.heappop(self._heap)

    def _compact(self) -> None:
        # Fast calls would otherwise each leave an entry for a whole minute.
        if len(self._heap) > max(_LEAST_TO_COMPACT, 2 * len(self._live)):
            self._heap = [entry for entry in self._heap if not self._is_removed(entry)]
            heapq.heapify(self._heap)

"""How many calls of one API run at once, and which calls wait for a slot: one device, one appid, one API.

seed-2017 §2: at most ten at once for each of request, uploadFile, downloadFile. platform §1 [doc]: edition current
allows five WebSockets at once; an open one keeps its slot until it closes. Further calls wait in order (since base
library 1.4.0) or fail (before).
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Admitted:
    """The call has a slot and may continue."""


@dataclass(frozen=True, slots=True)
class Queued:
    """The call waits. ``position`` counts from 1, the next to start."""

    position: int


@dataclass(frozen=True, slots=True)
class Exceeded:
    """The call fails (errno 600007): ``running`` calls hold the ``limit`` slots. It leaves no trace here."""

    limit: int
    running: int


@dataclass(frozen=True, slots=True)
class Started:
    """A waiting call has a slot now. ``queued_ms`` is how long it waited."""

    call_id: str
    queued_ms: int


class Slots:
    """The slots of one API. ``limit`` None: no limit. ``excess``: "queue" or "fail".

    A call id is running, waiting or unknown; whatever the order of events, a call that left holds nothing.
    """

    def __init__(self, limit: int | None, excess: str = "queue") -> None:
        self._limit: int | None = None
        self._excess = "queue"
        self._running: set[str] = set()
        # Call id to the time it asked. Ordered, with removal from anywhere in constant time.
        self._waiting: OrderedDict[str, float] = OrderedDict()
        self.set_limit(limit, excess, 0)

    @property
    def limit(self) -> int | None:
        return self._limit

    @property
    def running(self) -> int:
        return len(self._running)

    @property
    def waiting(self) -> tuple[str, ...]:
        """The waiting calls, the next to start first."""
        return tuple(self._waiting)

    @property
    def is_waited_for(self) -> bool:
        return bool(self._waiting)

    @property
    def has_room(self) -> bool:
        """Whether a call that asks now would run."""
        return self._limit is None or (self._is_free() and not self._waiting)

    @property
    def is_over_full(self) -> bool:
        """Whether more calls run than the limit allows, after it was lowered: the end of one makes no room."""
        return self._limit is not None and len(self._running) > self._limit

    def runs(self, call_id: str) -> bool:
        return call_id in self._running

    def ask(self, call_id: str, now_ms: float) -> Admitted | Queued | Exceeded:
        """Asks for a slot. For a call that asks again, its state is returned; it keeps its place."""
        if call_id in self._running:
            return Admitted()
        if call_id in self._waiting:
            return Queued(self.waiting.index(call_id) + 1)
        # Nobody overtakes: a free slot belongs to the first in the queue.
        if self._limit is None or (self._is_free() and not self._waiting):
            self._running.add(call_id)
            return Admitted()
        if self._excess == "fail":
            return Exceeded(self._limit, self.running)
        self._waiting[call_id] = now_ms
        return Queued(len(self._waiting))

    def leave(self, call_id: str, now_ms: float) -> tuple[Started, ...]:
        """The call is over, however it ended, or its client left the queue. Idempotent; unknown ids are ignored.
        Returns the calls that start now."""
        return self.leave_all((call_id,), now_ms)

    def leave_all(self, call_ids: Iterable[str], now_ms: float) -> tuple[Started, ...]:
        """As ``leave`` for all of them at one instant: none of them starts in the place of another."""
        for call_id in call_ids:
            self._running.discard(call_id)
            self._waiting.pop(call_id, None)
        return self.fill(now_ms)

    def move_to(self, other: "Slots", call_id: str) -> None:
        """A running call continues in a slot of ``other``. No call starts in its place yet: see ``fill``."""
        self._running.remove(call_id)
        other._running.add(call_id)

    def start_in(self, other: "Slots", call_id: str, now_ms: float) -> Started:
        """A waiting call starts in a slot of ``other``."""
        asked_ms = self._waiting.pop(call_id)
        other._running.add(call_id)
        return Started(call_id, max(0, round(now_ms - asked_ms)))

    def set_limit(self, limit: int | None, excess: str, now_ms: float) -> tuple[Started, ...]:
        """Changes the limits while calls run; returns the calls that start because of it.

        Running calls beyond a lowered limit continue, and waiting calls keep waiting under ``excess: fail``: an edit
        never affects a call that has started. Raises ValueError for a limit below 1 (such a queue would never move) and
        an unknown ``excess``.
        """
        if limit is not None and limit < 1:
            raise ValueError(f"limit {limit} is below 1")
        if excess not in ("queue", "fail"):
            raise ValueError(f'excess is "queue" or "fail", not {excess!r}')
        self._limit, self._excess = limit, excess
        return self.fill(now_ms)

    def _is_free(self) -> bool:
        return self._limit is None or len(self._running) < self._limit

    def fill(self, now_ms: float) -> tuple[Started, ...]:
        """Starts waiting calls while there are slots, in their order."""
        started = []
        while self._waiting and self._is_free():
            call_id, asked_ms = self._waiting.popitem(last=False)
            self._running.add(call_id)
            started.append(Started(call_id, max(0, round(now_ms - asked_ms))))
        return tuple(started)

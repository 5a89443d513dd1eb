"""The newest calls of the session, for the page: memory does not grow with their number."""

from typing import Any

from wxpolicy.call.record import CallRecord
from wxpolicy.terms import Outcome
from wxredact.records import redact_record

KEPT = 1000


class RecentCalls:
    """Each record that is written gets the next serial number; a socket that ends gets a new one."""

    def __init__(self, kept: int = KEPT) -> None:
        self.serial = 0
        self.failed = 0
        self.debug_only = 0
        self._kept = kept
        self._calls: dict[str, tuple[int, CallRecord]] = {}  # by id, the oldest first

    def add(self, record: CallRecord) -> None:
        self.serial += 1
        self._count(self._calls.pop(record.id, (0, None))[1], -1)
        self._count(record, +1)
        self._calls[record.id] = (self.serial, record)
        if len(self._calls) > self._kept:
            del self._calls[next(iter(self._calls))]

    def after(self, serial: int) -> list[dict[str, Any]]:
        """The calls with a later serial than ``serial``, as JSON values without secrets, the oldest first."""
        return [
            {"serial": own, **redact_record(record).as_json()} for own, record in self._calls.values() if own > serial
        ]

    def _count(self, record: CallRecord | None, by: int) -> None:
        if record is not None:
            self.failed += by * (record.outcome is Outcome.FAIL)
            self.debug_only += by * record.debug_only

"""What a running proxy has recorded so far, read from the session itself."""

import sqlite3
import time

from wxpolicy.call.record import CallRecord
from wxsession.catching_up import wait_for_writer
from wxsession.embedded import EMBEDDED
from wxsession.reserve import Reserve
from wxsession.schema import record_from_rows

_POLL_S = 0.02
_FINDINGS = "SELECT * FROM findings WHERE call_id = ? ORDER BY position"


def recorded(proxy, marker: str = "") -> list[CallRecord]:
    """The records whose URL holds ``marker``, in the order of their start."""
    database = sqlite3.connect(proxy.session / "calls.sqlite", timeout=5)
    database.row_factory = sqlite3.Row
    try:
        if Reserve.is_held(proxy.session):
            wait_for_writer(proxy.session, database)
        calls = database.execute(
            "SELECT * FROM calls WHERE instr(url, ?) ORDER BY started_at, rowid", (marker,)
        ).fetchall()
        return [record_from_rows(call, database.execute(_FINDINGS, (call["id"],)).fetchall()) for call in calls]
    finally:
        database.close()


def wait_recorded(proxy, marker: str, count: int = 1, *, timeout_s: float = 5.0) -> list[CallRecord]:
    """The records with ``marker`` once there are ``count``. AssertionError where there are fewer, or more."""
    found = wait_until(lambda: len(recorded(proxy, marker)) >= count, timeout_s=timeout_s)
    records = recorded(proxy, marker)
    assert found and len(records) == count, (
        f"{len(records)} records of {marker!r}, expected {count}:\n{proxy.output[-3000:]}"
    )
    return records


def one_record(proxy, marker: str) -> CallRecord:
    (record,) = wait_recorded(proxy, marker)
    return record


def facts(proxy):
    """The session's facts, a SessionFacts."""
    reader = EMBEDDED.open(proxy.session)
    try:
        return reader.facts()
    finally:
        reader.close()


def wait_until(holds, *, timeout_s: float = 5.0) -> bool:
    """Asks again and again until ``holds()``; False when the time is up."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def codes(record: CallRecord) -> list[str]:
    return [finding.code.value for finding in record.findings]

"""Calls that ended just before their process was killed: they are in flows.mitm, but not yet in calls.sqlite.

Each flow carries its call's record. When a session is opened, the part of flows.mitm behind the last flow that the
database knows is searched for records, which are added to the database: by its next writer, by a reader with write
permission, or by any other reader to a copy in memory. A session that is being recorded is left to its writer, for a
moment.
"""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from wxpolicy.call.record import CallRecord
from wxpolicy.call.recorded import record_from_json
from wxsession.backlog import Item
from wxsession.batch import statements_of
from wxsession.flow_places import LARGEST_FLOW
from wxsession.flow_places import Place
from wxsession.flow_places import places_from
from wxsession.migration import add_what_came_later
from wxsession.netstrings import member

# Where this product stores the record in a flow.
METADATA = "miniprogram"
# The writer commits after a tenth of that.
WRITER_S = 1.0
_LOOK_S = 0.02
_BUSY_S = 1.0
_BATCH = 500


def end_of_flows(database: sqlite3.Connection) -> int:
    """The end of the last flow whose position is known. Raises sqlite3.Error."""
    found = database.execute("SELECT max(flow_offset + flow_length) FROM calls").fetchone()[0]
    return found if isinstance(found, int) else 0


def owes(folder: Path, database: sqlite3.Connection) -> bool:
    """Whether there may be calls that are missing in the database. Raises sqlite3.Error."""
    try:
        return (folder / "flows.mitm").stat().st_size > end_of_flows(database)
    except OSError:
        return False


def wait_for_writer(folder: Path, database: sqlite3.Connection) -> None:
    """For a session that is being recorded: returns when its writer has reached the present end of flows.mitm."""
    try:
        end = (folder / "flows.mitm").stat().st_size
    except OSError:
        return
    deadline = time.monotonic() + WRITER_S
    while end_of_flows(database) < end and time.monotonic() < deadline:
        time.sleep(_LOOK_S)


def catch_up(folder: Path, database: sqlite3.Connection) -> int:
    """Adds them to the database; returns how many calls are new in it. Raises sqlite3.Error or OSError."""
    add_what_came_later(database)
    number = 0
    batch: list[Item] = []
    for record, place in _behind(folder / "flows.mitm", end_of_flows(database)):
        known = database.execute("SELECT duration_ms, flow_offset FROM calls WHERE id = ?", (record.id,)).fetchone()
        if known is not None and (known[1] is not None or known[0] >= record.duration_ms):
            continue  # only the position of its flow is unknown; or the call was, as a WebSocket that was open then
        number += known is None
        batch.append(Item(record, place=place))
        if len(batch) == _BATCH:
            _write(database, batch)
            batch = []
    _write(database, batch)
    return number


def catch_up_on_disk(folder: Path) -> None:
    """Raises sqlite3.Error or OSError if that is not possible, or if the database is damaged."""
    database = sqlite3.connect(f"{(folder / 'calls.sqlite').absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_S)
    try:
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("calls.sqlite is damaged")
        catch_up(folder, database)
    finally:
        database.close()


def _write(database: sqlite3.Connection, batch: list[Item]) -> None:
    with database:
        for statement, row in statements_of(batch):
            database.execute(statement, row)


def _behind(path: Path, at: int) -> Iterator[tuple[CallRecord, Place]]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for offset, length in places_from(file, at):
            if length > LARGEST_FLOW:
                continue
            file.seek(offset)
            record = _record_in(file.read(length))
            if record is not None:
                yield record, (offset, length)


def _record_in(flow: bytes) -> CallRecord | None:
    """The record in a flow; None if it is not one of ours."""
    try:
        found = member(flow, "metadata")
    except (ValueError, RecursionError):
        return None
    return record_from_json(found.get(METADATA)) if isinstance(found, dict) else None

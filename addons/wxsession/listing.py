"""Windows, counts and groups over the calls of a session: the queries that a page makes many times.

A session of version 1 has neither the columns nor the index for them: they are made in a temporary table that replaces
``calls``.
"""

import sqlite3
from array import array
from typing import Any

from wxpolicy.call.record import CallRecord
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform
from wxsession import schema
from wxsession.catching_up import end_of_flows
from wxsession.filters import EVERY_CALL
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.flow_places import Place
from wxsession.migration import FILL_IN
from wxsession.migration import add_functions
from wxsession.migration import columns_of
from wxsession.sql_filter import where
from wxsession.store import TALLIED
from wxsession.store import Group
from wxsession.store import Tally
from wxsession.store import Window

_ONE = "SELECT * FROM calls WHERE id = ?"
_OF_PLACE = "SELECT * FROM calls WHERE rowid = ?"
_FINDINGS = "SELECT * FROM findings WHERE call_id = ? ORDER BY position"
# Hosts come from the wire: a hostile page must not make a reader's memory grow without limit.
MOST_GROUPS = 20_000


class Listing:
    """Raises sqlite3.Error from every method."""

    def __init__(self, database: sqlite3.Connection, version: int) -> None:
        self._database = database
        self._is_old = version < schema.VERSION
        self._made_of: int | None = None  # data version
        self._cached: tuple[tuple[CallFilter, bool], int, array[int]] | None = None

    def count(self, wanted: CallFilter) -> int:
        if wanted.is_empty:
            return int(self._database.execute("SELECT count(*) FROM calls").fetchone()[0])
        self.prepare()
        condition, values = where(wanted)
        return int(self._database.execute(f"SELECT count(*) FROM calls WHERE {condition}", values).fetchone()[0])

    def window(self, wanted: CallFilter, start: int, length: int, *, newest_first: bool) -> Window:
        if wanted.is_empty:
            matching = total = self.count(EVERY_CALL)
            order = _order(newest_first)
            rows = self._database.execute(f"SELECT rowid FROM calls {order} LIMIT ? OFFSET ?", (length, start))
            places = [place for (place,) in rows]
        else:
            found = self._places(wanted, newest_first)
            places, matching, total = list(found[start : start + length]), len(found), self.count(EVERY_CALL)
        records = (self._record(_OF_PLACE, place) for place in places)
        return Window(tuple(record for record in records if record is not None), start, matching, total)

    def _places(self, wanted: CallFilter, newest_first: bool) -> "array[int]":
        """Of all calls that match, in one query: it also counts them, and the next windows are slices of it."""
        self.prepare()
        version = self._database.execute("PRAGMA main.data_version").fetchone()[0]
        key = wanted, newest_first
        if self._cached is None or self._cached[:2] != (key, version):
            condition, values = where(wanted)
            rows = self._database.execute(f"SELECT rowid FROM calls WHERE {condition} {_order(newest_first)}", values)
            self._cached = key, version, array("q", (place for (place,) in rows))
        return self._cached[2]

    def record(self, call_id: str) -> CallRecord | None:
        return self._record(_ONE, call_id)

    def groups(self, wanted: CallFilter) -> list[Group]:
        self.prepare()
        condition, values = where(wanted)
        # SQLite takes the other columns from the row with the minimum.
        rows = self._database.execute(
            "SELECT findings.code, findings.subject, findings.severity, findings.status, findings.platforms,"
            " calls.api, calls.client, calls.host, calls.debug_only, count(*) AS number, min(calls.rowid), calls.id"
            f" FROM findings JOIN calls ON calls.id = findings.call_id WHERE {condition}"
            " GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY number DESC, min(calls.rowid) LIMIT ?",
            [*values, MOST_GROUPS],
        )
        return [group for row in rows if (group := _group(tuple(row))) is not None]

    def tally(self, by: tuple[Field, ...], wanted: CallFilter) -> list[Tally]:
        self.prepare()
        condition, values = where(wanted)
        columns = ", ".join(f"coalesce(calls.{field.value}, '')" for field in by if field in TALLIED)
        rows = self._database.execute(
            f"SELECT {columns}, count(*) AS number, sum(outcome = 'fail'), sum(release_outcome = 'fail'), sum(debug_only),"
            f" min(started_at), max(started_at) FROM calls WHERE {condition}"
            f" GROUP BY {columns} ORDER BY number DESC, min(rowid) LIMIT ?",
            [*values, MOST_GROUPS],
        )
        return [Tally(tuple(row)[: len(by)], *tuple(row)[len(by) :]) for row in rows]

    def flow_place(self, call_id: str) -> Place | None:
        if self._is_old:
            return None
        row = self._database.execute("SELECT flow_offset, flow_length FROM calls WHERE id = ?", (call_id,)).fetchone()
        return tuple(row) if row is not None and None not in tuple(row) else None

    def end_of_flows(self) -> int:
        """The end of the last flow whose position is known."""
        return 0 if self._is_old else end_of_flows(self._database)

    def _record(self, query: str, key: object) -> CallRecord | None:
        """None if there is no such call, or if its rows are not what was written."""
        call = self._database.execute(query, (key,)).fetchone()
        if call is None:
            return None
        try:
            return schema.record_from_rows(call, self._database.execute(_FINDINGS, (call["id"],)).fetchall())
        except (ValueError, KeyError, TypeError, IndexError):
            return None

    def prepare(self) -> None:
        """Creates what a filter needs."""
        if not self._is_old:
            return
        now = self._database.execute("PRAGMA main.data_version").fetchone()[0]
        if now == self._made_of:
            return
        database = self._database
        add_functions(database)
        database.execute("DROP TABLE IF EXISTS temp.calls")
        statements = schema.TABLES.replace("EXISTS calls (", "EXISTS temp.calls (")
        statements = statements.replace("EXISTS calls_listed ON", "EXISTS temp.calls_listed ON")
        for statement in statements.split(";")[:2]:
            database.execute(statement)
        kept = ", ".join(columns_of(database, "calls"))
        database.execute(f"INSERT INTO temp.calls (rowid, {kept}) SELECT rowid, {kept} FROM main.calls")
        database.execute(FILL_IN)
        database.commit()
        self._made_of = now


def _order(newest_first: bool) -> str:
    direction = "DESC" if newest_first else "ASC"
    return f"ORDER BY started_at {direction}, rowid {direction}"


def _group(row: tuple[Any, ...]) -> Group | None:
    """None if the row is not what was written."""
    code, subject, severity, status, platforms, api, client, host, debug_only, number, _, example = row
    try:
        return Group(
            Code(code),
            subject,
            Severity(severity),
            Status(status),
            tuple(Platform(name) for name in platforms.split(",") if name),
            api,
            client,
            host,
            bool(debug_only),
            number,
            example,
        )
    except (ValueError, AttributeError):
        return None

"""Reads a session back, also one that is being written or is damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from itertools import islice
from pathlib import Path
from typing import Any

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import SessionFacts
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason
from wxsession import schema
from wxsession.catching_up import catch_up
from wxsession.catching_up import catch_up_on_disk
from wxsession.catching_up import owes
from wxsession.catching_up import wait_for_writer
from wxsession.facts_reader import FactsReader
from wxsession.filters import EVERY_CALL
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.flow_places import FlowPlaces
from wxsession.listing import Listing
from wxsession.opening import OpenDatabase
from wxsession.portion import MOST_CALLS
from wxsession.portion import MOST_FLOW_BYTES
from wxsession.portion import Made
from wxsession.portion import Rows
from wxsession.portion import flow_bytes
from wxsession.portion import record_of
from wxsession.reserve import Reserve
from wxsession.sql_filter import where
from wxsession.store import AppState
from wxsession.store import Group
from wxsession.store import Portion
from wxsession.store import SessionUnreadable
from wxsession.store import Tally
from wxsession.store import Window

# Without the index if it serves no filter: two trees can be damaged in more ways than one.
_WITH_FINDINGS = (
    "SELECT calls.rowid AS place, calls.*, findings.* FROM calls {} LEFT JOIN findings ON findings.call_id = calls.id"
    " WHERE {} ORDER BY calls.started_at, calls.rowid, findings.position"
)
_WITH_FINDINGS_OF_ONE = (
    "SELECT calls.*, findings.* FROM calls LEFT JOIN findings ON findings.call_id = calls.id"
    " WHERE calls.rowid = ? ORDER BY findings.position"
)
_WITHOUT_FINDINGS = "SELECT calls.*, NULL AS call_id FROM calls WHERE rowid = ?"
_BEFORE_ALL = (float("-inf"), 0)


class SessionReader:
    """Reads a session's folder; a StoreReader."""

    def __init__(self, folder: Path) -> None:
        """Raises SessionUnreadable if the folder contains no session."""
        self.folder = folder
        self.trouble: list[Text] = []
        path = folder / "calls.sqlite"
        try:
            is_there = path.is_file()
        except OSError as error:  # a folder without read permission
            raise _unreadable(path, reason(error)) from error
        if not is_there:
            raise SessionUnreadable(_no_session(folder))
        try:
            self._opened = OpenDatabase(path)
            self._database = self._opened.connection
            found = self._database.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.Error as error:
            raise _unreadable(path, Text(str(error), str(error))) from error
        except OSError as error:
            raise _unreadable(path, reason(error)) from error
        if found == schema.VERSION:
            self._take_in_the_last_calls()
        self._listing = Listing(self._database, found)
        self._facts = FactsReader(self._database, self.trouble)
        self._flows = FlowPlaces(folder / "flows.mitm", self._listing.flow_place, self._listing.end_of_flows)
        if found > schema.VERSION:
            raise SessionUnreadable(
                Text(
                    zh=f"{path} 由更新的版本写入（格式 {found}，本版本支持到 {schema.VERSION}）：请升级后再读取",
                    en=f"{path} was written by a newer version (format {found}, this version reads up to {schema.VERSION}): upgrade to read it",
                )
            )

    def _take_in_the_last_calls(self) -> None:
        """Of a process that was killed: see catching_up.py. A damaged database is read as it is."""
        try:
            if not owes(self.folder, self._database):
                return
            if Reserve.is_held(self.folder):
                wait_for_writer(self.folder, self._database)
                return
            try:
                catch_up_on_disk(self.folder)
            except (sqlite3.Error, OSError):
                self._database = self._opened.into_memory()
                catch_up(self.folder, self._database)
        except (sqlite3.Error, OSError):
            pass  # Reported by the next read.

    def close(self) -> None:
        self._opened.close()

    def count(self, wanted: CallFilter = EVERY_CALL) -> int:
        try:
            return self._listing.count(wanted)
        except sqlite3.Error:
            return 0

    def records(self, wanted: CallFilter = EVERY_CALL) -> Iterator[CallRecord]:
        unreadable = 0
        for portion in self.portions(wanted):
            for stored in portion.stored():
                unreadable += stored.record is None
                if stored.record is not None:
                    yield stored.record
        self.say_unreadable(unreadable)

    def portions(self, wanted: CallFilter = EVERY_CALL) -> Iterator[Portion]:
        given = 0
        reached = _BEFORE_ALL
        calls: list[tuple[tuple[Any, ...], ...]] = []
        size = 0
        names: tuple[str, ...] = ()
        try:
            cursor = self._rows(wanted)
            names = tuple(column[0] for column in cursor.description)
            started_at, place = names.index("started_at"), names.index("place")
            for begun, rows in groupby(map(tuple, cursor), lambda row: (row[started_at], row[place])):
                reached = begun
                calls.append(tuple(rows))
                given += 1
                size += flow_bytes(names, calls[-1][0])
                if len(calls) >= MOST_CALLS or size >= MOST_FLOW_BYTES:
                    yield Rows(names, tuple(calls))
                    calls, size = [], 0
            if calls:
                yield Rows(names, tuple(calls))
        except sqlite3.Error as error:
            if calls:
                yield Rows(names, tuple(calls))
            # Reported at once, for callers that stop reading early.
            place_of_this = len(self.trouble)
            self._say(
                f"calls.sqlite 已损坏，只读出了一部分调用：{error}",
                f"calls.sqlite is damaged, only some of the calls could be read: {error}",
            )
            # Row by row, more can be read of a damaged file.
            one_by_one = (each for each in self._one_by_one(reached) if each is None or wanted.admits(each))
            while made := tuple(islice(one_by_one, MOST_CALLS)):
                given += sum(record is not None for record in made)
                yield Made(made)
            if not given:
                self.trouble[place_of_this] = Text(
                    f"calls.sqlite 已损坏，读不出任何调用：{error}",
                    f"calls.sqlite is damaged, no call could be read: {error}",
                )
        if self._opened.was_written_meanwhile:
            self._say(
                "读取期间 calls.sqlite 被改动，读出的内容可能有误：请再读一次",
                "calls.sqlite was written while it was read, and what was read may be wrong: read it once more",
            )

    def say_unreadable(self, count: int) -> None:
        if count:
            self._say(
                f"calls.sqlite 中有 {count} 条记录已损坏，已跳过",
                f"{count} damaged records in calls.sqlite were passed over",
            )

    def _rows(self, wanted: CallFilter) -> sqlite3.Cursor:
        if wanted.is_empty:
            return self._database.execute(_WITH_FINDINGS.format("NOT INDEXED", "1"))
        self._listing.prepare()
        condition, values = where(wanted)
        return self._database.execute(_WITH_FINDINGS.format("", condition), values)

    def _one_by_one(self, reached: tuple[float, int]) -> Iterator[CallRecord | None]:
        """The calls after ``reached``; None for each that cannot be read."""
        without_findings = 0
        for place in sorted(self._places()):
            if place <= reached:
                continue
            try:
                yield record_of(self._database.execute(_WITH_FINDINGS_OF_ONE, place[1:]).fetchall())
                continue
            except sqlite3.Error:
                pass
            try:
                record = record_of(self._database.execute(_WITHOUT_FINDINGS, place[1:]).fetchall())
            except sqlite3.Error:
                record = None
            without_findings += record is not None
            yield record
        if without_findings:
            self._say(
                f"有 {without_findings} 条调用的检查结果已损坏，只读出了调用本身",
                f"the findings of {without_findings} calls are damaged: only the calls themselves could be read",
            )

    def _places(self) -> set[tuple[float, int]]:
        """Start and row of every call that can be reached: from the front, and from the back up to the damage."""
        places: set[tuple[float, int]] = set()
        for direction in ("ASC", "DESC"):
            try:
                for started_at, place in self._database.execute(
                    f"SELECT started_at, rowid FROM calls NOT INDEXED ORDER BY rowid {direction}"
                ):
                    if isinstance(started_at, float):
                        places.add((started_at, place))
                break
            except sqlite3.Error:
                continue
        return places

    def window(self, wanted: CallFilter, start: int, length: int, *, newest_first: bool = True) -> Window:
        with self._said_if_damaged():
            return self._listing.window(wanted, start, length, newest_first=newest_first)

    def record(self, call_id: str) -> CallRecord | None:
        with self._said_if_damaged():
            return self._listing.record(call_id)

    def flow(self, call_id: str) -> bytes | None:
        with self._said_if_damaged():
            return self._flows.flow(call_id)

    def groups(self, wanted: CallFilter = EVERY_CALL) -> list[Group]:
        with self._said_if_damaged():
            return self._listing.groups(wanted)

    def tally(self, by: tuple[Field, ...], wanted: CallFilter = EVERY_CALL) -> list[Tally]:
        with self._said_if_damaged():
            return self._listing.tally(by, wanted)

    def version(self) -> int:
        with self._said_if_damaged():
            self._opened.look()
            return int(self._database.execute("PRAGMA main.data_version").fetchone()[0])

    def app_states(self) -> list[AppState]:
        return self._facts.app_states()

    def scope(self) -> str | None:
        return self._facts.kept("scope")

    def kept(self, name: str) -> str | None:
        return self._facts.kept(name)

    def facts(self) -> SessionFacts:
        return self._facts.facts(self.folder)

    @contextmanager
    def _said_if_damaged(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _unreadable(self.folder / "calls.sqlite", Text(str(error), str(error))) from error

    def _say(self, zh: str, en: str) -> None:
        self.trouble.append(Text(zh, en))


def _no_session(folder: Path) -> Text:
    if folder.is_dir():
        lacks = Text("其中没有 calls.sqlite", "there is no calls.sqlite in it")
    elif folder.exists():
        lacks = Text("这是一个文件，不是目录", "it is a file, not a directory")
    else:
        lacks = Text("没有这个目录", "there is no such directory")
    return Text(
        f"{folder} 不是会话目录：{lacks.zh}。请给出 sessions/ 下的目录",
        f"{folder} is not a session: {lacks.en}. Give a directory under sessions/",
    )


def _unreadable(path: Path, why: Text) -> SessionUnreadable:
    return SessionUnreadable(Text(zh=f"{path} 无法读取：{why.zh}", en=f"{path} cannot be read: {why.en}"))

"""Reads a session back, also one that is being written or that was damaged."""

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import SessionFacts
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason
from wxsession import schema
from wxsession.opening import OpenDatabase

_WITH_FINDINGS = (
    "SELECT calls.rowid AS place, calls.*, findings.* FROM calls LEFT JOIN findings ON findings.call_id = calls.id"
    " ORDER BY calls.started_at, calls.rowid, findings.position"
)
_WITH_FINDINGS_OF_ONE = (
    "SELECT calls.*, findings.* FROM calls LEFT JOIN findings ON findings.call_id = calls.id"
    " WHERE calls.rowid = ? ORDER BY findings.position"
)
_WITHOUT_FINDINGS = "SELECT calls.*, NULL AS call_id FROM calls WHERE rowid = ?"
_BEFORE_ALL = (float("-inf"), 0)


class SessionUnreadable(Exception):
    """Why a folder cannot be read as a session, for a person."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class SessionReader:
    """A session's records in the order of their start. ``trouble`` tells what could not be read."""

    def __init__(self, folder: Path) -> None:
        """Raises SessionUnreadable where the folder holds no session."""
        self.folder = folder
        self.trouble: list[Text] = []
        path = folder / "calls.sqlite"
        try:
            is_there = path.is_file()
        except OSError as error:  # a folder that may not be looked into
            raise _unreadable(path, reason(error)) from error
        if not is_there:
            raise SessionUnreadable(
                Text(
                    zh=f"{folder} 不是会话文件夹：其中没有 calls.sqlite。请给出 sessions/ 下的某个文件夹",
                    en=f"{folder} is no session: there is no calls.sqlite in it. Name a folder under sessions/",
                )
            )
        try:
            self._opened = OpenDatabase(path)
            self._database = self._opened.connection
            found = self._database.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.Error as error:
            raise _unreadable(path, Text(str(error), str(error))) from error
        except OSError as error:
            raise _unreadable(path, reason(error)) from error
        if found > schema.VERSION:
            raise SessionUnreadable(
                Text(
                    zh=f"{path} 由更新的版本写成（格式 {found}，本程序认识到 {schema.VERSION}）：请升级后再读",
                    en=f"{path} was written by a newer version (format {found}, this program knows {schema.VERSION}): upgrade to read it",
                )
            )

    def close(self) -> None:
        self._opened.close()

    def count(self) -> int:
        """How many calls there are, for a progress bar; 0 where that cannot be told."""
        try:
            return self._database.execute("SELECT count(*) FROM calls").fetchone()[0]
        except sqlite3.Error:
            return 0

    def records(self) -> Iterator[CallRecord]:
        """Every call that can be read; memory does not grow with their number."""
        unreadable = given = 0
        reached = _BEFORE_ALL
        try:
            for place, rows in groupby(
                self._database.execute(_WITH_FINDINGS), lambda row: (row["started_at"], row["place"])
            ):
                reached = place
                record = _record(list(rows))
                unreadable += record is None
                if record is not None:
                    given += 1
                    yield record
        except sqlite3.Error as error:
            # Said at once: whoever stops reading early knows it too.
            place_of_this = len(self.trouble)
            self._say(
                f"calls.sqlite 已损坏，只读出了一部分调用：{error}",
                f"calls.sqlite is damaged, only some of the calls could be read: {error}",
            )
            # Row by row, more can be read of a damaged file.
            for record in self._one_by_one(reached):
                unreadable += record is None
                if record is not None:
                    given += 1
                    yield record
            if not given:
                self.trouble[place_of_this] = Text(
                    f"calls.sqlite 已损坏，没有一次调用能读出：{error}",
                    f"calls.sqlite is damaged, not one call could be read: {error}",
                )
        if self._opened.was_written_meanwhile:
            self._say(
                "读取期间 calls.sqlite 被改动，读出的内容可能有误：请再读一次",
                "calls.sqlite was written while it was read, and what was read may be wrong: read it once more",
            )
        if unreadable:
            self._say(
                f"calls.sqlite 中有 {unreadable} 条记录已损坏，已跳过",
                f"{unreadable} damaged records in calls.sqlite were passed over",
            )

    def _one_by_one(self, reached: tuple[float, int]) -> Iterator[CallRecord | None]:
        """The calls behind ``reached``; None for each that cannot be read."""
        without_findings = 0
        for place in sorted(self._places()):
            if place <= reached:
                continue
            try:
                yield _record(self._database.execute(_WITH_FINDINGS_OF_ONE, place[1:]).fetchall())
                continue
            except sqlite3.Error:
                pass
            try:
                record = _record(self._database.execute(_WITHOUT_FINDINGS, place[1:]).fetchall())
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
                    f"SELECT started_at, rowid FROM calls ORDER BY rowid {direction}"
                ):
                    if isinstance(started_at, float):
                        places.add((started_at, place))
                break
            except sqlite3.Error:
                continue
        return places

    def scope(self) -> str | None:
        """The scope that the session was recorded in; None where that cannot be read."""
        return dict(self._rows("SELECT name, value FROM facts WHERE name = 'scope'")).get("scope")

    def facts(self) -> SessionFacts:
        """What is known of the session itself; what cannot be read is left at its default.

        Asked once all records were read, it tells in ``unread`` what could not be.
        """
        named = dict(self._rows("SELECT name, value FROM facts"))
        untrusting = {
            f"{device} {host}": count
            for device, host, count in self._rows(
                "SELECT device, host, count(*) FROM handshakes WHERE side = 'client' GROUP BY device, host"
            )
        }
        notices = tuple(Text(zh, en) for zh, en in self._rows("SELECT zh, en FROM notices ORDER BY at"))
        return SessionFacts(
            name=self.folder.name,
            path=str(self.folder),
            started_at=_number(named.get("started_at")) or 0.0,
            ended_at=_number(named.get("ended_at")),
            mode=named.get("mode", "release"),
            scope=named.get("scope", "miniprogram"),
            edition=named.get("edition", "2017"),
            appid=named.get("appid", "any"),
            counts=_counts(named.get("counts")),
            foreign_appids=_counts(named.get("foreign_appids")),
            untrusting=untrusting,
            passed_unopened=tuple(_counts(named.get("passed_unopened"))),
            dropped_records=int(_number(named.get("dropped_records")) or 0),
            notices=notices,
            unread=tuple(self.trouble),
        )

    def _rows(self, query: str) -> list[tuple]:
        try:
            return [tuple(row) for row in self._database.execute(query)]
        except sqlite3.Error as error:
            unknown = Text(
                f"会话本身的信息（规则、计数、提示）没有全部读出：{error}",
                f"Not all that is known of the session itself (rules, counts, notices) could be read: {error}",
            )
            if unknown not in self.trouble:
                self.trouble.append(unknown)
            return []

    def _say(self, zh: str, en: str) -> None:
        self.trouble.append(Text(zh, en))


def _unreadable(path: Path, why: Text) -> SessionUnreadable:
    return SessionUnreadable(Text(zh=f"{path} 无法读取：{why.zh}", en=f"{path} cannot be read: {why.en}"))


def _record(rows: list[sqlite3.Row]) -> CallRecord | None:
    """One call by its rows, one for each finding; None where they hold something else than was written."""
    try:
        return schema.record_from_rows(rows[0], [row for row in rows if row["call_id"] is not None])
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _counts(text: str | None) -> dict[str, int]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return {str(name): int(count) for name, count in found.items()} if isinstance(found, dict) else {}

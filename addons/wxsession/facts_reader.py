"""The facts of a session, from its tables; what cannot be read keeps its default, and is reported."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from wxpolicy.call.record import SessionFacts
from wxpolicy.terms import Text
from wxsession.store import AppState


class FactsReader:
    """Adds to ``trouble``."""

    def __init__(self, database: sqlite3.Connection, trouble: list[Text]) -> None:
        self._database = database
        self._trouble = trouble

    def kept(self, name: str) -> str | None:
        return dict(self._rows("SELECT name, value FROM facts WHERE name = ?", name)).get(name)

    def app_states(self) -> list[AppState]:
        return [
            AppState(*row) for row in self._rows("SELECT at, device, appid, state, source FROM app_states ORDER BY at")
        ]

    def facts(self, folder: Path) -> SessionFacts:
        named = dict(self._rows("SELECT name, value FROM facts"))
        untrusting = {
            f"{device} {host}": count
            for device, host, count in self._rows(
                "SELECT device, host, count(*) FROM handshakes WHERE side = 'client' GROUP BY device, host"
            )
        }
        notices = tuple(Text(zh, en) for zh, en in self._rows("SELECT zh, en FROM notices ORDER BY at"))
        return SessionFacts(
            name=folder.name,
            path=str(folder),
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
            passed_by_option=_counts(named.get("passed_by_option")),
            dropped_records=int(_number(named.get("dropped_records")) or 0),
            notices=notices,
            unread=tuple(self._trouble),
            policies=_policies(named.get("policies")),
            policy_file=named.get("policy_file", ""),
        )

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return [tuple(row) for row in self._database.execute(query, values)]
        except sqlite3.Error as error:
            unknown = Text(
                f"会话本身的数据（策略、计数、提示）未能完整读取：{error}",
                f"The session's own data (policy, counts, notices) could not be read completely: {error}",
            )
            if unknown not in self._trouble:
                self._trouble.append(unknown)
            return []


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _policies(text: str | None) -> tuple[dict[str, str], ...]:
    try:
        found = json.loads(text) if text else []
    except ValueError:
        return ()
    told = found if isinstance(found, list) else []
    names = ("appid", "file", "mode")
    return tuple(
        {name: each[name] for name in names}
        for each in told
        if isinstance(each, dict) and all(isinstance(each.get(name), str) for name in names)
    )


def _counts(text: str | None) -> dict[str, int]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return {str(name): int(count) for name, count in found.items()} if isinstance(found, dict) else {}

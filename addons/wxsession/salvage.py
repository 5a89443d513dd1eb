"""Copies what can be read of a damaged database to a new one."""

import sqlite3
from pathlib import Path

_TABLES = ("calls", "findings", "handshakes", "app_states", "policies", "notices", "facts")
_COMPANIONS = ("-wal", "-shm")
# Without it SQLite reads nothing at all of a file that is shorter than its first page says.
READ_WHAT_IS_LEFT = "PRAGMA writable_schema=ON"


def put_aside(path: Path) -> Path | None:
    """Renames a database and its journal files to ``calls.damaged-1.sqlite``; returns the new path, None if there was
    none."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    for companion in _COMPANIONS:
        beside = path.with_name(path.name + companion)
        if not beside.exists():
            continue
        if path.exists():
            beside.replace(aside.with_name(aside.name + companion))
        else:
            # A journal without its database would be taken for that of the next one.
            beside.unlink()
    if not path.exists():
        return None
    return path.replace(aside)


def salvage(damaged: Path, into: sqlite3.Connection) -> None:
    """Copies every row that can be read, table by table: from the front, and from the back up to the damage."""
    try:
        source = sqlite3.connect(damaged, timeout=1.0)
    except sqlite3.Error:
        return
    try:
        source.execute(READ_WHAT_IS_LEFT)
        for table in _TABLES:
            order = "call_id" if table == "findings" else "rowid"
            for direction in ("ASC", "DESC"):
                if _copy(source, into, table, f"SELECT * FROM {table} ORDER BY {order} {direction}"):
                    break
    finally:
        source.close()


def _copy(source: sqlite3.Connection, into: sqlite3.Connection, table: str, query: str) -> bool:
    """Whether the query could be read to its end."""
    with into:
        try:
            rows = source.execute(query)
            # By name: a session of an older version has fewer columns.
            names = ", ".join(f'"{column[0]}"' for column in rows.description)
            marks = ", ".join("?" for _ in rows.description)
            for row in rows:
                into.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", row)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                raise
            return False
    return True

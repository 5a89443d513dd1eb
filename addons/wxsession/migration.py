"""calls.sqlite in its present form: created, or migrated from an earlier version."""

import sqlite3

from wxsession import schema
from wxsession.filters import codes_of
from wxsession.filters import host_of

# The columns that version 1 has too, and those that changed.
_CHANGED = ("calls", "findings")
FILL_IN = (
    "UPDATE calls SET host = host_of(url),"
    " codes = codes_of((SELECT group_concat(code, ' ') FROM"
    " (SELECT code FROM findings WHERE call_id = calls.id ORDER BY position)))"
)


def bring_up_to_date(database: sqlite3.Connection) -> None:
    """Raises sqlite3.Error."""
    found = database.execute("PRAGMA user_version").fetchone()[0]
    if 0 < found < schema.VERSION:
        _migrate(database)
    elif found:
        add_what_came_later(database)
    database.executescript(schema.TABLES)
    database.execute(f"PRAGMA user_version={schema.VERSION}")
    database.commit()


def add_functions(database: sqlite3.Connection) -> None:
    """The SQL functions that FILL_IN uses."""
    database.create_function("host_of", 1, lambda url: schema.storable(host_of(url or "")), deterministic=True)
    database.create_function("codes_of", 1, lambda codes: codes_of((codes or "").split()), deterministic=True)


def add_what_came_later(database: sqlite3.Connection) -> None:
    """To the tables of this version. Raises sqlite3.Error."""
    if "policy" not in columns_of(database, "calls"):
        database.execute("ALTER TABLE calls ADD COLUMN policy TEXT")


def columns_of(database: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in database.execute(f"PRAGMA main.table_info({table})")]


def _migrate(database: sqlite3.Connection) -> None:
    """All or nothing: a session that was started by an earlier version continues in the present form."""
    add_functions(database)
    database.execute("BEGIN IMMEDIATE")
    try:
        for table in _CHANGED:
            database.execute(f"ALTER TABLE {table} RENAME TO before_{table}")
        for statement in schema.TABLES.split(";"):
            database.execute(statement)
        for table in _CHANGED:
            kept = ", ".join(columns_of(database, f"before_{table}"))
            order = " ORDER BY rowid" if table == "calls" else ""
            database.execute(f"INSERT INTO {table} ({kept}) SELECT {kept} FROM before_{table}{order}")
            database.execute(f"DROP TABLE before_{table}")
        database.execute(FILL_IN)
        database.execute(f"PRAGMA user_version={schema.VERSION}")
    except BaseException:
        database.rollback()
        raise
    database.commit()

"""calls.sqlite of a session that is being recorded: written in batches, monitored, and repaired if it was damaged.

An open file can still be deleted, replaced or truncated by others, and SQLite notices late or never. So its state is
checked before each batch.
"""

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from wxsession.catching_up import catch_up
from wxsession.migration import bring_up_to_date
from wxsession.private import make_file
from wxsession.private import make_folder
from wxsession.salvage import put_aside
from wxsession.salvage import salvage
from wxsession.schema import Statement

# Another program may lock the database for a moment (a report being made). Traffic waits for it
# once, so it is short.
BUSY_S = 0.1

# Primary result codes after which the file and the connection are still intact: try again.
_WAITS = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL})


class Gone(sqlite3.OperationalError):
    """The open file no longer has its name."""


class Cut(sqlite3.DatabaseError):
    """The file has been truncated."""


class CallsDatabase:
    """``stored`` is the number of calls in it. All methods are called from one thread."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or sqlite3.Error if the database cannot be created."""
        self.path = folder / "calls.sqlite"
        self._journal = folder / "calls.sqlite-wal"
        self._connection: sqlite3.Connection | None = _open(self.path)
        self._seen: dict[Path, tuple[int, int]] = {}
        self.stored = _count(self._connection)
        self.was_made_anew = False  # by the last ``fix``

    def catch_up(self) -> None:
        """Adds what is already in flows.mitm. Raises sqlite3.Error, OSError."""
        if self._connection is not None:
            self.stored += catch_up(self.path.parent, self._connection)

    def write(self, statements: Iterable[Statement], calls: int) -> None:
        """One commit, with ``calls`` calls that were not in it before. Raises sqlite3.Error, OSError."""
        self._look()
        assert self._connection is not None
        with self._connection:
            for statement, row in statements:
                self._connection.execute(statement, row)
        self.stored += calls
        try:
            # The commit may have run a checkpoint: from now on the file may not be shorter.
            self._look()
        except (sqlite3.Error, OSError):
            pass  # What was committed is safe. The next write meets the same error.

    def fix(self, error: Exception) -> int:
        """Repairs what caused ``error`` in a write; returns how many stored calls are lost.

        Raises sqlite3.Error or OSError while that is not possible.
        """
        self.was_made_anew = False
        if (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _WAITS:
            return 0
        before, self._connection = self._connection, None
        try:
            if isinstance(error, Gone):
                self._connection = self._written_anew(before)
            else:
                if before is not None:
                    before.close()
                self._connection = self._opened_again()
        except BaseException:
            # What is still open may contain everything that the file has lost: keep it for the next attempt.
            if isinstance(error, Gone):
                self._connection = before
            raise
        self.was_made_anew = True
        self._seen.clear()
        expected, self.stored = self.stored, _count(self._connection)
        return max(0, expected - self.stored)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _look(self) -> None:
        """Raises Gone or Cut if the files were changed by others."""
        if self._connection is None:
            raise sqlite3.OperationalError("calls.sqlite is not open")
        for path in (self.path, self._journal):
            try:
                found = os.stat(path)
            except FileNotFoundError:
                # The journal is created by the first write.
                if path in self._seen or path == self.path:
                    raise Gone(f"{path.name} is gone") from None
                continue
            inode, size = self._seen.get(path, (found.st_ino, 0))
            if found.st_ino != inode:
                raise Gone(f"{path.name} was replaced")
            if found.st_size < size:
                raise Cut(f"{path.name} was cut to {found.st_size} bytes")
            self._seen[path] = (found.st_ino, found.st_size)

    def _written_anew(self, before: sqlite3.Connection | None) -> sqlite3.Connection:
        """The database under its name again. A deleted file exists as long as it is open."""
        make_folder(self.path.parent)
        put_aside(self.path)
        if before is not None:
            make_file(self.path)
            copy = sqlite3.connect(self.path, timeout=BUSY_S)
            try:
                before.backup(copy)
            except sqlite3.DatabaseError:
                copy.close()
                put_aside(self.path)
            else:
                copy.close()
        made = _open(self.path)
        if before is not None:
            before.close()
        return made

    def _opened_again(self) -> sqlite3.Connection:
        """The database as it is found; a damaged one is put aside, and what can be read of it is copied."""
        make_folder(self.path.parent)
        try:
            made = _open(self.path)
            if made.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok":
                return made
            made.close()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
        damaged = put_aside(self.path)
        made = _open(self.path)
        if damaged is not None:
            salvage(damaged, made)
        return made


def _open(path: Path) -> sqlite3.Connection:
    make_file(path)
    database = sqlite3.connect(path, timeout=BUSY_S, check_same_thread=False)
    try:
        # WAL with synchronous=NORMAL: a commit survives the end of the process; only a
        # power failure may lose the last ones, and a commit needs no fsync.
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return database


def _count(database: sqlite3.Connection) -> int:
    return int(database.execute("SELECT count(*) FROM calls").fetchone()[0])

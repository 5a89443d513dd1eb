"""Opens calls.sqlite to be read, also where its reader may write nothing: on a CI's read-only disk, or in another user's folder.

SQLite reads a journal (``-wal``) through a file that it makes beside it, unless
one is there. Where it may not make one, nobody is writing either: a database
without a journal is then read as it lies, one with a journal from a copy, into
which the journal is folded. That nobody wrote meanwhile is looked at, not believed.
"""

import errno
import os
import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

from wxsession.salvage import READ_WHAT_IS_LEFT

BUSY_S = 5.0
# How often a copy is tried while somebody writes.
COPIES = 5
_BETWEEN_COPIES_S = 0.2
# What SQLite says where it can neither use nor make the files beside the database.
_MAY_NOT_WRITE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})

# (inode, size, time of the last change) of the database and its journal; None for what is not there.
State = tuple[tuple[int, int, int] | None, ...]


class OpenDatabase:
    """A database to be read. Raises OSError or sqlite3.Error where it cannot be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_as_it_lay: State | None = None
        self._copy: TemporaryDirectory[str] | None = None
        # Looked at and not opened: where this process writes the session too, closing the file would give up the
        # locks of its writer. SQLite's own words for a file without rights are those for one that is not there.
        self._inode = os.stat(path).st_ino
        if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        try:
            # Not mode=ro: a session that was killed leaves a journal that only a writer may fold in.
            self.connection = _connected(str(path))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _MAY_NOT_WRITE:
                raise
            self.connection = self._without_writing()

    @property
    def was_written_meanwhile(self) -> bool:
        """Whether what was read may be neither what was there before nor after."""
        return self._read_as_it_lay not in (None, _state(self._path))

    def look(self) -> None:
        """Raises sqlite3.Error where the file has lost its name, or another has it: what is open is history."""
        found = _stat(self._path)
        if found is None or found[0] != self._inode:
            raise sqlite3.OperationalError("it was deleted or replaced")

    def into_memory(self) -> sqlite3.Connection:
        """A copy that can be written, in the place of what cannot. Raises sqlite3.Error."""
        copy = _connected(":memory:")
        self.connection.backup(copy)
        self.connection.close()
        self.connection = copy
        return copy

    def close(self) -> None:
        self.connection.close()
        if self._copy is not None:
            self._copy.cleanup()

    def _without_writing(self) -> sqlite3.Connection:
        before = _state(self._path)
        journal = before[1]
        if not _beside(self._path, "-shm").exists() and (journal is None or journal[1] == 0):
            self._read_as_it_lay = before
            return _connected(f"{self._path.absolute().as_uri()}?immutable=1", uri=True)
        self._copy = TemporaryDirectory(prefix="calls-", ignore_cleanup_errors=True)
        copy = Path(self._copy.name) / self._path.name
        for _ in range(COPIES):
            before = _state(self._path)
            for name in ("", "-wal"):
                _beside(copy, name).unlink(missing_ok=True)
                if _beside(self._path, name).exists():
                    shutil.copyfile(_beside(self._path, name), _beside(copy, name))
            if _state(self._path) == before:
                return _connected(str(copy))
            sleep(_BETWEEN_COPIES_S)
        raise sqlite3.OperationalError("it is being written by somebody else, whose files may only be looked at")


def _connected(name: str, *, uri: bool = False) -> sqlite3.Connection:
    database = sqlite3.connect(name, timeout=BUSY_S, uri=uri)
    try:
        database.row_factory = sqlite3.Row
        database.execute(READ_WHAT_IS_LEFT)
        # The first that reads the file.
        database.execute("PRAGMA user_version")
    except BaseException:
        database.close()
        raise
    return database


def _state(path: Path) -> State:
    return tuple(_stat(_beside(path, name)) for name in ("", "-wal"))


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _beside(path: Path, name: str) -> Path:
    return path.with_name(path.name + name)

"""Opens calls.sqlite for reading, also without write permission: on a CI's read-only disk, or in another user's folder.

SQLite reads a journal (``-wal``) through a file that it creates next to it, unless there is one. If it may not create
one, nobody is writing either: a database without a journal is then read as it is, one with a journal from a copy, after
a checkpoint. That nobody wrote meanwhile is verified, not assumed.
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
# How often a copy is tried while the session is being written.
COPIES = 5
_BETWEEN_COPIES_S = 0.2
# SQLite's error if it can neither use nor create the files next to the database.
_MAY_NOT_WRITE = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})

# (inode, size, time of the last change) of the database and its journal; None for a missing file.
State = tuple[tuple[int, int, int] | None, ...]


class OpenDatabase:
    """A database to be read. Raises OSError or sqlite3.Error if that is not possible."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_as_it_lay: State | None = None
        self._copy: TemporaryDirectory[str] | None = None
        # By stat, without opening: if this process also writes the session, closing the file would release the
        # locks of its writer. SQLite has the same error for a file without permission and for a missing file.
        self._inode = os.stat(path).st_ino
        if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        try:
            # Not mode=ro: a session that was killed leaves a journal that needs a checkpoint.
            self.connection = _connected(str(path))
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _MAY_NOT_WRITE:
                raise
            self.connection = self._without_writing()

    @property
    def was_written_meanwhile(self) -> bool:
        """Whether what was read may be a mix of the states before and after a write."""
        return self._read_as_it_lay not in (None, _state(self._path))

    def look(self) -> None:
        """Raises sqlite3.Error if the file was deleted or replaced: what is open is outdated."""
        found = _stat(self._path)
        if found is None or found[0] != self._inode:
            raise sqlite3.OperationalError("it was deleted or replaced")

    def into_memory(self) -> sqlite3.Connection:
        """A copy in memory that can be written, if the file cannot. Raises sqlite3.Error."""
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
        # The first statement that reads the file.
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

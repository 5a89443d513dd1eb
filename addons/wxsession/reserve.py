"""``.reserve`` of a session that is being recorded: room on the disk for its last words, and the sign that somebody writes here."""

import os
from pathlib import Path

from wxsession.private import opener
from wxsession.store import InUse

try:
    import fcntl
except ImportError:  # Windows: there, two that record in one folder are not told of each other
    fcntl = None  # type: ignore[assignment]

# Given free when the session ends on a full disk, so that it can at least be said how much was lost.
SIZE_BYTES = 64 * 1024


class Reserve:
    """Held for as long as the session is open; the death of the process frees it too."""

    def __init__(self, folder: Path) -> None:
        """Raises InUse (two would cut each other's flows), or OSError where the folder takes no file."""
        self._path = folder / ".reserve"
        self._file = open(self._path, "ab", opener=opener)
        if fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                self._file.close()
                raise InUse(*error.args) from error
            except OSError:
                pass  # a file system without locks
        self._file.truncate(0)
        self._file.write(os.urandom(SIZE_BYTES))
        self._file.flush()

    @staticmethod
    def is_held(folder: Path) -> bool:
        """Whether somebody records in this folder now; False where that cannot be told."""
        if fcntl is None:
            return False
        try:
            with open(folder / ".reserve", "rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def give_free(self) -> None:
        """Raises OSError."""
        self._file.close()
        self._path.unlink(missing_ok=True)

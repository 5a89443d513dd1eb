"""``.reserve`` of a session that is being recorded: reserved disk space for its last statements, and a lock that shows
that the session is being written."""

import os
from pathlib import Path

from wxsession.private import opener
from wxsession.store import InUse

try:
    import fcntl
except ImportError:  # Windows: there, two processes that record in one folder do not notice each other
    fcntl = None  # type: ignore[assignment]

# Released when the session ends on a full disk, so that at least the number of lost calls can be written.
SIZE_BYTES = 64 * 1024


class Reserve:
    """Held while the session is open; released when the process ends."""

    def __init__(self, folder: Path) -> None:
        """Raises InUse (two writers would truncate each other's flows), or OSError if no file can be created in the
        folder."""
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
        """Whether a process is recording in this folder; False if that is unknown."""
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

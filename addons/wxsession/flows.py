"""flows.mitm of a session that is being recorded: complete flows only, whatever happens to the disk."""

import os
import threading
from pathlib import Path
from typing import BinaryIO

from wxsession.private import make_folder
from wxsession.private import opener


class FlowsFile:
    """Appends complete flows, from any thread."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError."""
        self.path = folder / "flows.mitm"
        self._file: BinaryIO | None = None
        self._end = 0
        self._lock = threading.RLock()
        self._open()

    def append(self, flow: bytes) -> int:
        """The offset of the flow. Raises OSError if it could not be written completely; then nothing of it is in the
        file."""
        with self._lock:
            return self._append(flow)

    def append_at_once(self, flow: bytes) -> int | None:
        """As ``append``; None if another thread is writing, so that nobody waits for it."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            return self._append(flow)
        finally:
            self._lock.release()

    def _append(self, flow: bytes) -> int:
        if self._file is None:
            self._open()
        assert self._file is not None
        left = memoryview(flow)
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError:
            self._file.truncate(self._end)
            raise
        offset, self._end = self._end, self._end + len(flow)
        return offset

    def check(self) -> None:
        """Starts a new file if this one was deleted, replaced or truncated. Raises OSError with what was found."""
        with self._lock:
            self._check()

    def _check(self) -> None:
        if self._file is None:
            return
        try:
            found = os.stat(self.path)
        except FileNotFoundError:
            self._open()
            raise OSError(f"{self.path.name} is gone") from None
        if found.st_ino != os.fstat(self._file.fileno()).st_ino:
            self._open()
            raise OSError(f"{self.path.name} was replaced")
        if found.st_size < self._end:
            self.close()
            self.path.replace(self._free_name())
            self._open()
            raise OSError(f"{self.path.name} was cut to {found.st_size} bytes")

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                file, self._file = self._file, None
                file.close()

    def _open(self) -> None:
        self.close()
        make_folder(self.path.parent)
        # Unbuffered: what was written is in the file, and survives a kill -9.
        self._file = open(self.path, "ab", buffering=0, opener=opener)
        self._end = os.fstat(self._file.fileno()).st_size

    def _free_name(self) -> Path:
        number = 1
        while (path := self.path.with_name(f"flows.damaged-{number}.mitm")).exists():
            number += 1
        return path

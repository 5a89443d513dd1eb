"""The SHA-256 of bodies that are not kept, computed in one thread beside the event loop.

hashlib releases the GIL, so traffic continues meanwhile. The queue is bounded: a body that arrives faster than it is
hashed has to wait.
"""

import hashlib
import queue
import threading
from typing import Any

# Bytes per hand-over: waking a thread for each chunk costs more than the hash.
_BATCH_BYTES = 256 * 1024
# For all bodies together. The end of a body never waits for more than this: a few milliseconds.
_MOST_BATCHES = 8


class Digest:
    """The hash of one body. All methods are called from one thread."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._has_handed_over = False

    def update(self, chunk: bytes) -> None:
        self._waiting.append(chunk)
        self._waiting_bytes += len(chunk)
        if self._waiting_bytes >= _BATCH_BYTES:
            _thread().hash(self._hash, self._waiting)
            self._has_handed_over = True
            self._waiting, self._waiting_bytes = [], 0

    def hexdigest(self) -> str:
        """The digest so far; waits until it has been computed."""
        if self._has_handed_over:
            _thread().wait()
            self._has_handed_over = False
        self._hash.update(b"".join(self._waiting))
        self._waiting, self._waiting_bytes = [], 0
        return self._hash.hexdigest()


class _Thread:
    def __init__(self) -> None:
        self._work: queue.SimpleQueue[tuple[Any, list[bytes]] | threading.Event] = queue.SimpleQueue()
        self._room = threading.Semaphore(_MOST_BATCHES)
        threading.Thread(target=self._run, name="digests", daemon=True).start()

    def hash(self, digest: Any, chunks: list[bytes]) -> None:
        self._room.acquire()
        self._work.put((digest, chunks))

    def wait(self) -> None:
        """Waits until everything handed over before has been hashed."""
        done = threading.Event()
        self._work.put(done)
        done.wait()

    def _run(self) -> None:
        while True:
            work = self._work.get()
            if isinstance(work, threading.Event):
                work.set()
                continue
            digest, chunks = work
            digest.update(b"".join(chunks))
            self._room.release()


_started: list[_Thread] = []


def _thread() -> _Thread:
    """Started with the first large body."""
    if not _started:
        _started.append(_Thread())
    return _started[0]

"""The SHA-256 of bodies that are not kept, worked out beside the loop: one thread for all of them.

hashlib lets go of the interpreter while it works, so that bytes go on meanwhile. What waits for
the thread is bounded: a body that comes faster than it is hashed waits for it.
"""

import hashlib
import queue
import threading
from typing import Any

# Handed over at a time: a thread that is woken for each chunk costs more than the hash.
_BATCH_BYTES = 256 * 1024
# Of all bodies together. The end of a body waits for no more than this, a few milliseconds.
_MOST_BATCHES = 8


class Digest:
    """Of one body. All methods belong to one thread."""

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
        """Of what has come so far; waits until that is worked out."""
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
        """Until all is done that was handed over before."""
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
    """Begins with the first large body."""
    if not _started:
        _started.append(_Thread())
    return _started[0]

"""How many sockets a process holds, as Linux tells it."""

import sys
import time
from pathlib import Path

import pytest

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="counts sockets in /proc")


def open_sockets(pid: int) -> int:
    """Listening ones and the event loop's own included."""
    count = 0
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            count += str(each.readlink()).startswith("socket:")
        except OSError:
            pass  # closed meanwhile
    return count


def wait_for_sockets(pid: int, most: int, *, timeout_s: float = 20.0) -> bool:
    """Waits until no more than ``most`` are open. False when the time is up."""
    deadline = time.monotonic() + timeout_s
    while open_sockets(pid) > most:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)  # a poll of the condition above, up to the deadline
    return True

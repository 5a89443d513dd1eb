"""One of scripts/ in a process of its own, forked from one that has imported what it needs: testenv.fork_server.

Most of the time that a proxy takes to start is that of its imports. With an interpreter of their own, as a user starts
them, scripts run in tests/scripts/test_pipes.py and test_encodings.py, and in two of tests/live/test_start_mistakes.py.
"""

import atexit
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

_HERE = Path(__file__).resolve().parent
RUN_HERE = [sys.executable, str(_HERE / "run_here.py")]


def can_start(command: Sequence[str]) -> bool:
    return list(command[:2]) == RUN_HERE and hasattr(os, "fork")


class Forked:
    """A script that was started, with what the tests use of subprocess.Popen."""

    def __init__(self, command: Sequence[str], *, cwd: Path | None, env: Mapping[str, str], stderr: int | None) -> None:
        """``stderr`` is subprocess.PIPE or subprocess.STDOUT."""
        self.args = list(command)
        self.returncode: int | None = None
        self._told, told = socket.socketpair()
        self.stdout, out = _pipe()
        self.stderr, err = _pipe() if stderr == subprocess.PIPE else (None, os.dup(out))
        asked = {"command": self.args[2:], "cwd": str(cwd or Path.cwd()), "environment": dict(env)}
        try:
            socket.send_fds(_server(), [json.dumps(asked).encode()], [out, err, told.fileno()])
        finally:
            told.close()
            os.close(out)
            os.close(err)
        self._lines = self._told.makefile("rb")
        self.pid = int(self._lines.readline())

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.returncode = int(self._lines.readline())
            self._told.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None and not select.select([self._told], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        status = self.poll()
        assert status is not None
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            # It may have ended, and its watcher has not told it yet.
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def run(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout_s: float
) -> "subprocess.CompletedProcess[str]":
    """As subprocess.run, with both streams captured."""
    process = Forked(command, cwd=cwd, env=env, stderr=subprocess.PIPE)
    try:
        with ThreadPoolExecutor(2) as pool, process.stdout, process.stderr:
            read = [pool.submit(stream.read) for stream in (process.stdout, process.stderr)]
            try:
                status = process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            return subprocess.CompletedProcess(process.args, status, *(each.result() for each in read))
    finally:
        process.kill()


def _pipe() -> tuple[TextIO, int]:
    ours, theirs = os.pipe()
    return open(ours, encoding="utf-8", errors="replace"), theirs


@functools.cache
def _server() -> socket.socket:
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server = subprocess.Popen(
        [sys.executable, str(_HERE / "fork_server.py"), str(theirs.fileno())],
        stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], env=dict(os.environ),
    )  # fmt: skip
    theirs.close()
    atexit.register(server.wait)
    atexit.register(control.close)  # called first: which ends it
    return control

"""A program under test: its output as it comes, a condition to wait for, and its end."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from testenv import forked

# Settings of whoever runs the tests must not reach the programs under test.
_FOREIGN = {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir", "sslkeylogfile"}


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without anybody's proxy and certificate settings."""
    return {name: value for name, value in os.environ.items() if name.lower() not in _FOREIGN} | more


class Program:
    """A child process whose lines are kept. ``text`` is everything it has printed on both streams."""

    def __init__(self, command: Sequence[str | Path], *, cwd: Path | None = None, forks: bool = True) -> None:
        """``forks``: by testenv.forked, where it is one of scripts/; otherwise by an interpreter of its own."""
        self.command = [str(word) for word in command]
        self._lines: list[str] = []
        self._ended = False
        self._changed = threading.Condition()
        env = clean_environment(PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8")
        self.process: subprocess.Popen[str] | forked.Forked
        if forks and forked.can_start(self.command):
            self.process = forked.Forked(self.command, cwd=cwd, env=env, stderr=subprocess.STDOUT)
        else:
            self.process = subprocess.Popen(
                self.command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def text(self) -> str:
        with self._changed:
            return "".join(self._lines)

    def wait_for_line(self, pattern: str, *, timeout_s: float) -> re.Match[str]:
        """The first match of ``pattern`` in a line. AssertionError, with the output, where none comes."""
        with self._changed:
            found: list[re.Match[str]] = []
            read = 0

            def arrived() -> bool:
                nonlocal read
                while read < len(self._lines) and not found:
                    if match := re.search(pattern, self._lines[read]):
                        found.append(match)
                    read += 1
                return bool(found) or self._ended

            self._changed.wait_for(arrived, timeout_s)
        if found:
            return found[0]
        how = f"ended with status {self.process.poll()}" if self._ended else f"said nothing of it in {timeout_s} s"
        raise AssertionError(f"{' '.join(self.command)}\n{how}, expected a line with {pattern!r}:\n{self.text}")

    def wait(self, *, timeout_s: float = 20.0) -> int:
        """Its exit status, once it has ended by itself. AssertionError, and an end by force, where it does not."""
        try:
            status = self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill9()
            raise AssertionError(f"{' '.join(self.command)}\ndid not end in {timeout_s} s:\n{self.text}") from None
        self._reader.join(timeout_s)
        return status

    def stop(self, *, timeout_s: float = 20.0) -> int:
        """Ctrl-C, then its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.wait(timeout_s=timeout_s)

    def kill9(self) -> None:
        """Ends it with no chance to tidy up."""
        self.process.kill()
        self.process.wait()
        self._reader.join(5)

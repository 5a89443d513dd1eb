"""A disk that is soon full. Needs the right to mount; tests skip without it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(*, megabytes: int) -> Iterator[Path]:
    """A file system of that size; skips the test where none can be made."""
    if not sys.platform.startswith("linux"):
        pytest.skip("small file systems are made on Linux only")
    folder = Path(tempfile.mkdtemp())
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if done.returncode:
        folder.rmdir()
        pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        # Lazily: what the test left open must not keep it here.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()

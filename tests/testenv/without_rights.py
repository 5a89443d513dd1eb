"""Runs a piece of a test as somebody who may read a folder's files and write nothing there."""

import os
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_NOBODY = 65534


def make_read_only(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def give_to_the_stranger(path: Path) -> None:
    """Makes the stranger the file's owner, who may change its times and rights."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.chown(path, _NOBODY, _NOBODY)


def as_a_stranger(asked: Callable[[], Any]) -> Any:
    """What ``asked`` gives in a process without root's rights: a mode bit stops any other user, but not root."""
    if not hasattr(os, "fork"):
        pytest.skip("this system has no users to change to")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(_NOBODY)
                os.setuid(_NOBODY)
            told = (True, asked())
        except BaseException:
            told = (False, traceback.format_exc())
        with os.fdopen(writing, "wb") as out:
            pickle.dump(told, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        worked, told = pickle.load(answer)
    os.waitpid(child, 0)
    assert worked, told
    return told

"""Files and folders of a session: accessible by its owner only, from the moment they are created."""

import os
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_folder(folder: Path) -> None:
    """Creates the folder if it does not exist; an existing one keeps its permissions. Raises OSError."""
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def make_file(path: Path) -> None:
    """An empty file, if there is none: SQLite gives its journal the permissions of the database. Raises OSError.

    An existing one is not opened: closing it would release the locks that this process has on it.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), FILE_MODE))
    except FileExistsError:
        pass


def opener(path: str, flags: int) -> int:
    """For ``open``."""
    return os.open(path, flags, FILE_MODE)

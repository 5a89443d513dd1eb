"""How another command of ours is typed here: as the script beside the one that runs, or as the installed package's."""

import os
import shlex
import sys
from pathlib import Path

from wxpolicy.version import NAME

# What the user started, where that started this program in turn (the demo starts the proxy).
STARTED_AS = "MINIPROGRAM_PROXY_STARTED_AS"


def own_command(name: str, started_as: str | None = None) -> str:
    """For example "python3 scripts/policy.py". ``started_as`` is what this program was started as (by default sys.argv[0])."""
    started = Path(os.environ.get(STARTED_AS, sys.argv[0]) if started_as is None else started_as)
    if started.name in (NAME, f"{NAME}.exe", "__main__.py"):
        return f"{NAME} {name}"
    beside = started.parent / f"{name}.py"
    if started.suffix == ".py" and beside.is_file():
        return f"python3 {shlex.quote(_shortest(beside))}"
    return f"python3 scripts/{name}.py"


def _shortest(path: Path) -> str:
    """As it was typed, or from the working directory: the virtual environment's Python is given a whole path."""
    try:
        return min(str(path), os.path.relpath(path), key=len)
    except ValueError:  # on another drive
        return str(path)

"""Runs one of scripts/ with the interpreter that runs this, not in .venv: run_here.py SCRIPT ARGUMENTS."""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    sys.path[:1] = [str(ROOT / "scripts"), str(ROOT / "addons")]
    import _venv

    _venv.enter = lambda: None
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()

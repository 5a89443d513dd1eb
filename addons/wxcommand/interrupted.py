"""Ctrl-C in a script: a message instead of a traceback. Standard library only."""

import sys
from collections.abc import Callable

# The exit status of a shell for SIGINT.
INTERRUPTED = 130


def ended(main: Callable[[], int]) -> int:
    """The exit status of ``main``, or that of an interruption."""
    try:
        return main()
    except KeyboardInterrupt:
        print("\n已中断 / interrupted", file=sys.stderr)
        return INTERRUPTED

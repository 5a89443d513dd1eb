"""Ctrl-C in a script: a word in place of a traceback. Standard library only."""

import sys
from collections.abc import Callable

# What a shell gives for SIGINT.
INTERRUPTED = 130


def ended(main: Callable[[], int]) -> int:
    """The exit status of ``main``, or of its interruption."""
    try:
        return main()
    except KeyboardInterrupt:
        print("\n已中断 / interrupted", file=sys.stderr)
        return INTERRUPTED

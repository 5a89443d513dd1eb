"""Output that cannot fail because of a character. Standard library only."""

import io
import os
import sys


def show_everything() -> None:
    """What a terminal cannot show is printed as its escape: a report in Chinese, redirected on an English Windows, does
    not crash. Called first of all, before --help is printed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the parent process
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

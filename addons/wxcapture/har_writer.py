"""A HAR 1.2, written call by call: memory follows the largest call."""

from collections.abc import Callable

from wxpolicy.text.json_line import json_line

CREATOR = "miniprogram-proxy"
CREATOR_VERSION = "1"


def frame() -> tuple[str, str, Callable[[], str]]:
    """The text before the first entry, between two, and after the last."""
    creator = {"name": CREATOR, "version": CREATOR_VERSION}
    begin = f'{{"log": {{"version": "1.2", "creator": {json_line(creator)}, "pages": [], "entries": [\n'
    return begin, ",\n", lambda: "\n]}}\n"

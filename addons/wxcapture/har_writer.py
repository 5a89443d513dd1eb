"""A HAR 1.2, written call by call: memory follows the largest call."""

import json
import re
from collections.abc import Callable
from typing import Any

CREATOR = "miniprogram-proxy"
CREATOR_VERSION = "1"
# A lone surrogate cannot be written as UTF-8; line separators end a string in old JavaScript.
_UNWRITABLE = re.compile("[\ud800-\udfff\u2028\u2029]")


def frame() -> tuple[str, str, Callable[[], str]]:
    """What stands before the first entry, between two, and behind the last."""
    creator = {"name": CREATOR, "version": CREATOR_VERSION}
    begin = f'{{"log": {{"version": "1.2", "creator": {dumped(creator)}, "pages": [], "entries": [\n'
    return begin, ",\n", lambda: "\n]}}\n"


def dumped(value: Any) -> str:
    """As JSON on one line; Chinese stays as it is."""
    return _UNWRITABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))

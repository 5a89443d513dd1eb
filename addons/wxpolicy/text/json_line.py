"""JSON on one line that any terminal or editor can show, and any file can hold."""

import json
import re
from typing import Any

# What may be no plain letter or sign; ASCII and Chinese, which are nearly everything, pass without a look.
_SUSPECT = re.compile(r"[^\x20-\x7e\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e]")


def json_line(value: Any) -> str:
    """``value`` as JSON; Chinese stays as it is, what cannot be shown is escaped and reads back the same.

    Unescaped, a lone surrogate cannot be written at all, a line separator ends a string in old
    JavaScript, and a bidi override rewrites the line for its reader.
    """
    return _SUSPECT.sub(_escaped, json.dumps(value, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]

"""JSON on one line that can be shown in any terminal or editor, and stored in any file."""

import json
import re
from typing import Any

# What may not be a plain letter or sign; ASCII and Chinese, which are nearly everything, are not checked one by one.
_SUSPECT = re.compile(r"[^\x20-\x7e\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e]")


def json_line(value: Any) -> str:
    """``value`` as JSON; Chinese is not escaped, what cannot be shown is escaped and reads back the same.

    Unescaped, a lone surrogate cannot be encoded at all, a line separator ends a string in old JavaScript, and a bidi
    override changes how the line looks.
    """
    return _SUSPECT.sub(_escaped, json.dumps(value, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]

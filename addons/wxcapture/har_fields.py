"""The fields of a HAR as tools write them: a value of another type than HAR 1.2 has counts as missing, and nothing
raises."""

import math
import re
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from wxpolicy.call.headers import joined


def headers_of(found: Any) -> dict[str, str]:
    """By lower-case name; several values of one name are joined."""
    pairs = list(found.items()) if isinstance(found, dict) else [
        (object_of(each).get("name"), object_of(each).get("value")) for each in list_of(found)
    ]  # fmt: skip
    return joined((name.strip(), value) for name, value in pairs if isinstance(name, str) and isinstance(value, str))


def time_of(value: Any) -> float:
    """Unix time of a date; 0.0 if it is not one. Without a zone it is UTC."""
    if not isinstance(value, str):
        # Some tools write milliseconds.
        return number_of(value) / 1000 if number_of(value) > 1e11 else max(0.0, number_of(value))
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(value.strip())
            return max(0.0, (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
        except (ValueError, TypeError, IndexError, OverflowError, OSError):
            continue
    return 0.0


def object_of(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str:
    return value if isinstance(value, str) else ""


def number_of(value: Any) -> float:
    """Finite and of a size that a clock or a counter can have; 0.0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if math.isfinite(number) and abs(number) < 1e15 else 0.0


def status_of(value: Any) -> float:
    """As ``number_of``; some tools write it as a string."""
    digits = text_of(value).strip()
    return float(digits) if re.fullmatch("[0-9]{3}", digits) else number_of(value)

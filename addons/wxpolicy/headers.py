"""Header fields as one value a name."""

from collections.abc import Iterable


def joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By lower-case name, in the order of their first lines; several lines of one name are joined (RFC 9110 §5.3)."""
    made: dict[str, str] = {}
    for name, value in fields:
        key = name.lower()
        made[key] = f"{made[key]}, {value}" if key in made else value
    return made

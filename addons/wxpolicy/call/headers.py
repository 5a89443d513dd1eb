"""Header fields as one value per name."""

from collections.abc import Iterable


def joined(fields: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By lower-case name, in the order of their first lines; several lines of one name are joined (RFC 9110 §5.3)."""
    made: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    for name, value in fields:
        key = name.lower()
        if key in made:
            repeated.setdefault(key, [made[key]]).append(value)
        else:
            made[key] = value
    # Once for all lines: a server may send tens of thousands.
    for key, values in repeated.items():
        made[key] = ", ".join(values)
    return made

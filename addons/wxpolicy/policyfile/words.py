"""Did you mean: the most similar known word."""

from collections.abc import Iterable
from collections.abc import Mapping
from difflib import get_close_matches

# difflib compares every letter with every other: only the start of a long word is used.
_LOOKED_AT = 64


def nearest(word: str, known: Iterable[str], other_names: Mapping[str, str] | None = None) -> str | None:
    """The known word that ``word`` most likely means. ``other_names`` maps lower-case synonyms to known words."""
    lowered = word.strip()[:_LOOKED_AT].lower()
    by_lower = {name.lower(): name for name in known}
    for synonym, name in (other_names or {}).items():
        by_lower.setdefault(synonym, name)
    if lowered in by_lower:
        return by_lower[lowered]
    close = get_close_matches(lowered, by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None

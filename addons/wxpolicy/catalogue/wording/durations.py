"""Times as people write them."""

from wxpolicy.catalogue.wording.values import MISSING
from wxpolicy.catalogue.wording.values import Values


def seconds(data: Values, name: str) -> str:
    """Below a second in ms, otherwise in seconds with up to one decimal: "850 ms", "5 s", "61.3 s"."""
    ms = data.number(name)
    if ms is None:
        return MISSING
    if ms < 1000:
        return f"{round(ms)} ms"
    return f"{ms / 1000:.1f}".removesuffix(".0") + " s"

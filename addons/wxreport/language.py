"""Which of the two languages the user reads."""

from collections.abc import Mapping

# In the order of gettext.
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def language(option: str | None, environ: Mapping[str, str]) -> str:
    """Returns "zh" or "en": what ``--lang`` says, else the locale's, else English."""
    if option in ("zh", "en"):
        return option
    for name in VARIABLES:
        value = environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"

"""A finding's data as its sentences use it: whatever it holds, a sentence can be made of it and shown.

The data may come from the wire or out of a stranger's file. A value is only
ever put into a sentence, never read as one; it is made printable and is cut.
What is missing, or no text or number, is shown as "?".
"""

import re
from collections.abc import Mapping
from typing import Any

from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened

MISSING = "?"
# A domain name has 253 characters at most, with its scheme and port a few more.
_LONGEST = 300
_MOST_ITEMS = 20
_MOST_DIGITS = 20
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Values:
    """Reads ``data`` by name and kind. No method raises, whatever the data is."""

    __slots__ = ("_data",)

    def __init__(self, data: object) -> None:
        self._data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}

    def has(self, name: str) -> bool:
        return self._data.get(name) is not None

    def flag(self, name: str) -> bool:
        return self._data.get(name) is True

    def number(self, name: str) -> float | None:
        """None where it is no number that can be shown."""
        found = self._data.get(name)
        if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) < 10**_MOST_DIGITS:
            return None
        return found

    def text(self, name: str) -> str:
        return _shown(self._data.get(name))

    def texts(self, name: str) -> list[str]:
        """The items of a list, each as text."""
        found = self._data.get(name)
        return [_shown(item) for item in found[:_MOST_ITEMS]] if isinstance(found, list) else []

    def part(self, name: str) -> "Values":
        """An object inside the data."""
        return Values(self._data.get(name))

    def parts(self, name: str) -> list["Values"]:
        """The objects of a list."""
        found = self._data.get(name)
        return [Values(item) for item in found[:_MOST_ITEMS]] if isinstance(found, list) else []

    def raw(self, name: str) -> Any:
        """The value as it is: to compare with, never to show."""
        return self._data.get(name)

    def say(self, zh: str, en: str, **more: Text | str) -> Text:
        """The sentence with its {names} filled in: from ``more`` first, which is shown as it is, then from the data."""
        return Text(self._filled(zh, "zh", more), self._filled(en, "en", more))

    def _filled(self, template: str, lang: str, more: Mapping[str, Text | str]) -> str:
        def value(found: re.Match[str]) -> str:
            given = more.get(found[1])
            if given is not None:
                return given.in_lang(lang) if isinstance(given, Text) else given
            stored = self._data.get(found[1])
            if isinstance(stored, list):
                return listed(self.texts(found[1])).in_lang(lang)
            return _shown(stored)

        # One pass: what is filled in is not looked at again.
        return _PLACEHOLDER.sub(value, template)


def listed(items: list[str]) -> Text:
    """The items in a row, as each language separates them."""
    return Text("、".join(items), ", ".join(items))


def _shown(value: object) -> str:
    if isinstance(value, str):
        # Cut first: escaping makes a text longer, and a stranger's may have any length.
        return shortened(printable(shortened(value, _LONGEST)), _LONGEST)
    if isinstance(value, bool) or value is None:
        return MISSING
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_MOST_DIGITS else MISSING
    if isinstance(value, float):
        return f"{value:g}"
    return MISSING

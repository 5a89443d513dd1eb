"""What trust stores are called: in records, and for readers."""

import re
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from wxpolicy.terms import Platform
from wxpolicy.terms import Text

_WITH_EXTRA = re.compile(r" \+ ([0-9]+) extra\Z")
# Of the devtools' list: Chromium goes by one of Google's own, which is not at hand.
FOR_CHROME = " for Chrome's own"


def store_name(name: str, extra_count: int) -> str:
    """A store's name with the number of the user's own files: as records keep it."""
    return f"{name} + {extra_count} extra" if extra_count else name


def shown_stores(names: Iterable[str]) -> Text:
    """Stores' names as records keep them, for a reader: what they have in common is said once."""
    plain = list(dict.fromkeys(_WITH_EXTRA.sub("", name) for name in names))
    # The user's own files are added to each of them.
    extra = next((found[1] for name in names if (found := _WITH_EXTRA.search(name))), None)
    zh = "、".join(name.replace(FOR_CHROME, "，代替 Chrome 自己的列表") for name in plain)
    return Text(zh + (f"，另加 {extra} 个文件" if extra else ""), store_name(", ".join(plain), int(extra or 0)))


def names_in(tls: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The ``tls`` of a record as it is today: up to 0.1 one ``trust_store`` stood for all platforms."""
    if tls is None or "trust_store" not in tls:
        return None if tls is None else dict(tls)
    name = tls["trust_store"]
    rest = {key: value for key, value in tls.items() if key != "trust_store"}
    return {**rest, "trust_stores": None if name is None else {platform.value: name for platform in Platform}}

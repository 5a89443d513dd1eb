"""``http.Headers``: looks up a field by comparing bytes of the same length.

Why: mitmproxy lowers and decodes every field for each of about thirty lookups per call, and raises if there is none;
and it checks the types of every new one. With this a small call costs the proxy's main thread 4 to 5 % less.

Checked on 11.0.2, 12.2.3 and 12.3.1.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING
from typing import Any

from mitmproxy.http import Headers
from mitmproxy.utils.strutils import always_bytes

if TYPE_CHECKING:
    from wxgate.layers.own import Layers

_LONGEST_KEPT = 64


@lru_cache(maxsize=256)
def _kept(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape").lower()


def _wanted(name: Any) -> bytes:
    if type(name) is str and len(name) <= _LONGEST_KEPT:
        return _kept(name)
    return always_bytes(name, "utf-8", "surrogateescape").lower()  # type: ignore[no-any-return]


def needed() -> bool:
    return not {"get", "__contains__"} & vars(Headers).keys()


def apply(own: "Layers | None" = None) -> Callable[[], None]:
    original_init, original_get_all = Headers.__init__, Headers.get_all

    def __init__(self: Headers, fields: Any = (), **headers: Any) -> None:
        if not headers and type(fields) in (tuple, list):
            found = tuple(fields)
            for field in found:
                if type(field) is not tuple or len(field) != 2:
                    break
                if type(field[0]) is not bytes or type(field[1]) is not bytes:
                    break
            else:
                self.fields = found
                return
        original_init(self, fields, **headers)

    def get_all(self: Headers, name: Any) -> list[str]:
        wanted = _wanted(name)
        length = len(wanted)
        return [
            value.decode("utf-8", "surrogateescape")
            for key, value in self.fields
            if len(key) == length and key.lower() == wanted
        ]

    def get(self: Headers, key: Any, default: Any = None) -> Any:
        values = get_all(self, key)
        return ", ".join(values) if values else default

    def __contains__(self: Headers, key: Any) -> bool:
        wanted = _wanted(key)
        length = len(wanted)
        return any(len(name) == length and name.lower() == wanted for name, _ in self.fields)

    Headers.__init__ = __init__  # type: ignore[method-assign]
    Headers.get_all = get_all  # type: ignore[method-assign]
    Headers.get = get  # type: ignore[assignment, method-assign]
    Headers.__contains__ = __contains__  # type: ignore[assignment, method-assign]

    def undo() -> None:
        Headers.__init__ = original_init  # type: ignore[method-assign]
        Headers.get_all = original_get_all  # type: ignore[method-assign]
        # Those of a base class.
        del Headers.get, Headers.__contains__

    return undo

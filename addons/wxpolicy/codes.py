"""The name and the weight of a finding.

A code is the name of a file in ``wxpolicy/catalogue``. Only the file names are read here, so that a new code needs only
a new file, and so that a catalogue file can import this module.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from enum import StrEnum
from importlib.util import find_spec
from pkgutil import iter_modules

from wxpolicy.terms import Platform

ALL_PLATFORMS = (Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS)

CATALOGUE_PACKAGE = "wxpolicy.catalogue"


class Family(StrEnum):
    """Which part of the contract a code belongs to."""

    DOMAIN = "domain"
    CERTIFICATE = "certificate"
    BEHAVIOUR = "behaviour"
    RESPONSE = "response"
    OURS = "ours"


class Severity(StrEnum):
    VIOLATION = "violation"  # a release build fails because of it
    WARNING = "warning"  # a release build may fail because of it
    NOTE = "note"  # worth knowing, does not fail a call


class Status(StrEnum):
    VIOLATED = "violated"
    NOT_OBSERVABLE = "not_observable"  # the proxy cannot see it: never "passed"


class Known(StrEnum):
    """How a platform's behaviour is known, the most certain first."""

    MEASURED = "measured"  # seen on devices or in captured traffic
    SOURCE = "source"  # read in the platform's own source
    DOCUMENTED = "documented"  # the platform's or a vendor's documentation says so
    SAID = "said"  # developers report it


def _names() -> Iterator[str]:
    """The names of the catalogue's files; a sub-package is not a code."""
    # The package itself is not imported: its files import this module.
    package = find_spec(CATALOGUE_PACKAGE)
    for found in iter_modules(package.submodule_search_locations if package else ()):
        if not found.ispkg:
            yield found.name.upper()


class _Members(type):
    """``Code.TIMEOUT``, ``for code in Code`` and ``len(Code)``, as with an enum."""

    def __getattr__(cls, name: str) -> "Code":
        try:
            return _CODES[name]
        except KeyError:
            raise AttributeError(f"no code is called {name}") from None

    def __iter__(cls) -> Iterator["Code"]:
        return iter(_CODES.values())

    def __len__(cls) -> int:
        return len(_CODES)

    def __contains__(cls, code: object) -> bool:
        return code in _CODES


class Code(str, metaclass=_Members):
    """The stable name of something that can be found. A code's meaning never changes.

    Each is a single object, so that ``is`` compares as with an enum. ``Code("...")`` raises ValueError for a name
    without a file.
    """

    __slots__ = ()

    def __new__(cls, name: str) -> "Code":
        try:
            return _CODES[name]
        except KeyError:
            raise ValueError(f"{name!r} is no code") from None

    @property
    def name(self) -> str:
        return str(self)

    @property
    def value(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return f"<Code.{self}>"


_CODES: Mapping[str, Code] = {name: str.__new__(Code, name) for name in sorted(_names())}

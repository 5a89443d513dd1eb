"""Which calls to show: a filter as a value that any store can apply, with its meaning defined once, over a record.

Terms of one field are alternatives (``api:request api:uploadFile`` is both), different fields are combined, and a
negated term excludes. ``CallFilter.admits`` is the definition; a store with indexes translates it, and a test compares
the two.
"""

import re
from collections.abc import Callable
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from wxpolicy.call.record import CallRecord

# Scheme, then user info, which is not part of the host, then the host as the URL spells it.
_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?(\[[^\]/?#]*\]|[^/?#:]*)")


class Field(StrEnum):
    CODE = "code"  # part of a finding's code
    API = "api"
    HOST = "host"  # part of the host
    DEVICE = "device"
    APPID = "appid"
    ERRNO = "errno"  # of this call, or of a release build
    OUTCOME = "outcome"  # of this call
    RELEASE = "release"  # outcome in a release build
    MODE = "mode"
    METHOD = "method"
    STATUS = "status"  # HTTP status
    DEBUG_ONLY = "debug_only"  # "1" or "0"
    TEXT = "text"  # part of the URL, a code, errMsg in release (which begins with the API), device or appid
    ID = "id"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. ``value`` is compared without regard to ASCII case, except for an id; ERRNO and STATUS have a
    number."""

    field: Field
    value: str
    is_negated: bool = False

    def holds(self, record: CallRecord) -> bool:
        value = self.value if self.field is Field.ID else lower(self.value)
        return _MEANING[self.field](record, value) is not self.is_negated


@dataclass(frozen=True, slots=True)
class CallFilter:
    """``since`` and ``until`` are Unix times of a call's start; None: no limit on that side. ``until`` is exclusive."""

    terms: tuple[Term, ...] = ()
    since: float | None = None
    until: float | None = None

    @property
    def is_empty(self) -> bool:
        return self == EVERY_CALL

    def admits(self, record: CallRecord) -> bool:
        if self.since is not None and record.started_at < self.since:
            return False
        if self.until is not None and record.started_at >= self.until:
            return False
        return all(any(term.holds(record) for term in alternatives) for alternatives in self.conditions())

    def conditions(self) -> list[tuple[Term, ...]]:
        """Each must hold, by one of its terms. Every text and every negated term is a condition of its own."""
        by_field: dict[Field, list[Term]] = {}
        alone: list[tuple[Term, ...]] = []
        for term in self.terms:
            if term.is_negated or term.field is Field.TEXT:
                alone.append((term,))
            else:
                by_field.setdefault(term.field, []).append(term)
        return [*(tuple(terms) for terms in by_field.values()), *alone]


EVERY_CALL = CallFilter()


def host_of(url: str) -> str:
    """The host as a call's URL spells it, in lower case; "" if it has none."""
    match = _HOST.match(url)
    return match[1].lower() if match else ""


def codes_of(codes: Collection[str]) -> str:
    """The codes of a call's findings, each once, in their order: the searched text."""
    return " ".join(dict.fromkeys(codes))


def lower(text: str) -> str:
    """Only ASCII letters in lower case, as SQLite compares."""
    return "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)


def shown_codes(record: CallRecord) -> str:
    return codes_of([finding.code.value for finding in record.findings])


def _texts(record: CallRecord) -> tuple[str, ...]:
    """Where a text is searched for."""
    return (record.url, shown_codes(record), record.release.errmsg, record.device, record.appid or "")


def _digits(number: int | None) -> str:
    return "" if number is None else str(number)


_MEANING: dict[Field, Callable[[CallRecord, str], bool]] = {
    Field.CODE: lambda record, value: value in lower(shown_codes(record)),
    Field.API: lambda record, value: lower(record.api) == value,
    Field.HOST: lambda record, value: value in lower(host_of(record.url)),
    Field.DEVICE: lambda record, value: lower(record.device) == value,
    Field.APPID: lambda record, value: lower(record.appid or "") == value,
    Field.ERRNO: lambda record, value: value in (_digits(record.errno), _digits(record.release.errno)),
    Field.OUTCOME: lambda record, value: record.outcome.value == value,
    Field.RELEASE: lambda record, value: record.release.outcome.value == value,
    Field.MODE: lambda record, value: record.mode == value,
    Field.METHOD: lambda record, value: lower(record.method) == value,
    Field.STATUS: lambda record, value: _digits(record.http_status) == value,
    Field.DEBUG_ONLY: lambda record, value: str(int(record.debug_only)) == value,
    Field.TEXT: lambda record, value: any(value in lower(text) for text in _texts(record)),
    Field.ID: lambda record, value: record.id == value,
}

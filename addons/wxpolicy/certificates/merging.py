"""Merges the faults of several platforms to findings: equal ones become one, with the platforms that it applies to."""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace
from typing import Any

from wxpolicy.certificates.fault import Fault
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform

# The most certain first: a merged finding is known as its least certain part is.
_SURENESS = tuple(Known)


@dataclass(frozen=True, slots=True)
class PlatformFaults:
    """The faults of one platform; ``store`` is the name of its root list, ``known`` the default of its rules."""

    platform: Platform
    store: str
    known: Known
    faults: tuple[Fault, ...]

    def with_fault(self, found: Fault) -> "PlatformFaults":
        return replace(self, faults=(*self.faults, found))


def merged(found: Iterable[PlatformFaults], host: str) -> Iterator[Finding]:
    """One finding for each fault and severity, in the order of the platforms."""
    same: dict[Fault, list[tuple[PlatformFaults, Known]]] = {}
    # Faults that differ only in severity have equal texts, so that a report can merge them.
    stores: dict[Fault, dict[str, None]] = {}
    for theirs in found:
        for each in theirs.faults:
            plain = replace(each, known=None)
            same.setdefault(plain, []).append((theirs, each.known or theirs.known))
            stores.setdefault(replace(plain, severity=Severity.NOTE), {})[theirs.store] = None
    for each, held in same.items():
        yield Finding(
            each.code,
            _data(each, host, list(stores[replace(each, severity=Severity.NOTE)])),
            each.severity,
            each.status,
            tuple(theirs.platform for theirs, _ in held),
            max((known for _, known in held), key=_SURENESS.index),
            each.clause,
        )


def _data(found: Fault, host: str, stores: list[str]) -> dict[str, Any]:
    """In the form of the catalogue: JSON values, lists and not tuples."""
    data: dict[str, Any] = {"host": host}
    if found.place is not None:
        data["certificate"] = {"index": found.place.index, "label": found.place.label}
        data["field"] = found.place.field
    data.update({name: list(value) if isinstance(value, tuple) else value for name, value in found.data})
    if found.code.startswith("CERT_"):
        # A trust store belongs to one vendor: every verdict on a certificate names it (platform §5).
        data["trust_stores"] = stores
    return data

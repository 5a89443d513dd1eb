"""A fault as one platform's rules yield it: a code and what its sentence needs, before platforms are put together."""

from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.printable import printable
from wxpolicy.finding import Code
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status

Value = str | int | float | bool | None | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Which certificate and which field of it. ``index`` is its place as served, None where the trust store holds it."""

    index: int | None
    label: str
    field: str


@dataclass(frozen=True, slots=True)
class Fault:
    """``data`` holds what the code's sentences need besides the place (see the catalogue's file on the code).

    ``known`` is None where the platform's own mark holds: how its rules are known on the whole.
    """

    code: Code
    place: Place | None = None
    data: tuple[tuple[str, Value], ...] = ()
    severity: Severity = Severity.VIOLATION
    status: Status = Status.VIOLATED
    known: Known | None = None
    clause: str = "seed-2017 §1; platform §5"

    @property
    def fails(self) -> bool:
        return self.severity is Severity.VIOLATION and self.status is Status.VIOLATED

    def as_warning(self, known: Known) -> "Fault":
        """The same where the platform may pass it all the same."""
        return replace(self, severity=Severity.WARNING, known=known)


def fault(code: Code, reason: str, at: Link | None, field: str = "", **data: Value) -> Fault:
    """A fault at one field of one certificate; ``reason`` tells the cases of a code apart, "" where it has one alone."""
    place = Place(at.index, at.cert.label, field) if at is not None else None
    given = {"reason": reason, **data} if reason else data
    return Fault(code, place, tuple(sorted(given.items())))


def iso(when: datetime) -> str:
    """A moment as findings keep it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def aia(cert: CertFacts) -> dict[str, Value]:
    """Where the certificate says that its issuer's can be had, if it says so."""
    return {"aia": printable(cert.aia_urls[0], 200)} if cert.aia_urls else {}

"""A fault according to one platform's rules: a code and the data for its texts, before platforms are merged."""

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
    """Which certificate and which field of it. ``index`` is its position as served, None if it is from the trust
    store."""

    index: int | None
    label: str
    field: str


@dataclass(frozen=True, slots=True)
class Fault:
    """``data`` has what the code's texts need besides the place (see the catalogue's file for the code). ``known`` is
    None to use the platform's default: how its rules are known in general."""

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
        """The same as a warning: the platform may pass it nevertheless."""
        return replace(self, severity=Severity.WARNING, known=known)


def fault(code: Code, reason: str, at: Link | None, field: str = "", **data: Value) -> Fault:
    """A fault in one field of one certificate; ``reason`` distinguishes the cases of a code, "" if there is only
    one."""
    place = Place(at.index, at.cert.label, field) if at is not None else None
    given = {"reason": reason, **data} if reason else data
    return Fault(code, place, tuple(sorted(given.items())))


def iso(when: datetime) -> str:
    """A time in the form of findings."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def aia(cert: CertFacts) -> dict[str, Value]:
    """The URL of the issuer's certificate, if the certificate has one."""
    return {"aia": printable(cert.aia_urls[0], 200)} if cert.aia_urls else {}

"""CAs that platforms distrust although some store still holds their roots."""

from collections.abc import Iterator
from datetime import UTC
from datetime import datetime

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.fault import iso
from wxpolicy.finding import Code
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform

# platform §5 and the notice that seed-2017 §1 links: Chrome 56/57 kernels trust what was
# issued up to this moment, Chrome 61 trusts nothing of theirs.
LAST_TRUSTED = datetime(2016, 10, 21, tzinfo=UTC)
_NAMES = ("wosign", "startcom", "沃通电子认证")


def distrusted(platform: Platform, path: Path) -> Iterator[Fault]:
    """CERT_DISTRUSTED_CA for the certificate nearest the leaf that WoSign or StartCom issued. iOS says nothing of them here."""
    link = next((link for link in path if _is_theirs(link)), None)
    if link is None:
        return
    issued = path[0].cert.not_before
    late = issued > LAST_TRUSTED
    if platform is Platform.IOS:
        severity = Severity.NOTE
    else:
        severity = Severity.VIOLATION if late else Severity.WARNING
    found = fault(
        Code.CERT_DISTRUSTED_CA, "", link, "issuer", owner=link.cert.issuer_label, issued=iso(issued), is_late=late
    )
    yield Fault(found.code, found.place, found.data, severity, known=Known.DOCUMENTED)


def _is_theirs(link: Link) -> bool:
    names = [*link.cert.issuer_organisations, link.cert.issuer_label]
    return any(name in each.lower() for each in names for name in _NAMES)

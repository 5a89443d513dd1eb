"""What a platform cannot read, or must not pass over: extensions that are broken, doubled, or critical and unknown."""

from collections.abc import Collection
from collections.abc import Iterator

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.oids import extension_name
from wxpolicy.finding import Code


def unknown_critical(link: Link, known: Collection[str]) -> Iterator[Fault]:
    """CERT_UNREADABLE for an extension that is critical and none of ``known`` (RFC 5280 §4.2)."""
    for oid, critical in link.cert.critical.items():
        if critical and oid not in known:
            yield fault(Code.CERT_UNREADABLE, "critical_extension", link, extension_name(oid))


def malformed(link: Link, read: Collection[str]) -> Iterator[Fault]:
    """CERT_UNREADABLE for an extension that the platform reads and whose value is broken."""
    for oid in sorted(link.cert.malformed.intersection(read)):
        yield fault(Code.CERT_UNREADABLE, "malformed", link, extension_name(oid))


def duplicated(link: Link) -> Iterator[Fault]:
    """CERT_UNREADABLE for an extension that stands there twice (RFC 5280 §4.2)."""
    for oid in sorted(link.cert.duplicated):
        yield fault(Code.CERT_UNREADABLE, "duplicated", link, extension_name(oid))


def extensions_before_v3(link: Link) -> Iterator[Fault]:
    """CERT_UNREADABLE for extensions in a certificate that says it is of version 1 or 2."""
    if link.cert.version < 3 and link.cert.critical:
        yield fault(Code.CERT_UNREADABLE, "version", link, "version")


def nameless(link: Link, san_is_critical: bool) -> Iterator[Fault]:
    """CERT_UNREADABLE for an empty subject, unless a subjectAltName stands in for it (RFC 5280 §4.1.2.6)."""
    if link.cert.subject.empty and not san_is_critical:
        yield fault(Code.CERT_UNREADABLE, "empty_name", link, "subject", whose="subject")


def two_algorithms(cert: CertFacts) -> bool:
    """Whether the signature's algorithm outside and inside of what is signed differ (RFC 5280 §4.1.1.2)."""
    return cert.algorithm.der != cert.inner_algorithm.der

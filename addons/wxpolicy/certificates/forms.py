"""What a platform cannot parse, or must not ignore: extensions that are malformed, duplicate, or critical and
unknown."""

from collections.abc import Collection
from collections.abc import Iterator

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


def two_algorithms(link: Link, *, parameters_too: bool = True) -> Iterator[Fault]:
    """CERT_UNREADABLE where the signature's algorithm outside and inside of what is signed differ (RFC 5280 §4.1.1.2)."""
    outside, inside = link.cert.algorithm, link.cert.inner_algorithm
    if outside.oid != inside.oid or (parameters_too and outside.der != inside.der):
        yield fault(Code.CERT_UNREADABLE, "two_algorithms", link, "signatureAlgorithm")


def empty_constraints(link: Link) -> Iterator[Fault]:
    """CERT_UNREADABLE for constraints on names or policies that constrain nothing (RFC 5280 §4.2.1.10, §4.2.1.11)."""
    names, policies = link.cert.constraints, link.cert.policy_constraints
    if names is not None and (() in (names.permitted, names.excluded) or names.permitted is names.excluded is None):
        yield fault(Code.CERT_UNREADABLE, "malformed", link, "nameConstraints")
    if policies is not None and policies.require_explicit is None and policies.inhibit_mapping is None:
        yield fault(Code.CERT_UNREADABLE, "malformed", link, "policyConstraints")

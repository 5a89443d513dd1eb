"""iOS: Apple's Security framework, as published (Security-61901, 2025-10). Not run anywhere: read in the source.

Paths and lines below are of that source. Every certificate of a path counts,
of the anchor all but its extendedKeyUsage and its critical extensions. HarmonyOS
and desktop WeChat have not been measured; they are not this platform.
"""

from collections.abc import Iterator
from dataclasses import replace

from wxpolicy.certificates.constraints import name_constraints
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.forms import duplicated
from wxpolicy.certificates.forms import malformed
from wxpolicy.certificates.forms import nameless
from wxpolicy.certificates.forms import two_algorithms
from wxpolicy.certificates.forms import unknown_critical
from wxpolicy.certificates.names import apple_matches
from wxpolicy.certificates.oids import ANY_PURPOSE
from wxpolicy.certificates.oids import EXTENSION_NAMES
from wxpolicy.certificates.oids import MICROSOFT_SGC
from wxpolicy.certificates.oids import NETSCAPE_SGC
from wxpolicy.certificates.oids import SERVER_AUTH
from wxpolicy.certificates.oids import SUBJECT_ALT_NAME
from wxpolicy.certificates.policies import policies
from wxpolicy.certificates.purpose import is_authority
from wxpolicy.certificates.purpose import key_usage_in_handshake
from wxpolicy.certificates.purpose import may_sign
from wxpolicy.certificates.purpose import no_purpose
from wxpolicy.certificates.purpose import not_an_authority
from wxpolicy.certificates.purpose import path_length
from wxpolicy.certificates.purpose import servers_purpose
from wxpolicy.certificates.rulebook import Asked
from wxpolicy.certificates.rulebook import Rulebook
from wxpolicy.certificates.rulebook import self_issued
from wxpolicy.certificates.signing import signed_by
from wxpolicy.certificates.strength import BROKEN_HASHES
from wxpolicy.certificates.strength import NIST_CURVES
from wxpolicy.certificates.strength import weak_key
from wxpolicy.certificates.strength import weak_signature
from wxpolicy.certificates.subtrees import APPLE
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.validity import OTHER_825_AFTER
from wxpolicy.certificates.validity import apple_length
from wxpolicy.certificates.validity import dates
from wxpolicy.certificates.x500 import as_apple
from wxpolicy.finding import Code
from wxpolicy.finding import Known

# SecCertificate.c:1332-1381 and :1420-1433: what may be critical. Those without a name of RFC 5280's own:
# private key usage period, issuerAltName, subjectInfoAccess, netscape-cert-type, Entrust's version, OCSP no check,
# qcStatements, AD CS application policies.
_KNOWN_CRITICAL = frozenset(EXTENSION_NAMES) | {
    "2.5.29.16", "2.5.29.18", "1.3.6.1.5.5.7.1.11", "2.16.840.1.113730.1.1", "1.2.840.113533.7.65.0",
    "1.3.6.1.5.5.7.48.1.5", "1.3.6.1.5.5.7.1.3", "1.3.6.1.4.1.311.21.10",
}  # fmt: skip
# OSX/sec/Security/SecPolicy.c:1088-1106: one of these, or no extendedKeyUsage at all.
_PURPOSES = frozenset({SERVER_AUTH, ANY_PURPOSE, MICROSOFT_SGC, NETSCAPE_SGC})
# OSX/sec/Security/SecPolicy.c:1402-1421
_LEAST_RSA_BITS = 2048
# SecCertificate.c:1832
_MAX_SERIAL_BYTES = 37


def readable(link: Link) -> Iterator[Fault]:
    """SecCertificateParse: a serial number of 1 to 37 octets, and no critical extension that cannot be read."""
    if len(link.cert.serial) > _MAX_SERIAL_BYTES:
        yield fault(Code.CERT_UNREADABLE, "long_serial", link, "serialNumber", limit_bytes=_MAX_SERIAL_BYTES)
    yield from malformed(link, [oid for oid, critical in link.cert.critical.items() if critical])


def anchor(link: Link, store: TrustStore) -> Link | None:
    """Whatever was trusted by hand, or came with the system."""
    return link if store.holds(link.cert) and not any(readable(link)) else None


def goes_on(path: Path) -> bool:
    """Nothing stands above a self-signed certificate (SecTrustServer.c, SecPathBuilder)."""
    cert = path[-1].cert
    return as_apple(cert.subject) != as_apple(cert.issuer) or not signed_by(cert, cert)


def path(path: Path, asked: Asked) -> Iterator[Fault]:
    """The policy of SecPolicyCreateSSL (OSX/sec/Security/SecPolicy.c:1855-1900) and of every X.509 path."""
    anchored = asked.store.holds(path[-1].cert)
    by_user = not anchored or asked.store.is_private(path[-1].cert)
    below = path[:-1] if anchored else path
    again = self_issued(path, as_apple)
    yield from _trusted_by_hand(path) if anchored and by_user else ()
    for link in path:
        # trust/trustd/SecPolicyServer.c:599-612, the anchor included
        yield from dates(link, asked.now)
        # :291-317 and :2887: an extension that is known and broken, or there twice, in any certificate
        yield from malformed(link, EXTENSION_NAMES)
        yield from duplicated(link)
        # OSX/sec/Security/SecPolicyLeafCallbacks.c:169-186
        yield from nameless(link, not link.cert.is_ca and bool(link.cert.critical.get(SUBJECT_ALT_NAME)))
    for link in below:
        # :1478-1503, not in a trusted anchor
        yield from unknown_critical(link, _KNOWN_CRITICAL)
        # OSX/sec/Security/SecCertificate.c:4709-4724
        yield from two_algorithms(link, parameters_too=False)
    yield from _key_ids(path)
    yield from _strength(path, anchored and by_user)
    yield from _authorities(path)
    # :1283-1460: constraints, policies and the path length; the anchor's constraints and length are taken too
    yield from name_constraints(path, path[1:], again, APPLE)
    yield from policies(path, again, anchors_too=False)
    yield from path_length(path, again, anchors_too=True)
    # :357-396: the leaf and the CAs below the root
    for link in path[:1] if len(path) == 1 else path[:-1]:
        yield from servers_purpose(link, _PURPOSES)
    yield from _apples_limits(path, anchored, by_user)


def _key_ids(path: Path) -> Iterator[Fault]:
    """IdLinkage (trust/trustd/SecPolicyServer.c:317-341): only where the issuer has a key id and the one below names one."""
    for child, issuer in zip(path, path[1:], strict=False):
        wanted, offered = child.cert.authority_key_id, issuer.cert.subject_key_id
        if wanted is not None and offered is not None and wanted != offered:
            yield fault(Code.CERT_UNTRUSTED_ROOT, "key_id", child, "authorityKeyIdentifier", issuer=issuer.cert.label)


def _strength(path: Path, by_user: bool) -> Iterator[Fault]:
    """KeySize (:1755-1779) over the whole path, SignatureHashAlgorithms (:1793-1819) without what is self-signed."""
    if len(path) > 1 or not by_user:
        for link in path:
            # SecCertificateIsAtLeastMinKeySize (SecCertificate.c:5864) compares whole bytes.
            yield from weak_key(link, _LEAST_RSA_BITS, NIST_CURVES, in_bytes=True)
    for link in path[:-1] if by_user else path:
        if not signed_by(link.cert, link.cert):
            yield from weak_signature(link, BROKEN_HASHES)
            # App Transport Security's words ask for SHA-256 or better, SecPolicy.c:1423 lets SHA-224 pass.
            for each in weak_signature(link, {"sha224"}):
                yield each.as_warning(Known.DOCUMENTED)


def _authorities(path: Path) -> Iterator[Fault]:
    """SecPVCParentCertificateChecks (:2887-2957), anchors too; criticality and key ids are not looked at."""
    for place, link in enumerate(path[1:], start=1):
        if link.cert.version >= 3:
            yield from is_authority(link)
        elif place < len(path) - 1 and path[-1].cert.version >= 3:
            yield not_an_authority(link)
        yield from may_sign(link)


def _apples_limits(path: Path, anchored: bool, by_user: bool) -> Iterator[Fault]:
    """ValidityPeriodMaximums and ServerAuthEKU (:2162-2290): not asked of a leaf that was trusted by hand itself."""
    leaf = path[0]
    if anchored and by_user and len(path) == 1:
        return
    yield from apple_length(leaf, public=not by_user)
    if not by_user:
        for link in path[:-1]:
            yield from servers_purpose(link, {SERVER_AUTH} if link is leaf else {SERVER_AUTH, ANY_PURPOSE})
        yield from no_purpose(leaf)
    elif leaf.cert.not_before > OTHER_825_AFTER:
        # Apple 103769 demands it whoever issued the certificate; the code asks under system roots alone.
        for each in no_purpose(leaf, "eku_missing_private"):
            yield each.as_warning(Known.DOCUMENTED)


def _trusted_by_hand(path: Path) -> Iterator[Fault]:
    """What the store holds and iOS's own settings would not let a user trust fully: only roots can be."""
    cert = path[-1].cert
    if len(path) == 1 and as_apple(cert.subject) == as_apple(cert.issuer):
        # seed-2017 §1: "iOS 不支持自签名证书"
        yield _documented(fault(Code.CERT_SELF_SIGNED, "", path[0], "issuer", trusted=True))
    elif as_apple(cert.subject) != as_apple(cert.issuer):
        yield fault(Code.CERT_UNTRUSTED_ROOT, "no_root", path[-1], "issuer").as_warning(Known.SAID)


def _documented(found: Fault) -> Fault:
    return replace(found, known=Known.DOCUMENTED, clause="seed-2017 §1")


def leaf(link: Link, asked: Asked) -> Iterator[Fault]:
    """keyUsage against what the handshake does: not in these sources, so it may pass."""
    for each in key_usage_in_handshake(link, asked.handshake):
        yield each.as_warning(Known.SAID)


RULES = Rulebook(
    known=Known.SOURCE,
    fold=as_apple,
    readable=readable,
    needs_all_readable=False,
    anchor=anchor,
    goes_on=goes_on,
    path=path,
    leaf=leaf,
    matches=apple_matches,
)

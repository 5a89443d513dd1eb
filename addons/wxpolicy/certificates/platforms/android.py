"""Android: Conscrypt's TrustManagerImpl and OkHostnameVerifier over OpenJDK's PKIX, as Android 17 has them.

Measured with Conscrypt of 2026-08 over JDK 17's PKIX with AOSP's disabled
algorithms. Of the anchor nothing counts but its name and its key: what the
store holds is trusted, expired or not, whatever it says it is for.
"""

from collections.abc import Iterator

from wxpolicy.certificates.constraints import name_constraints
from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.forms import duplicated
from wxpolicy.certificates.forms import extensions_before_v3
from wxpolicy.certificates.forms import malformed
from wxpolicy.certificates.forms import nameless
from wxpolicy.certificates.forms import two_algorithms
from wxpolicy.certificates.forms import unknown_critical
from wxpolicy.certificates.names import java_matches
from wxpolicy.certificates.oids import ANY_PURPOSE
from wxpolicy.certificates.oids import BASIC_CONSTRAINTS
from wxpolicy.certificates.oids import EXTENDED_KEY_USAGE
from wxpolicy.certificates.oids import INHIBIT_ANY_POLICY
from wxpolicy.certificates.oids import KEY_USAGE
from wxpolicy.certificates.oids import MICROSOFT_SGC
from wxpolicy.certificates.oids import NAME_CONSTRAINTS
from wxpolicy.certificates.oids import NETSCAPE_SGC
from wxpolicy.certificates.oids import POLICIES
from wxpolicy.certificates.oids import POLICY_CONSTRAINTS
from wxpolicy.certificates.oids import POLICY_MAPPINGS
from wxpolicy.certificates.oids import SERVER_AUTH
from wxpolicy.certificates.oids import SUBJECT_ALT_NAME
from wxpolicy.certificates.policies import policies
from wxpolicy.certificates.purpose import is_authority
from wxpolicy.certificates.purpose import key_usage_in_handshake
from wxpolicy.certificates.purpose import may_sign
from wxpolicy.certificates.purpose import not_an_authority
from wxpolicy.certificates.purpose import path_length
from wxpolicy.certificates.purpose import servers_purpose
from wxpolicy.certificates.rulebook import Asked
from wxpolicy.certificates.rulebook import Rulebook
from wxpolicy.certificates.rulebook import is_self_issued
from wxpolicy.certificates.rulebook import self_issued
from wxpolicy.certificates.strength import BROKEN_HASHES
from wxpolicy.certificates.strength import NIST_CURVES
from wxpolicy.certificates.strength import weak_key
from wxpolicy.certificates.strength import weak_signature
from wxpolicy.certificates.subtrees import JAVA
from wxpolicy.certificates.tls_offer import unusable_leaf_key
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.validity import dates
from wxpolicy.certificates.x500 import as_java
from wxpolicy.finding import Code
from wxpolicy.finding import Known

# What PKIX's checkers take off the list of critical extensions, and Conscrypt's own for extendedKeyUsage.
_KNOWN_CRITICAL = frozenset(
    {
        BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, SUBJECT_ALT_NAME, NAME_CONSTRAINTS,
        POLICIES, POLICY_MAPPINGS, POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY,
    }
)  # fmt: skip
_PURPOSES = frozenset({SERVER_AUTH, ANY_PURPOSE, MICROSOFT_SGC, NETSCAPE_SGC})
# Conscrypt, ChainStrengthAnalyzer; the curves are those that both BoringSSL and JDK 17 know.
_LEAST_RSA_BITS = 1024
# Conscrypt, TrustManagerImpl.MAX_UNTRUSTED_CHAIN_LENGTH: the server's own and the CAs below the anchor.
_MAX_BELOW_ANCHOR = 20


def readable(link: Link) -> Iterator[Fault]:
    """BoringSSL's X509 parser (d2i_X509) takes no extensions before version 3; broken values it leaves to others."""
    yield from extensions_before_v3(link)


def anchor(link: Link, store: TrustStore) -> Link | None:
    """TrustedCertificateIndex: an issuer is looked up by name and key, the server's own by name and key too.

    So another certificate of a trusted key ends a path as well, and what it says itself counts for nothing.
    """
    same = (held for held in store.by_subject.get(link.cert.subject_key, ()) if held.spki == link.cert.spki)
    found = next((held for held in same if as_java(held.subject) == as_java(link.cert.subject)), None)
    if found is None:
        return None
    if link.index == 0 or found.der == link.cert.der:
        return Link(found, link.index)
    return None


def goes_on(path: Path) -> bool:
    """checkTrustedRecursive, 1: where issuer and subject are one name the path ends, self-signed or not."""
    return not is_self_issued(path[-1].cert, as_java) and len(path) <= _MAX_BELOW_ANCHOR


def path(path: Path, asked: Asked) -> Iterator[Fault]:
    """verifyChain: strength and PKIX over what lies below the first anchor; nothing where the server's own is one."""
    anchored = anchor(path[-1], asked.store) is not None
    below = path[:-1] if anchored else path
    again = self_issued(path, as_java)
    for link in below:
        # ChainStrengthAnalyzer.check
        yield from weak_key(link, _LEAST_RSA_BITS, NIST_CURVES)
        yield from weak_signature(link, BROKEN_HASHES)
        # PKIX, BasicChecker
        yield from dates(link, asked.now)
        yield from _form(link)
    if anchored and below:
        # PKIX, AlgorithmChecker with AOSP's jdk.certpath.disabledAlgorithms: the one thing that is asked of an anchor's key
        yield from weak_key(path[-1], _LEAST_RSA_BITS, NIST_CURVES)
        yield from _anchors_identity(below[-1], path[-1])
    for link in below[1:]:
        # PKIX, ConstraintsChecker and KeyChecker
        yield from [not_an_authority(link)] if link.cert.version < 3 else is_authority(link)
        yield from may_sign(link)
    yield from name_constraints(path, below[1:], again, JAVA)
    yield from policies(path, again, anchors_too=False)
    yield from path_length(path, again, anchors_too=not anchored)
    # ExtendedKeyUsagePKIXCertPathChecker: of the server's own certificate alone
    if below:
        yield from servers_purpose(path[0], _PURPOSES)
        yield from malformed(path[0], {EXTENDED_KEY_USAGE})
    if len(below) > _MAX_BELOW_ANCHOR:
        yield fault(Code.CERT_UNTRUSTED_ROOT, "too_long", path[0], "path", limit=_MAX_BELOW_ANCHOR)


def _anchors_identity(child: Link, root: Link) -> Iterator[Fault]:
    """AdaptableX509CertSelector: the one below names the anchor by its key id, and by its serial number from version 3 on."""
    named, cert = child.cert.authority, root.cert
    other_key = named.key_id is not None and cert.subject_key_id not in (None, named.key_id)
    other_serial = cert.version >= 3 and named.serial is not None and named.serial != cert.serial
    if other_key or other_serial:
        yield fault(Code.CERT_UNTRUSTED_ROOT, "key_id", child, "authorityKeyIdentifier", issuer=cert.label)


def _form(link: Link) -> Iterator[Fault]:
    """sun.security.x509.X509CertImpl, into which PKIX turns every certificate below the anchor."""
    cert = link.cert
    yield from duplicated(link)
    # BoringSSL, X509_verify
    yield from two_algorithms(link)
    yield from malformed(link, [oid for oid, critical in cert.critical.items() if critical])
    yield from unknown_critical(link, _KNOWN_CRITICAL)
    if cert.version >= 3:
        yield from nameless(link, not cert.is_ca and bool(cert.critical.get(SUBJECT_ALT_NAME)))
    if cert.issuer.empty:
        yield fault(Code.CERT_UNREADABLE, "empty_name", link, "issuer", whose="issuer")
    if _critical_qualifiers(cert):
        # PolicyChecker, PKIXParameters.getPolicyQualifiersRejected
        yield fault(Code.CERT_POLICY, "qualifiers", link, "certificatePolicies")


def _critical_qualifiers(cert: CertFacts) -> bool:
    return cert.policies is not None and bool(cert.policies.qualifiers) and bool(cert.critical.get(POLICIES))


def leaf(link: Link, asked: Asked) -> Iterator[Fault]:
    """BoringSSL's TLS layer: what keyUsage allows, and a key with which the client lets a server sign."""
    yield from key_usage_in_handshake(link, asked.handshake)
    yield from unusable_leaf_key(link, "Android")


RULES = Rulebook(
    known=Known.MEASURED,
    fold=as_java,
    readable=readable,
    needs_all_readable=True,
    anchor=anchor,
    goes_on=goes_on,
    path=path,
    leaf=leaf,
    matches=java_matches,
)

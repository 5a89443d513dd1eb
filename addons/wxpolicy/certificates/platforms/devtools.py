"""The devtools: Chromium's verifier, BoringSSL's pki (measured: Chromium 156 on Linux, live handshakes).

Every certificate of a path counts, of a root that the user added its dates and
its extensions too; of Chrome's own roots neither (net/cert/internal/
trust_store_chrome.cc). Desktop WeChat is no Chromium of this version and has
not been measured.
"""

from collections.abc import Iterator
from dataclasses import replace

from wxpolicy.certificates.constraints import name_constraints
from wxpolicy.certificates.der import DerError
from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.forms import duplicated
from wxpolicy.certificates.forms import empty_constraints
from wxpolicy.certificates.forms import extensions_before_v3
from wxpolicy.certificates.forms import malformed
from wxpolicy.certificates.forms import two_algorithms
from wxpolicy.certificates.forms import unknown_critical
from wxpolicy.certificates.general_names import GeneralName
from wxpolicy.certificates.general_names import Kind
from wxpolicy.certificates.names import chromium_matches
from wxpolicy.certificates.oids import ANY_PURPOSE
from wxpolicy.certificates.oids import BASIC_CONSTRAINTS
from wxpolicy.certificates.oids import CPS_QUALIFIER
from wxpolicy.certificates.oids import EXTENDED_KEY_USAGE
from wxpolicy.certificates.oids import EXTENSION_NAMES
from wxpolicy.certificates.oids import INHIBIT_ANY_POLICY
from wxpolicy.certificates.oids import KEY_USAGE
from wxpolicy.certificates.oids import NAME_CONSTRAINTS
from wxpolicy.certificates.oids import POLICIES
from wxpolicy.certificates.oids import POLICY_CONSTRAINTS
from wxpolicy.certificates.oids import POLICY_MAPPINGS
from wxpolicy.certificates.oids import SERVER_AUTH
from wxpolicy.certificates.oids import SUBJECT_ALT_NAME
from wxpolicy.certificates.oids import USER_NOTICE_QUALIFIER
from wxpolicy.certificates.policies import policies
from wxpolicy.certificates.purpose import is_authority
from wxpolicy.certificates.purpose import key_usage_in_handshake
from wxpolicy.certificates.purpose import may_sign
from wxpolicy.certificates.purpose import path_length
from wxpolicy.certificates.purpose import servers_purpose
from wxpolicy.certificates.rulebook import Asked
from wxpolicy.certificates.rulebook import Rulebook
from wxpolicy.certificates.rulebook import self_issued
from wxpolicy.certificates.signature_algorithms import Scheme
from wxpolicy.certificates.strength import NIST_CURVES
from wxpolicy.certificates.strength import unknown_signature
from wxpolicy.certificates.strength import weak_key
from wxpolicy.certificates.subtrees import CHROMIUM
from wxpolicy.certificates.tls_offer import unusable_leaf_key
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.validity import chromium_length
from wxpolicy.certificates.validity import dates
from wxpolicy.certificates.x500 import as_boringssl
from wxpolicy.finding import Code
from wxpolicy.finding import Known

# pki/verify_certificate_chain.cc, IsHandledCriticalExtension
_KNOWN_CRITICAL = frozenset(
    {
        BASIC_CONSTRAINTS, KEY_USAGE, EXTENDED_KEY_USAGE, NAME_CONSTRAINTS, SUBJECT_ALT_NAME,
        POLICIES, POLICY_MAPPINGS, POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY,
    }
)  # fmt: skip
_APPLICATION_POLICIES = "1.3.6.1.4.1.311.21.10"
_PURPOSES = frozenset({SERVER_AUTH, ANY_PURPOSE})
# pki/simple_path_builder_delegate.cc
_LEAST_RSA_BITS = 1024
_SCHEMES = frozenset({Scheme.RSA, Scheme.RSA_PSS, Scheme.ECDSA})
_HASHES = frozenset({"sha256", "sha384", "sha512"})
# Chromium's kPathBuilderIterationLimit (net/cert/cert_verify_proc_builtin.cc)
_MAX_PATH = 20


def readable(link: Link) -> Iterator[Fault]:
    """ParsedCertificate::Create (pki/parsed_certificate.cc): one broken extension that it reads spoils the certificate."""
    cert = link.cert
    yield from extensions_before_v3(link)
    yield from duplicated(link)
    yield from malformed(link, EXTENSION_NAMES)
    yield from empty_constraints(link)
    if cert.subject.empty and cert.has_san and not cert.critical[SUBJECT_ALT_NAME]:
        yield fault(Code.CERT_UNREADABLE, "san_not_critical", link, "subjectAltName")
    for field, name in (("subject", cert.subject), ("issuer", cert.issuer)):
        try:
            as_boringssl(name)
        except DerError:
            yield fault(Code.CERT_UNREADABLE, "bad_string", link, field)
    if not all(_is_ascii(name) for name in cert.san or ()):
        # RFC 5280 has IA5String there; an international name stands in it as A-label.
        yield fault(Code.CERT_UNREADABLE, "bad_string", link, "subjectAltName")


def _is_ascii(name: GeneralName) -> bool:
    if name.kind is Kind.IP:
        return len(name.value) in (4, 16)
    return name.kind not in (Kind.DNS, Kind.EMAIL, Kind.URI) or name.value.isascii()


def anchor(link: Link, store: TrustStore) -> Link | None:
    """Any certificate that the store holds, the server's own as well; it must be readable like the others."""
    return link if store.holds(link.cert) and not any(readable(link)) else None


def goes_on(path: Path) -> bool:
    """The path builder gives up after twenty steps."""
    return len(path) <= _MAX_PATH


def path(path: Path, asked: Asked) -> Iterator[Fault]:
    """VerifyCertificateChain (pki/verify_certificate_chain.cc), and what CertVerifyProc asks of public roots besides."""
    anchored = asked.store.holds(path[-1].cert)
    by_user = not anchored or asked.store.is_private(path[-1].cert)
    below = path[:-1] if anchored and len(path) > 1 else path
    again = self_issued(path, as_boringssl)
    for link in path:
        yield from weak_key(link, _LEAST_RSA_BITS, NIST_CURVES)
    for link in path if by_user else below:
        yield from dates(link, asked.now)
        yield from servers_purpose(link, _PURPOSES)
        yield from unknown_critical(link, _critical(link.cert))
    if len(path) == 1:
        # ProcessSingleCertChain: a trusted leaf is asked for nothing more.
        return
    for link in below:
        yield from unknown_signature(link, _SCHEMES, _HASHES)
        yield from two_algorithms(link)
    for link in below[1:]:
        yield from is_authority(link)
        yield from may_sign(link)
    if by_user and anchored:
        # ApplyTrustAnchorConstraints: basicConstraints may be left out, but not deny it
        yield from is_authority(path[-1]) if path[-1].cert.basic is not None else ()
        yield from may_sign(path[-1])
    yield from name_constraints(path, path[1:] if by_user else below[1:], again, CHROMIUM)
    yield from policies(path, again, anchors_too=by_user and anchored)
    yield from path_length(path, again, anchors_too=by_user)
    if not by_user:
        # Read in Chromium's source: no root of ours is one that it knows.
        yield from (replace(found, known=Known.SOURCE) for found in chromium_length(path[0]))


def _critical(cert: CertFacts) -> frozenset[str]:
    """What may be critical in this certificate: AD CS's policies beside an extendedKeyUsage, policies without odd qualifiers."""
    known = _KNOWN_CRITICAL | {_APPLICATION_POLICIES} if cert.eku is not None else _KNOWN_CRITICAL
    if cert.policies is not None and cert.policies.qualifiers - {CPS_QUALIFIER, USER_NOTICE_QUALIFIER}:
        return known - {POLICIES}
    return known


def leaf(link: Link, asked: Asked) -> Iterator[Fault]:
    """BoringSSL's TLS layer: what keyUsage allows, and a key with which the client lets a server sign."""
    yield from key_usage_in_handshake(link, asked.handshake)
    yield from unusable_leaf_key(link, "Chromium")


RULES = Rulebook(
    known=Known.MEASURED,
    fold=as_boringssl,
    readable=readable,
    needs_all_readable=False,
    anchor=anchor,
    goes_on=goes_on,
    path=path,
    leaf=leaf,
    matches=chromium_matches,
)

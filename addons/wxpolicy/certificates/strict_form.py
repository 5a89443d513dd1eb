"""What strict verifiers refuse and no device does: the letter of RFC 5280, as OpenSSL reads it with X509_V_FLAG_X509_STRICT.

A note: curl, Python or Java with strict settings refuse such a chain, so that
servers that call each other do; a mini-program does not meet them.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import replace

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.oids import AUTHORITY_KEY_ID
from wxpolicy.certificates.oids import BASIC_CONSTRAINTS
from wxpolicy.certificates.oids import SUBJECT_KEY_ID
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.verdict import Verdict
from wxpolicy.finding import Code
from wxpolicy.finding import Known
from wxpolicy.finding import Severity

_VERIFIER = "OpenSSL X509_STRICT"


def strict_form(verdicts: Iterable[Verdict], stores: Iterable[TrustStore]) -> Iterator[Fault]:
    """CERT_STRICT_FORM for a path that some platform takes; the form of a vendor's own root is nobody's to change."""
    path = next((each.path for each in verdicts if each.anchored and not any(f.fails for f in each.faults)), None)
    if path is None:
        return
    private = {der for store in stores for der in store.private}
    for link in path:
        if link is path[-1] and link.cert.der not in private:
            continue
        for field, what in _minded(link.cert, path):
            found = fault(Code.CERT_STRICT_FORM, "", link, field, what=what, verifier=_VERIFIER)
            yield replace(found, severity=Severity.NOTE, known=Known.DOCUMENTED, clause="RFC 5280 §4")


def _minded(cert: CertFacts, path: Path) -> Iterator[tuple[str, str]]:
    """The field and what is wrong with it, in OpenSSL's words (crypto/x509/x509_vfy.c, check_extensions)."""
    if len(path) == 1:
        return
    usage = cert.key_usage
    if cert.version < 3:
        if cert.critical:
            yield "version", "Using cert extension requires at least X509v3"
        return
    if cert.is_ca:
        if not cert.critical[BASIC_CONSTRAINTS]:
            yield "basicConstraints", "Basic Constraints of CA cert not marked critical"
        if usage is None:
            yield "keyUsage", "CA cert does not include key usage extension"
        if cert.subject_key_id is None:
            yield "subjectKeyIdentifier", "Missing Subject Key Identifier"
    elif usage is not None and "key_cert_sign" in usage:
        yield "keyUsage", "Key usage keyCertSign invalid for non-CA cert"
    if cert.authority_key_id is None and not (cert is path[-1].cert and cert.self_issued):
        yield "authorityKeyIdentifier", "Missing Authority Key Identifier"
    for oid, field in ((AUTHORITY_KEY_ID, "authorityKeyIdentifier"), (SUBJECT_KEY_ID, "subjectKeyIdentifier")):
        if cert.critical.get(oid):
            yield field, f"{field} marked critical"

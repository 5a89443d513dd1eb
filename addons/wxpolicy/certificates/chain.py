"""Why a chain ends in no trusted root: self-signed, an unknown root, or a missing intermediate."""

from collections.abc import Iterator
from dataclasses import replace

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import Value
from wxpolicy.certificates.fault import aia
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.intermediates import known_issuer
from wxpolicy.certificates.signing import signed_by
from wxpolicy.finding import Code
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform

# platform §5: Android fetches nothing; iOS fetches by AIA when it can; the devtools do (measured), over http alone
# (Chromium, net/cert/cert_net_fetcher).
_FETCHES = {Platform.IOS: Severity.WARNING, Platform.DEVTOOLS: Severity.NOTE}


def no_root(platform: Platform, partial: Path, mismatched: list[tuple[Link, Link]]) -> Iterator[Fault]:
    """CERT_SELF_SIGNED, CERT_UNTRUSTED_ROOT or CERT_CHAIN_INCOMPLETE for the longest path, which ends in no root."""
    tip = partial[-1]
    if tip.cert.self_issued and signed_by(tip.cert, tip.cert):
        if tip.index == 0:
            yield fault(Code.CERT_SELF_SIGNED, "", tip, "issuer", trusted=False)
        else:
            yield fault(Code.CERT_UNTRUSTED_ROOT, "root", tip, "subject")
        return
    forged = next((issuer for child, issuer in mismatched if child == tip and _same_key_id(tip, issuer)), None)
    if forged is not None:
        yield fault(Code.CERT_UNTRUSTED_ROOT, "signature", tip, "signature", issuer=forged.cert.label)
        return
    # A CA's AIA URL usually points to the root, which a server need not send: only in the
    # server's own certificate it proves a missing intermediate.
    if known_issuer(tip.cert) is not None or (tip.cert.aia_urls and not tip.cert.is_ca):
        yield _hole(platform, tip, mismatched)
    else:
        issuer = tip.cert.issuer_label
        yield fault(Code.CERT_UNTRUSTED_ROOT, "issuer", tip, "issuer", issuer=issuer, **aia(tip.cert))


def undecided_root() -> Fault:
    """CERT_UNTRUSTED_ROOT, not observable: a root in other vendors' lists, while the platform's own list is not
    available."""
    found = fault(Code.CERT_UNTRUSTED_ROOT, "undecided", None)
    return replace(found, severity=Severity.WARNING, status=Status.NOT_OBSERVABLE)


def _same_key_id(child: Link, issuer: Link) -> bool:
    """Whether this issuer is the intended one: then a signature that does not verify is invalid, and no certificate is
    missing."""
    wanted, offered = child.cert.authority_key_id, issuer.cert.subject_key_id
    return wanted is None or offered is None or wanted == offered


def _hole(platform: Platform, tip: Link, mismatched: list[tuple[Link, Link]]) -> Fault:
    namesake = next((issuer.index for child, issuer in mismatched if child == tip and issuer.index is not None), None)
    more: dict[str, Value] = {"namesake": namesake} if namesake is not None else {}
    found = fault(
        Code.CERT_CHAIN_INCOMPLETE, "", tip, "issuer", missing=_missing_name(tip.cert), **aia(tip.cert), **more
    )
    severity = _FETCHES.get(platform)
    if severity is None or not any(url.lower().startswith("http://") for url in tip.cert.aia_urls):
        return replace(found, clause="platform §5")
    if namesake is not None:
        # An issuer was served and its key does not fit: what would be fetched is a guess, so it is not certain to pass
        # anywhere.
        severity = Severity.WARNING
    return replace(found, severity=severity, known=Known.DOCUMENTED, clause="platform §5")


def _missing_name(cert: CertFacts) -> str:
    known = known_issuer(cert)
    return f"CN={known}" if known is not None else cert.issuer_label

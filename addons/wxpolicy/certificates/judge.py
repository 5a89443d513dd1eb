"""The judge: a chain as served, a handshake, a time and the trust stores in, all findings out."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime

from wxpolicy.certificates.chain import undecided_root
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.facts import Unreadable
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.forward_secrecy import forward_secrecy
from wxpolicy.certificates.merging import PlatformFaults
from wxpolicy.certificates.merging import merged
from wxpolicy.certificates.parse import parse
from wxpolicy.certificates.path import Signatures
from wxpolicy.certificates.platforms import RULEBOOKS
from wxpolicy.certificates.remembered import Remembered
from wxpolicy.certificates.rulebook import Asked
from wxpolicy.certificates.strict_form import strict_form
from wxpolicy.certificates.tls_version import legacy_support
from wxpolicy.certificates.tls_version import tls_version
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.verdict import Verdict
from wxpolicy.certificates.verdict import verdict
from wxpolicy.finding import ALL_PLATFORMS
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.terms import Platform

# The maximum of certificates that are judged; real chains have two to five.
MAX_CERTIFICATES = 32
_remembered = Remembered()


def judge(
    chain: ServedChain,
    handshake: Handshake,
    now: datetime,
    stores: Mapping[Platform, TrustStore],
    platforms: Iterable[Platform] = ALL_PLATFORMS,
) -> tuple[Finding, ...]:
    """All findings of every platform, not only the first.

    ``now`` is aware; ``stores`` holds the roots of each platform that is
    judged. A finding is a violation on the platforms that would refuse the
    connection, a warning where they may, a note where they pass it; the same
    fault can yield one finding for each. Any bytes give a verdict: this raises
    nothing but ValueError for a naive ``now``.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware (a datetime with a time zone)")
    wanted = tuple(platform for platform in Platform if platform in set(platforms))
    return _remembered.verdict(chain, handshake, now, {each: stores[each] for each in wanted}, _judged)


def _judged(
    chain: ServedChain, handshake: Handshake, now: datetime, stores: Mapping[Platform, TrustStore]
) -> tuple[Finding, ...]:
    served, broken = _read(chain)
    signatures = Signatures()
    found: list[PlatformFaults] = []
    verdicts: list[Verdict] = []
    for platform, store in stores.items():
        faults = [] if chain.der else [fault(Code.CERT_UNREADABLE, "none", None)]
        if chain.der:
            verdicts.append(_against(platform, served, broken, Asked(now, store, handshake), signatures))
            faults += verdicts[-1].faults
        faults += _of_handshake(platform, handshake)
        found.append(PlatformFaults(platform, store.name, RULEBOOKS[platform].known, tuple(faults)))
    for each in strict_form(verdicts, stores.values()):
        found = [theirs.with_fault(each) for theirs in found]
    return tuple(merged(found, handshake.host))


def _read(chain: ServedChain) -> tuple[list[Link], list[tuple[int, Unreadable]]]:
    served: list[Link] = []
    broken: list[tuple[int, Unreadable]] = []
    seen: set[bytes] = set()
    for index, der in enumerate(chain.der[:MAX_CERTIFICATES]):
        cert = parse(der)
        if isinstance(cert, Unreadable):
            broken.append((index, cert))
        elif der not in seen:
            seen.add(der)
            served.append(Link(cert, index))
    return served, broken


def _against(
    platform: Platform,
    served: Sequence[Link],
    broken: Sequence[tuple[int, Unreadable]],
    asked: Asked,
    signatures: Signatures,
) -> Verdict:
    """With the platform's store; if only its wider form has the root, the result is not observable."""
    found = verdict(platform, served, broken, asked, signatures)
    if found.anchored or found.path is None or asked.store.wider is None:
        return found
    wide = verdict(platform, served, broken, Asked(asked.now, asked.store.wider, asked.handshake), signatures)
    return Verdict((*wide.faults, undecided_root()), wide.path) if wide.anchored else found


def _of_handshake(platform: Platform, handshake: Handshake) -> Iterator[Fault]:
    yield from tls_version(handshake)
    if platform is Platform.IOS:
        yield from forward_secrecy(handshake)
    if platform is Platform.ANDROID:
        yield from legacy_support(handshake)

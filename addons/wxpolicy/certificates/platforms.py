"""Which platform minds which fault, and how much: the one table of differences.

A rule names the platforms that refuse (violation), may refuse (warning) or
let pass (note). Where a platform's own behaviour is not known better, it is
taken to be as strict as OpenSSL at security level 2.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.store_names import shown_stores
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import from_prose
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

Minds = Mapping[Platform, Severity]


def _minds(ios: Severity, android: Severity, devtools: Severity) -> Minds:
    return MappingProxyType({Platform.IOS: ios, Platform.ANDROID: android, Platform.DEVTOOLS: devtools})


_V, _W, _N = Severity.VIOLATION, Severity.WARNING, Severity.NOTE

# platform §5, "Everyone": trusted root, name in SAN, inside validity; TLS 1.2 or later.
EVERYONE = _minds(_V, _V, _V)
# platform §5: App Transport Security and Apple's rules since iOS 13 bind iOS alone.
IOS_ONLY = _minds(_V, _N, _N)
# Apple asks for SHA-256 or better; a hash between that and SHA-1 may pass elsewhere.
IOS_AND_PERHAPS_OTHERS = _minds(_V, _W, _W)
# ATS's words say AES; its cipher list is wider in practice.
PERHAPS_IOS = _minds(_W, _N, _N)
# platform §5: Android fetches nothing; iOS fetches by AIA when it can; devtools often hides the hole.
HOLE_WITH_AIA = _minds(_W, _V, _N)
# No AIA URL to fetch from: iOS fails as well; a desktop may still have the certificate cached.
HOLE_WITHOUT_AIA = _minds(_V, _V, _N)
# platform §5: Chrome 56/57 kernels accept these by date, Chrome 61 not at all. iOS says nothing of them here.
DISTRUST_BY_KERNEL = _minds(_N, _W, _W)
DISTRUSTED = _minds(_N, _V, _V)
# Key usage that forbids what the handshake does: newer kernels refuse.
PERHAPS_EVERYONE = _minds(_W, _W, _W)
# platform §5 [doc]: old Android only, and only a recommendation.
OLD_ANDROID = MappingProxyType({Platform.ANDROID: _N})


def joined(per_store: Iterable[tuple[str, Sequence[Platform], Iterable[Fault]]]) -> Iterator[tuple[Fault, list[str]]]:
    """What was found against each store, (its name, the platforms that it counts for, the faults): the same fault
    once for all of them, with the names of the stores."""
    same: list[tuple[Fault, dict[Platform, Severity], list[str]]] = []
    for name, platforms, faults in per_store:
        for found in faults:
            plain = replace(found, on={})
            if (known := next((each for each in same if each[0] == plain), None)) is None:
                same.append(known := (plain, {}, []))
            known[1].update((platform, how) for platform, how in found.on.items() if platform in platforms)
            known[2].append(name)
    for plain, on, names in same:
        yield replace(plain, on=on), names


def spread(
    faults: Iterable[Fault], platforms: Iterable[Platform], host: str, trust_names: Iterable[str]
) -> Iterator[Finding]:
    """Each fault as one Finding for each severity, with the platforms on which it has it."""
    judged = [platform for platform in Platform if platform in set(platforms)]
    for fault in faults:
        for severity in Severity:
            held = tuple(platform for platform in judged if fault.on.get(platform) is severity)
            if held:
                yield from_prose(
                    code=fault.code,
                    message=_named(fault, trust_names),
                    fix=fault.fix,
                    clause=fault.clause,
                    severity=severity,
                    status=fault.status,
                    platforms=held,
                    subject=host,
                )


def _named(fault: Fault, trust_names: Iterable[str]) -> Text:
    # A trust store is one vendor's: every verdict on a certificate names it (platform §5).
    if not fault.code.startswith("CERT_"):
        return fault.message
    store = shown_stores(trust_names)
    return Text(f"{fault.message.zh}（信任库：{store.zh}）", f"{fault.message.en} (trust store: {store.en})")

"""Ways from the server's certificate to a root, with hard bounds on the work.

A hostile chain can make path building take exponential time, and the verifier
of the cryptography package hangs on 35 KB of it. Here every signature is
checked at most once, at most ``MAX_SIGNATURE_CHECKS`` are, and the search takes
at most ``MAX_STEPS`` steps. What the bounds cut off counts as not found, so
they can only make the judge stricter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.signing import signed_by
from wxpolicy.certificates.trust import TrustStore

MAX_SIGNATURE_CHECKS = 64
MAX_STEPS = 600
MAX_PATHS = 16

Path = tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """``complete`` paths end in a root of the store. ``partial`` is the longest that does not.

    ``mismatched`` are (certificate, issuer by name) pairs whose signature does
    not verify.
    """

    complete: tuple[Path, ...]
    partial: Path
    mismatched: tuple[tuple[Link, Link], ...]


def search(chain: Sequence[Link], trust: TrustStore, now: datetime) -> Search:
    """All paths within the bounds from ``chain[0]`` over the served certificates to a root of ``trust``.

    The order in which the server sends the certificates does not count, and
    superfluous ones do no harm (platform §5; Android sorts them).
    """
    builder = _Builder(chain, trust, now)
    builder.extend((chain[0],))
    return Search(tuple(builder.complete), builder.partial or (chain[0],), tuple(builder.mismatched.values()))


@dataclass(slots=True)
class _Builder:
    chain: Sequence[Link]
    trust: TrustStore
    now: datetime
    complete: list[Path] = field(default_factory=list)
    partial: Path = ()
    mismatched: dict[tuple[bytes, bytes], tuple[Link, Link]] = field(default_factory=dict)
    checked: dict[tuple[bytes, bytes], bool] = field(default_factory=dict)
    steps: int = 0

    def extend(self, path: Path) -> None:
        self.steps += 1
        tip = path[-1]
        if self.trust.anchors(tip.cert):
            self.complete.append(path)
            return
        if len(path) > len(self.partial):
            self.partial = path
        for issuer in self.issuers(path):
            if self.steps >= MAX_STEPS or len(self.complete) >= MAX_PATHS:
                return
            if self.verifies(tip, issuer):
                self.extend((*path, issuer))

    def issuers(self, path: Path) -> list[Link]:
        child = path[-1].cert
        used = {(link.cert.subject_key, link.cert.spki) for link in path}
        named = [Link(cert, None) for cert in self.trust.by_subject.get(child.issuer_key, ())]
        known = {link.cert.der for link in named}
        named += [
            link for link in self.chain[1:] if link.cert.subject_key == child.issuer_key and link.cert.der not in known
        ]
        fresh = [link for link in named if (link.cert.subject_key, link.cert.spki) not in used]
        return sorted(fresh, key=lambda link: self.unlikeliness(child, link))

    def unlikeliness(self, child: CertFacts, link: Link) -> tuple[bool, bool, bool]:
        issuer = link.cert
        other_key = (
            child.authority_key_id is not None
            and issuer.subject_key_id is not None
            and child.authority_key_id != issuer.subject_key_id
        )
        outdated = not issuer.not_before <= self.now <= issuer.not_after
        return other_key, outdated, link.index is not None

    def verifies(self, child: Link, issuer: Link) -> bool:
        pair = (child.cert.der, issuer.cert.der)
        if pair not in self.checked:
            if len(self.checked) >= MAX_SIGNATURE_CHECKS:
                return False
            self.checked[pair] = signed_by(child.cert, issuer.cert)
            if not self.checked[pair]:
                self.mismatched[pair] = (child, issuer)
        return self.checked[pair]

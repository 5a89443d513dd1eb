"""Paths from the server's certificate to a root, as one platform may build them, with hard limits on the work.

A hostile chain can make path building take exponential time. Here every signature is checked at most once, at most
``MAX_SIGNATURE_CHECKS`` are, and the search takes at most ``MAX_STEPS`` steps. What is beyond the limits counts as not
found, so they can only make the judge stricter.
"""

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

from wxpolicy.certificates.der import DerError
from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.rulebook import Rulebook
from wxpolicy.certificates.signing import signed_by
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.x500 import Folded
from wxpolicy.certificates.x500 import Name

MAX_SIGNATURE_CHECKS = 64
# A check with a larger RSA key counts as many times as it takes longer.
_COMMON_RSA_BITS = 4096
MAX_STEPS = 400
MAX_PATHS = 16


@dataclass(slots=True)
class Signatures:
    """The signature checks of one chain, shared by all platforms; ``mismatched`` are pairs whose signature does not
    verify."""

    checked: dict[tuple[bytes, bytes], bool] = field(default_factory=dict)
    cost: int = 0
    mismatched: list[tuple[Link, Link]] = field(default_factory=list)

    def verifies(self, child: Link, issuer: Link) -> bool:
        pair = (child.cert.der, issuer.cert.der)
        if pair not in self.checked:
            if self.cost >= MAX_SIGNATURE_CHECKS:
                return False
            key = issuer.cert.key
            self.cost += max(1, -(-key.bits // _COMMON_RSA_BITS)) ** 2 if key.kind == "RSA" else 1
            self.checked[pair] = signed_by(child.cert, issuer.cert)
            if not self.checked[pair]:
                self.mismatched.append((child, issuer))
        return self.checked[pair]


@dataclass(slots=True)
class Search:
    """All paths within the bounds from ``chain[0]`` over the served certificates to an anchor of ``store``.

    The order in which the server sends the certificates does not count, and
    superfluous ones do no harm (platform §5; Android sorts them). ``partial``
    is the longest path that ended in no anchor.
    """

    chain: Sequence[Link]
    store: TrustStore
    now: datetime
    rules: Rulebook
    signatures: Signatures
    partial: Path = ()
    steps: int = 0
    found: int = 0
    _by_name: dict[bytes, list[Link]] = field(default_factory=dict)

    def paths(self) -> Iterator[Path]:
        """Yields each path when it is found: after a good one the caller can stop."""
        self.partial = (self.chain[0],)
        yield from self._extended(self.partial)

    def _extended(self, path: Path) -> Iterator[Path]:
        self.steps += 1
        tip = path[-1]
        anchor = self.rules.anchor(tip, self.store)
        if anchor is not None:
            self.found += 1
            yield (*path[:-1], anchor)
        if len(path) > len(self.partial):
            self.partial = path
        if not self.rules.goes_on(path):
            return
        for issuer in self._issuers(path):
            if self.steps >= MAX_STEPS or self.found >= MAX_PATHS:
                return
            if self.signatures.verifies(tip, issuer):
                yield from self._extended((*path, issuer))

    def _issuers(self, path: Path) -> list[Link]:
        used = {(link.cert.subject.der, link.cert.spki) for link in path}
        named = self._named(path[-1].cert)
        return [link for link in named if (link.cert.subject.der, link.cert.spki) not in used]

    def _named(self, child: CertFacts) -> list[Link]:
        """The issuers by name according to the platform, the likeliest first; cached for each certificate."""
        if child.der not in self._by_name:
            wanted = self._folded(child.issuer)
            held = [Link(cert, None) for cert in self.store.by_subject.get(child.issuer_key, ())]
            known = {link.cert.der for link in held}
            served = [
                link
                for link in self.chain[1:]
                if link.cert.subject_key == child.issuer_key and link.cert.der not in known
            ]
            named = [
                link for link in [*held, *served] if wanted is not None and self._folded(link.cert.subject) == wanted
            ]
            self._by_name[child.der] = sorted(named, key=lambda link: self._unlikeliness(child, link))
        return self._by_name[child.der]

    def _folded(self, name: Name) -> Folded | None:
        """None for a name that the platform cannot parse."""
        try:
            return self.rules.fold(name)
        except DerError:
            return None

    def _unlikeliness(self, child: CertFacts, link: Link) -> tuple[bool, bool, bool]:
        issuer = link.cert
        other_key = (
            child.authority_key_id is not None
            and issuer.subject_key_id is not None
            and child.authority_key_id != issuer.subject_key_id
        )
        outdated = not issuer.not_before <= self.now <= issuer.not_after
        return other_key, outdated, link.index is not None

"""Verdicts on chains that were seen before: a server shows the same one at every handshake."""

from collections import OrderedDict
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from hashlib import sha256

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.parse import parse
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.finding import Finding
from wxpolicy.terms import Platform

MAX_ENTRIES = 256
# A verdict tells the time ("expired at …, it is now …"), so it is not kept for long.
KEPT = timedelta(minutes=1)
# Beyond it there is no datetime to add to.
_LATEST = datetime(9999, 12, 30, tzinfo=UTC)
# A name that no host has: what carries it is judged anew each time, so that keys stay small.
_LONGEST_HOST = 255

Stores = Mapping[Platform, TrustStore]
Judge = Callable[[ServedChain, Handshake, datetime, Stores], tuple[Finding, ...]]
_Key = tuple[bytes, Handshake, tuple[tuple[Platform, int], ...]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """``stores`` keeps them alive: the key holds their identities alone."""

    since: datetime
    until: datetime
    findings: tuple[Finding, ...]
    stores: tuple[TrustStore, ...]


class Remembered:
    """The last verdicts, by chain, handshake, platforms and stores; of each of them as long as it holds."""

    def __init__(self) -> None:
        self._entries: OrderedDict[_Key, _Entry] = OrderedDict()

    def verdict(
        self, chain: ServedChain, handshake: Handshake, now: datetime, stores: Stores, judge: Judge
    ) -> tuple[Finding, ...]:
        """The verdict that is kept, or ``judge``'s own."""
        if len(handshake.host) > _LONGEST_HOST or len(handshake.cipher or "") > _LONGEST_HOST:
            return judge(chain, handshake, now, stores)
        key = self._key(chain, handshake, stores)
        kept = self._entries.get(key)
        if kept is not None and kept.since <= now < kept.until:
            self._entries.move_to_end(key)
            return kept.findings
        findings = judge(chain, handshake, now, stores)
        self._entries[key] = _Entry(now, _next_change(chain, stores, now), findings, tuple(stores.values()))
        self._entries.move_to_end(key)
        while len(self._entries) > MAX_ENTRIES:
            self._entries.popitem(last=False)
        return findings

    @staticmethod
    def _key(chain: ServedChain, handshake: Handshake, stores: Stores) -> _Key:
        digest = sha256()
        for der in chain.der:
            digest.update(len(der).to_bytes(8))
            digest.update(der)
        return digest.digest(), handshake, tuple((platform, id(store)) for platform, store in stores.items())


def _next_change(chain: ServedChain, stores: Stores, now: datetime) -> datetime:
    """When a date of a certificate in play is next passed, at the latest after ``KEPT``."""
    until = min(now, _LATEST) + KEPT
    for der in chain.der:
        cert = parse(der)
        if isinstance(cert, CertFacts):
            for store in stores.values():
                for each in (cert, *store.by_subject.get(cert.issuer_key, ())):
                    moments = (each.not_before, min(each.not_after, _LATEST) + timedelta(seconds=1))
                    until = min((until, *(moment for moment in moments if moment > now)))
    return until

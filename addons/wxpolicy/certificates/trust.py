"""A trust store as values: whose it is, its roots, and which of them are the user's own."""

import re
from base64 import b64decode
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import NameKey
from wxpolicy.certificates.facts import Unreadable
from wxpolicy.certificates.parse import parse
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

_PEM = re.compile(r"-----BEGIN (?:X509 )?CERTIFICATE-----.*?-----END (?:X509 )?CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TrustStore:
    """``name`` is shown in every verdict. ``private`` holds the DER of the roots that the user added.

    ``skipped`` counts certificates of the vendor's list that could not be read.
    ``wider`` is the store with the roots of which nobody here knows whether the
    platform trusts them: a chain that it alone accepts is not observable.
    """

    name: str
    roots: tuple[CertFacts, ...]
    private: frozenset[bytes]
    by_subject: Mapping[NameKey, tuple[CertFacts, ...]]
    skipped: int = 0
    wider: "TrustStore | None" = None

    def holds(self, cert: CertFacts) -> bool:
        """Whether exactly this certificate is in the store; whether a path may end in it, the platform says."""
        return cert in self.by_subject.get(cert.subject_key, ())

    def is_private(self, cert: CertFacts) -> bool:
        return cert.der in self.private


class UnusableRoot(ValueError):
    """Why one of the user's own texts is no root; ``number`` counts them from 1."""

    def __init__(self, number: int, why: Text) -> None:
        super().__init__(f"extra root {number}: {why.en}")
        self.number = number
        self.why = why


def build(
    name: str,
    pem_texts: Iterable[str],
    extra_pem_texts: Iterable[str] = (),
    *,
    held: Iterable[CertFacts] = (),
    undecided: Iterable[CertFacts] = (),
) -> TrustStore:
    """A store from PEM texts that the caller has read; several certificates a text are fine.

    ``held`` are roots that were parsed before, ``undecided`` those of ``TrustStore.wider``.
    ``extra_pem_texts`` are the user's own roots (test CAs): trusted, but not
    public, so that rules for public roots leave them alone. Raises UnusableRoot
    where an extra text holds no certificate or one that cannot be read.
    """
    roots: dict[bytes, CertFacts] = {cert.der: cert for cert in held}
    skipped = 0
    for text in pem_texts:
        for cert in _certificates(text):
            if isinstance(cert, Unreadable):
                skipped += 1
            else:
                roots[cert.der] = cert
    private = set()
    for number, text in enumerate(extra_pem_texts, start=1):
        if (why := no_root(text)) is not None:
            raise UnusableRoot(number, why)
        for cert in _certificates(text):
            if isinstance(cert, CertFacts) and cert.der not in roots:
                roots[cert.der] = cert
                private.add(cert.der)
    doubtful = {cert.der: cert for cert in undecided if cert.der not in roots}
    wider = _store(name, {**roots, **doubtful}, private, skipped) if doubtful else None
    return _store(name, roots, private, skipped, wider)


def _store(
    name: str, roots: Mapping[bytes, CertFacts], private: Iterable[bytes], skipped: int, wider: TrustStore | None = None
) -> TrustStore:
    by_subject: dict[NameKey, list[CertFacts]] = {}
    for cert in roots.values():
        by_subject.setdefault(cert.subject_key, []).append(cert)
    return TrustStore(
        name=name,
        roots=tuple(roots.values()),
        private=frozenset(private),
        by_subject=MappingProxyType({key: tuple(certs) for key, certs in by_subject.items()}),
        skipped=skipped,
        wider=wider,
    )


def everywhere(store: TrustStore) -> Mapping[Platform, TrustStore]:
    """One store for every platform, as the judge takes them."""
    return MappingProxyType(dict.fromkeys(Platform, store))


def read_roots(pem_text: str) -> tuple[CertFacts, ...]:
    """The certificates of a vendor's list that can be read."""
    return tuple(cert for cert in _certificates(pem_text) if isinstance(cert, CertFacts))


def no_root(text: str) -> Text | None:
    """Why a text of the user's own cannot be trusted as it is: every certificate in it must be readable, and there is one."""
    found = _certificates(text)
    if not found:
        return Text(
            "文件里没有 PEM 证书（应有 -----BEGIN CERTIFICATE-----）",
            "no PEM certificate in it, expected -----BEGIN CERTIFICATE-----",
        )
    for cert in found:
        if isinstance(cert, Unreadable):
            reason = f"{cert.part}: {cert.reason}"
            return Text(f"证书无法解析（{reason}）", f"cannot be read ({reason})")
    return None


def has_root(text: str) -> bool:
    """Whether there is any certificate in ``text`` that can be read: of a vendor's list that is enough."""
    return any(isinstance(cert, CertFacts) for cert in map(_certificate, _PEM.findall(text)))


def _certificates(text: str) -> list[CertFacts | Unreadable]:
    return [_certificate(block) for block in _PEM.findall(text)]


def _certificate(block: str) -> CertFacts | Unreadable:
    body = "".join(block.splitlines()[1:-1])
    try:
        return parse(b64decode(body, validate=True))
    except ValueError as error:
        return Unreadable("PEM", str(error))

"""The facts of one upstream connection, before anything is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime

from wxpolicy.certificates.extensions import AuthorityKeyId
from wxpolicy.certificates.extensions import BasicConstraints
from wxpolicy.certificates.extensions import NameConstraints
from wxpolicy.certificates.extensions import Policies
from wxpolicy.certificates.extensions import PolicyConstraints
from wxpolicy.certificates.general_names import GeneralName
from wxpolicy.certificates.general_names import IpAddress
from wxpolicy.certificates.general_names import Kind
from wxpolicy.certificates.oids import SUBJECT_ALT_NAME
from wxpolicy.certificates.x500 import ORGANISATION
from wxpolicy.certificates.x500 import Folded
from wxpolicy.certificates.x500 import Name
from wxpolicy.certificates.x500 import coarse

NameKey = Folded


@dataclass(frozen=True, slots=True)
class ServedChain:
    """The certificates exactly as the server sent them: DER, the server's own first."""

    der: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Handshake:
    """What one handshake showed.

    ``host`` is the name the client asked for: a DNS name or an IP address, with
    or without a trailing dot or brackets. ``tls_version`` and ``cipher`` are
    OpenSSL's names ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"), IANA's cipher
    names do too; None where nobody saw them. ``offers`` are the versions that a
    probe found the server to offer; None without a probe, because one handshake
    cannot tell. ``ios_agrees`` is whether the server agrees with iOS's own
    offer; None where nobody asked so.
    """

    host: str
    tls_version: str | None = None
    cipher: str | None = None
    alpn: str | None = None
    offers: frozenset[str] | None = None
    ios_agrees: bool | None = None


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An AlgorithmIdentifier as written: its OID, the DER of its parameters (b"" where there are none), and all of it."""

    oid: str
    parameters: bytes
    der: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """``kind`` is "RSA", "EC", "Ed25519", "Ed448", "DSA" or "unknown"; ``curve`` an EC key's, None where it has no name."""

    kind: str
    bits: int
    curve: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CertFacts:
    """One certificate, parsed. Times are aware UTC; absent extensions are None.

    ``critical`` holds the extensions that there are, and whether each is
    critical; ``duplicated`` those that there are twice (the first counts);
    ``malformed`` those whose value cannot be read, which then are None here.
    """

    der: bytes
    tbs: bytes = field(repr=False)
    version: int
    serial: bytes
    algorithm: Algorithm
    inner_algorithm: Algorithm
    signature: bytes = field(repr=False)
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    spki: bytes = field(repr=False)
    key: Key
    critical: Mapping[str, bool]
    duplicated: frozenset[str]
    malformed: frozenset[str]
    basic: BasicConstraints | None
    key_usage: frozenset[str] | None
    eku: frozenset[str] | None
    san: tuple[GeneralName, ...] | None
    subject_key_id: bytes | None
    authority: AuthorityKeyId
    aia_urls: tuple[str, ...]
    constraints: NameConstraints | None
    policies: Policies | None
    policy_mappings: tuple[tuple[str, str], ...] | None
    policy_constraints: PolicyConstraints | None
    inhibit_any_policy: int | None

    def __hash__(self) -> int:
        return hash(self.der)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CertFacts) and self.der == other.der

    @property
    def label(self) -> str:
        """Safe to print ("CN=api.example.com")."""
        return self.subject.label

    @property
    def issuer_label(self) -> str:
        return self.issuer.label

    @property
    def subject_key(self) -> NameKey:
        return coarse(self.subject)

    @property
    def issuer_key(self) -> NameKey:
        return coarse(self.issuer)

    @property
    def issuer_organisations(self) -> tuple[str, ...]:
        return self.issuer.values(ORGANISATION)

    @property
    def self_issued(self) -> bool:
        return self.subject_key == self.issuer_key

    @property
    def authority_key_id(self) -> bytes | None:
        return self.authority.key_id

    @property
    def is_ca(self) -> bool:
        return self.basic is not None and self.basic.ca

    @property
    def has_san(self) -> bool:
        return SUBJECT_ALT_NAME in self.critical

    @property
    def san_dns(self) -> tuple[str, ...]:
        return tuple(name.text for name in self.san or () if name.kind is Kind.DNS)

    @property
    def san_ip(self) -> tuple[IpAddress, ...]:
        return tuple(name.address for name in self.san or () if name.address is not None)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are not a certificate, and why (``part``: which part of it)."""

    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """A certificate with its position: ``index`` as served (0 is the server's own), None from the trust store."""

    cert: CertFacts
    index: int | None


Path = tuple[Link, ...]

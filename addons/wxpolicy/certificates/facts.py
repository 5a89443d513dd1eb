"""What was seen of one upstream connection, before anything is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from ipaddress import IPv4Address
from ipaddress import IPv4Network
from ipaddress import IPv6Address
from ipaddress import IPv6Network

from cryptography import x509

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network
NameKey = tuple[frozenset[tuple[str, str]], ...]


@dataclass(frozen=True, slots=True)
class ServedChain:
    """The certificates exactly as the server sent them: DER, the server's own first."""

    der: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Handshake:
    """What one handshake told.

    ``host`` is the name the client asked for: a DNS name or an IP address, with
    or without a trailing dot or brackets. ``tls_version`` and ``cipher`` are
    OpenSSL's names ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"), IANA's cipher
    names do too; None where nobody saw them. ``offers`` are the versions that a
    probe found the server to offer; None without a probe, because one handshake
    cannot tell.
    """

    host: str
    tls_version: str | None = None
    cipher: str | None = None
    alpn: str | None = None
    offers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class NameConstraints:
    """The DNS and IP subtrees of a CA's name constraints; None where it permits any."""

    permitted_dns: tuple[str, ...] | None = None
    permitted_ip: tuple[IpNetwork, ...] | None = None
    excluded_dns: tuple[str, ...] = ()
    excluded_ip: tuple[IpNetwork, ...] = ()


@dataclass(frozen=True, slots=True)
class CertFacts:
    """One certificate, taken apart. Times are aware UTC; absent extensions are None.

    ``label`` is safe to print ("CN=api.example.com"). ``key_kind`` is "RSA",
    "EC", "Ed25519", "Ed448", "DSA" or "unknown"; ``signature_hash`` is a
    lower-case name ("sha256"), "" where the scheme has none of its own
    (Ed25519), None where it is unknown. ``subject_key`` and ``issuer_key``
    compare names as OpenSSL does, without case and surplus spaces.
    ``certificate`` is the parsed object, for signatures only.
    """

    der: bytes
    certificate: x509.Certificate = field(repr=False, compare=False)
    label: str
    issuer_label: str
    subject_key: NameKey
    issuer_key: NameKey
    subject_organisations: tuple[str, ...]
    issuer_organisations: tuple[str, ...]
    version: int
    not_before: datetime
    not_after: datetime
    spki: bytes
    key_kind: str
    key_bits: int
    curve: str | None
    signature_hash: str | None
    signature_name: str
    is_ca: bool
    path_length: int | None
    key_usage: frozenset[str] | None
    eku: frozenset[str] | None
    has_san: bool
    san_dns: tuple[str, ...]
    san_ip: tuple[IpAddress, ...]
    subject_key_id: bytes | None
    authority_key_id: bytes | None
    aia_urls: tuple[str, ...]
    constraints: NameConstraints | None
    critical: Mapping[str, bool]  # extension OID -> marked critical

    @property
    def self_issued(self) -> bool:
        return self.subject_key == self.issuer_key


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are no certificate, and why (``part``: which part of it)."""

    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class Link:
    """A certificate with its place: ``index`` as served (0 is the server's own), None from the trust store."""

    cert: CertFacts
    index: int | None

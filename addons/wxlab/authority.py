"""Certificate authorities made on the spot, for origins that are right and for origins with a fault.

root = Authority.new("Lab root")
leaf = root.issue("api.example.com")
late = root.issue("late.example.com", not_after=yesterday)
hole = root.intermediate("Lab issuing CA").issue("hole.example.com").without_chain()
"""

import ipaddress
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import AuthorityInformationAccessOID
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.oid import NameOID
from OpenSSL import crypto

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_EKU = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
_HASH: dict[str, hashes.SHA256 | hashes.SHA384] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}
# Clocks of test machines differ: a certificate issued "now" is valid a little before.
_HEAD_START = timedelta(hours=1)


@dataclass(frozen=True)
class Leaf:
    """A certificate for ``hosts`` and what a server presents with it.

    ``chain_pems`` are the intermediates as served, nearest first, without the
    root. All values are PEM bytes.
    """

    hosts: tuple[str, ...]
    cert_pem: bytes
    chain_pems: tuple[bytes, ...]
    key_pem: bytes

    @property
    def served_pem(self) -> bytes:
        """The chain as a server presents it: the leaf first."""
        return self.cert_pem + b"".join(self.chain_pems)

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.cert_pem)

    def without_chain(self) -> "Leaf":
        """The same leaf served alone: the most frequent fault (platform §5)."""
        return replace(self, chain_pems=())

    def with_chain(self, *pems: bytes) -> "Leaf":
        """The same leaf with other certificates behind it, in the order given."""
        return replace(self, chain_pems=pems)

    def write(self, folder: Path) -> Path:
        """Writes chain and key into one PEM file named after the first host; returns its path."""
        path = folder / f"{self.hosts[0].replace('*', '_').replace(':', '_')}.pem"
        path.write_bytes(self.served_pem + self.key_pem)
        return path


@dataclass(frozen=True)
class Authority:
    """A CA that signs leaves and further CAs. A root has no ``parent``."""

    name: str
    cert_pem: bytes
    key_pem: bytes
    parent: "Authority | None" = None

    @classmethod
    def new(cls, name: str, *, key: str = "ec", days: float = 3650, not_before: datetime | None = None) -> "Authority":
        """A new root CA."""
        private = new_key(key)
        cert = _certificate(_name(name), private, None, days=days, not_before=not_before, is_ca=True)
        return cls(name, _cert_pem(cert), _key_pem(private))

    @property
    def certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.cert_pem)

    def intermediate(
        self,
        name: str,
        *,
        key: str = "ec",
        days: float = 1825,
        not_before: datetime | None = None,
        digest: str = "sha256",
    ) -> "Authority":
        """A CA below this one. Leaves that it issues are served with it."""
        private = new_key(key)
        cert = _certificate(_name(name), private, self, days=days, not_before=not_before, digest=digest, is_ca=True)
        return Authority(name, _cert_pem(cert), _key_pem(private), parent=self)

    @property
    def chain_pems(self) -> tuple[bytes, ...]:
        """What a server presents behind a leaf of this CA: every CA up to the root, without the root."""
        return () if self.parent is None else (self.cert_pem, *self.parent.chain_pems)

    def issue(
        self,
        *hosts: str,
        days: float = 90,
        key: str = "ec",
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        eku: str | None = "server",
        san: bool = True,
        digest: str = "sha256",
        ca_issuers: str | None = None,
        signs: bool = True,
    ) -> Leaf:
        """A leaf for ``hosts`` (names or IP addresses), valid for ``days`` from ``not_before``.

        ``not_after`` beats ``days``. ``eku`` is "server", "client" or None for
        no such extension; without ``san`` the host stands in the CN alone;
        ``digest`` is "sha1", "sha256" or "sha384"; ``ca_issuers`` is the URL at
        which some clients fetch a missing intermediate; without ``signs`` its
        keyUsage has no digitalSignature. Raises ValueError where the installed
        cryptography refuses to make such a certificate.
        """
        private = new_key(key)
        cert = _certificate(
            _name(hosts[0]), private, self, days=days, not_before=not_before, not_after=not_after,
            hosts=hosts if san else (), eku=eku, digest=digest, ca_issuers=ca_issuers, signs=signs,
        )  # fmt: skip
        return Leaf(hosts, _cert_pem(cert), self.chain_pems, _key_pem(private))

    def write(self, folder: Path) -> Path:
        """Writes the CA's certificate, without its key, as PEM; returns the path."""
        path = folder / f"{self.name.lower().replace(' ', '-')}.pem"
        path.write_bytes(self.cert_pem)
        return path


def self_signed(*hosts: str) -> Leaf:
    """A self-signed leaf."""
    private = new_key("ec")
    cert = _certificate(_name(hosts[0]), private, None, days=90, hosts=hosts, eku="server")
    return Leaf(hosts, _cert_pem(cert), (), _key_pem(private))


def new_key(kind: str) -> Key:
    """A private key: "ec" (P-256), "ec384", "ec521", "ec224", or "rsa" and its bits, as in "rsa2048". Raises ValueError."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind.removeprefix("rsa")))
    curves: dict[str, Callable[[], ec.EllipticCurve]] = {
        "ec": ec.SECP256R1, "ec384": ec.SECP384R1, "ec521": ec.SECP521R1, "ec224": ec.SECP224R1,
    }  # fmt: skip
    if kind not in curves:
        raise ValueError(f"unknown kind of key {kind!r}: one of {', '.join(curves)} or rsaBITS")
    return ec.generate_private_key(curves[kind]())


def _certificate(
    subject: x509.Name,
    private: Key,
    issuer: Authority | None,
    *,
    days: float,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    hosts: Sequence[str] = (),
    eku: str | None = None,
    digest: str = "sha256",
    ca_issuers: str | None = None,
    is_ca: bool = False,
    signs: bool = True,
) -> x509.Certificate:
    begin = not_before or datetime.now(UTC).replace(microsecond=0) - _HEAD_START
    if not_after is not None and not_before is None and not_after <= begin:
        begin = not_after - timedelta(days=days)
    end = not_after or begin + timedelta(days=days)
    signing_key = private
    if issuer is not None:
        loaded = serialization.load_pem_private_key(issuer.key_pem, password=None)
        assert isinstance(loaded, Key)
        signing_key = loaded
    issuer_name = subject if issuer is None else issuer.certificate.subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(_key_usage(is_ca, private, signs), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(h) for h in hosts]), critical=False)
    if eku is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([_EKU[eku]]), critical=False)
    if ca_issuers is not None:
        place = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(ca_issuers)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    if digest == "sha1":
        return _signed_with_sha1(builder.sign(signing_key, hashes.SHA256()), signing_key)
    return builder.sign(signing_key, _HASH[digest])


def _signed_with_sha1(cert: x509.Certificate, signing_key: Key) -> x509.Certificate:
    # cryptography verifies SHA-1 but no longer signs with it; OpenSSL still does.
    again = crypto.X509.from_cryptography(cert)
    again.sign(crypto.PKey.from_cryptography_key(signing_key), "sha1")
    return again.to_cryptography()


def _key_usage(is_ca: bool, private: Key, signs: bool) -> x509.KeyUsage:
    # A leaf with an RSA key also serves the key exchange without forward secrecy.
    enciphers = not is_ca and isinstance(private, rsa.RSAPrivateKey)
    return x509.KeyUsage(
        digital_signature=signs, key_cert_sign=is_ca, crl_sign=is_ca, key_encipherment=enciphers,
        content_commitment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])


def _cert_pem(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(serialization.Encoding.PEM)


def _key_pem(private: Key) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

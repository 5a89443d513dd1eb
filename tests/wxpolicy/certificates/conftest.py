"""A small certificate authority whose certificates can be wrong in any one way."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from functools import cache
from ipaddress import ip_address
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.oid import NameOID
from OpenSSL import crypto

from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOST = "api.example.com"


@cache
def key_of(kind: str):
    """One private key a name, made once: "ec", "ec:2", "rsa:1024" ... The part after the kind only tells keys apart."""
    match kind.split(":"):
        case ["rsa", bits, *_]:
            return rsa.generate_private_key(65537, int(bits))
        case ["p224", *_]:
            return ec.generate_private_key(ec.SECP224R1())
        case ["p521", *_]:
            return ec.generate_private_key(ec.SECP521R1())
        case ["k1", *_]:
            return ec.generate_private_key(ec.SECP256K1())
        case ["ed25519", *_]:
            return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key(ec.SECP256R1())


def key_usage(*names: str) -> x509.KeyUsage:
    flags = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{flag: flag in names for flag in flags})


def name_of(cn: str, org: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, org)] if org else []
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, cn)] if cn else parts)


class Made(SimpleNamespace):
    """A certificate with its key: ``x509``, ``key``; ``der`` and ``pem`` as they are served and trusted."""

    @property
    def der(self) -> bytes:
        return self.x509.public_bytes(Encoding.DER)

    @property
    def pem(self) -> str:
        return self.x509.public_bytes(Encoding.PEM).decode()


def make(
    cn,
    issuer=None,
    *,
    key="ec",
    org=None,
    ca=False,
    path_length=None,
    critical_ca=True,
    usage=(),
    eku=(),
    san=(),
    since=NOW - timedelta(days=30),
    days=90.0,
    digest=hashes.SHA256(),
    aia=None,
    ski=True,
    aki=True,
    extra=(),
    sign_with=None,
) -> Made:
    """One certificate; ``issuer`` None signs with its own key, ``usage`` and ``eku`` None leave the extension out."""
    private = key_of(key)
    subject = name_of(cn, org)
    parent = issuer.x509.subject if issuer else subject
    signer = sign_with or (issuer.key if issuer else private)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=days))
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, path_length), critical_ca)
    if usage is not None:
        names = usage or (("key_cert_sign", "crl_sign") if ca else ("digital_signature",))
        builder = builder.add_extension(key_usage(*names), True)
    if eku is not None and (eku or not ca):
        builder = builder.add_extension(x509.ExtendedKeyUsage(eku or [ExtendedKeyUsageOID.SERVER_AUTH]), False)
    if san:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(entry) for entry in san]), not cn)
    if ski:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), False)
    if aki:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(
            issuer.key.public_key() if issuer else private.public_key()
        )
        builder = builder.add_extension(identifier, False)
    if aia:
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(aia))
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), False)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    if isinstance(digest, hashes.SHA1):
        signed = with_sha1(builder.sign(signer, hashes.SHA256()), signer)
    else:
        signed = builder.sign(signer, None if isinstance(signer, ed25519.Ed25519PrivateKey) else digest)
    return Made(x509=signed, key=private)


def with_sha1(signed: x509.Certificate, signer: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> x509.Certificate:
    """The same certificate with a signature over SHA-1, which the library itself no longer makes."""
    if isinstance(signer, ec.EllipticCurvePrivateKey):
        again = crypto.X509.from_cryptography(signed)
        again.sign(crypto.PKey.from_cryptography_key(signer), "sha1")
        return again.to_cryptography()
    # sha256WithRSAEncryption and sha1WithRSAEncryption differ in the last byte of their OID.
    oid = bytes.fromhex("06092a864886f70d0101")
    tbs = signed.tbs_certificate_bytes
    weak = tbs.replace(oid + b"\x0b", oid + b"\x05")
    der = signed.public_bytes(Encoding.DER).replace(tbs, weak).replace(oid + b"\x0b", oid + b"\x05")
    return x509.load_der_x509_certificate(
        der[: -len(signed.signature)] + signer.sign(weak, padding.PKCS1v15(), hashes.SHA1())
    )


def _general(entry: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(entry))
    except ValueError:
        return x509.DNSName(entry)


class Pki:
    """A root that is trusted, an intermediate below it, and servers below that."""

    make = staticmethod(make)
    now = NOW
    host = HOST

    def __init__(self):
        self.root = self.ca("Trusted Root", key="ec:root")
        self.intermediate = self.ca("Issuing CA", self.root, key="ec:intermediate")
        self.rsa_root = self.ca("Trusted RSA Root", key="rsa:2048:root")
        self.other_root = self.ca("Another Root", key="ec:other")

    @property
    def roots(self) -> tuple[Made, ...]:
        return self.root, self.rsa_root

    @staticmethod
    def ca(cn, issuer=None, **changes) -> Made:
        return make(cn, issuer, **{"ca": True, "since": NOW - timedelta(days=700), "days": 3650, **changes})

    def leaf(self, issuer=None, **changes) -> Made:
        cn = changes.pop("cn", HOST)
        return make(cn, issuer or self.intermediate, **{"key": "ec:leaf", "san": (HOST,), **changes})

    def served(self, leaf=None, *above) -> list[Made]:
        return [leaf or self.leaf(), *(above or (self.intermediate,))]

    def trust(self, *private, public=()) -> TrustStore:
        return build("Test roots", [root.pem for root in public], [root.pem for root in private or self.roots])

    def judge(self, chain, *, host=HOST, now=NOW, trust=None, tls="TLSv1.3", cipher="TLS_AES_128_GCM_SHA256", **seen):
        handshake = Handshake(host, tls, cipher, **seen)
        ders = tuple(made if isinstance(made, bytes) else made.der for made in chain)
        return judge(ServedChain(ders), handshake, now, everywhere(trust or self.trust()))

    @staticmethod
    def violations(findings) -> dict[Platform, set[str]]:
        """Per platform the codes that fail a call there."""
        return {
            platform: {finding.code.value for finding in findings if finding.fails and platform in finding.platforms}
            for platform in Platform
        }

    @staticmethod
    def graded(findings, severity: Severity) -> dict[str, set[Platform]]:
        found: dict[str, set[Platform]] = {}
        for finding in findings:
            if finding.severity is severity:
                found.setdefault(finding.code.value, set()).update(finding.platforms)
        return found


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki()

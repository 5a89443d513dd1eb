"""DER to facts: any bytes give CertFacts or Unreadable, never an exception."""

import warnings
from collections.abc import Iterable
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import ed448
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID
from cryptography.x509.oid import NameOID
from cryptography.x509.oid import SignatureAlgorithmOID

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import NameConstraints
from wxpolicy.certificates.facts import NameKey
from wxpolicy.certificates.facts import Unreadable
from wxpolicy.certificates.printable import printable

# A certificate with more than this is no web server's: the largest seen carry some hundred names.
MAX_CERTIFICATE_BYTES = 96 * 1024
_KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)
_NO_HASH_OF_ITS_OWN = (SignatureAlgorithmOID.ED25519, SignatureAlgorithmOID.ED448)


@lru_cache(maxsize=1024)
def parse(der: bytes) -> CertFacts | Unreadable:
    """The facts of one certificate, or which part of it cannot be read."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        return Unreadable("size", f"{len(der)} bytes, more than {MAX_CERTIFICATE_BYTES}")
    part = ["DER"]
    try:
        with warnings.catch_warnings():
            # A serial number of zero or less is no phone's concern, nor the user's terminal's.
            warnings.simplefilter("ignore")
            return _read(der, part)
    except BaseException as error:
        # A parser written in Rust reports its own bugs as a BaseException of its own.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        return Unreadable(part[0], printable(str(error) or type(error).__name__, 160))


def _read(der: bytes, part: list[str]) -> CertFacts:
    certificate = x509.load_der_x509_certificate(der)
    part[0] = "subject"
    subject = certificate.subject
    part[0] = "issuer"
    issuer = certificate.issuer
    part[0] = "validity"
    not_before = certificate.not_valid_before_utc
    not_after = certificate.not_valid_after_utc
    part[0] = "signatureAlgorithm"
    signature_hash, signature_name = _signature(certificate)
    part[0] = "subjectPublicKeyInfo"
    key_kind, key_bits, curve, spki = _key(certificate)
    part[0] = "extensions"
    extensions = certificate.extensions
    by_type = {type(extension.value): extension.value for extension in extensions}
    basic = by_type.get(x509.BasicConstraints)
    usage = by_type.get(x509.KeyUsage)
    eku = by_type.get(x509.ExtendedKeyUsage)
    san = by_type.get(x509.SubjectAlternativeName)
    ski = by_type.get(x509.SubjectKeyIdentifier)
    aki = by_type.get(x509.AuthorityKeyIdentifier)
    aia = by_type.get(x509.AuthorityInformationAccess)
    return CertFacts(
        der=der,
        certificate=certificate,
        label=_label(subject),
        issuer_label=_label(issuer),
        subject_key=_name_key(subject),
        issuer_key=_name_key(issuer),
        subject_organisations=_organisations(subject),
        issuer_organisations=_organisations(issuer),
        version=certificate.version.value + 1,
        not_before=not_before,
        not_after=not_after,
        spki=spki,
        key_kind=key_kind,
        key_bits=key_bits,
        curve=curve,
        signature_hash=signature_hash,
        signature_name=signature_name,
        is_ca=bool(basic and basic.ca),
        path_length=basic.path_length if basic else None,
        key_usage=frozenset(name for name in _KEY_USAGES if getattr(usage, name)) if usage else None,
        eku=frozenset(oid.dotted_string for oid in eku) if eku else None,
        has_san=san is not None,
        san_dns=tuple(san.get_values_for_type(x509.DNSName)) if san else (),
        san_ip=tuple(san.get_values_for_type(x509.IPAddress)) if san else (),
        subject_key_id=ski.digest if ski else None,
        authority_key_id=aki.key_identifier if aki else None,
        aia_urls=_aia_urls(aia) if aia else (),
        constraints=_constraints(by_type.get(x509.NameConstraints)),
        critical=MappingProxyType({extension.oid.dotted_string: extension.critical for extension in extensions}),
    )


def _signature(certificate: x509.Certificate) -> tuple[str | None, str]:
    oid = certificate.signature_algorithm_oid
    name = getattr(oid, "_name", "")
    name = name if name and name != "Unknown OID" else oid.dotted_string
    if oid in _NO_HASH_OF_ITS_OWN:
        return "", name
    try:
        algorithm = certificate.signature_hash_algorithm
    except Exception:
        return None, name
    return (algorithm.name.lower() if algorithm else None), name


def _key(certificate: x509.Certificate) -> tuple[str, int, str | None, bytes]:
    try:
        key = certificate.public_key()
        spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except Exception:
        # A kind of key that no phone knows (SM2, GOST, explicit curve parameters).
        return "unknown", 0, None, b""
    match key:
        case rsa.RSAPublicKey():
            return "RSA", key.key_size, None, spki
        case ec.EllipticCurvePublicKey():
            return "EC", key.key_size, key.curve.name, spki
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 256, None, spki
        case ed448.Ed448PublicKey():
            return "Ed448", 456, None, spki
        case dsa.DSAPublicKey():
            return "DSA", key.key_size, None, spki
    return "unknown", 0, None, spki


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.hex()


def _label(name: x509.Name) -> str:
    common_names = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    if common_names:
        return printable("CN=" + _text(common_names[-1].value))
    return printable(name.rfc4514_string()) or "(no name)"


def _name_key(name: x509.Name) -> NameKey:
    return tuple(
        frozenset((part.oid.dotted_string, " ".join(_text(part.value).lower().split())) for part in rdn)
        for rdn in name.rdns
    )


def _organisations(name: x509.Name) -> tuple[str, ...]:
    return tuple(_text(part.value) for part in name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME))


def _aia_urls(aia: x509.AuthorityInformationAccess) -> tuple[str, ...]:
    return tuple(
        printable(access.access_location.value, 200)
        for access in aia
        if access.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(access.access_location, x509.UniformResourceIdentifier)
    )


def _constraints(extension: x509.NameConstraints | None) -> NameConstraints | None:
    if extension is None:
        return None
    permitted = extension.permitted_subtrees or []
    excluded = extension.excluded_subtrees or []

    def of(subtrees: Iterable[x509.GeneralName], kind: type[x509.GeneralName]) -> tuple[Any, ...]:
        return tuple(name.value for name in subtrees if isinstance(name, kind))

    return NameConstraints(
        permitted_dns=of(permitted, x509.DNSName) or None,
        permitted_ip=of(permitted, x509.IPAddress) or None,
        excluded_dns=of(excluded, x509.DNSName),
        excluded_ip=of(excluded, x509.IPAddress),
    )

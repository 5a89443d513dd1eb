"""A certificate from its parts: everything has a good default, and everything can be something else."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import NoEncryption
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization import PublicFormat

from testenv.pki import extension_values as ext
from testenv.pki.encode import bit_string
from testenv.pki.encode import integer
from testenv.pki.encode import name
from testenv.pki.encode import oid
from testenv.pki.encode import sequence
from testenv.pki.encode import time
from testenv.pki.encode import tlv

HOST = "api.example.com"
_CURVES = {"p224": ec.SECP224R1, "p256": ec.SECP256R1, "p384": ec.SECP384R1, "p521": ec.SECP521R1, "k1": ec.SECP256K1,
           "bp256": ec.BrainpoolP256R1}  # fmt: skip
_HASHES = {"md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
           "sha384": hashes.SHA384, "sha512": hashes.SHA512}  # fmt: skip
_RSA_OIDS = {"md5": 4, "sha1": 5, "sha224": 14, "sha256": 11, "sha384": 12, "sha512": 13}
_ECDSA_OIDS = {"sha1": "1.2.840.10045.4.1", "sha224": "1.2.840.10045.4.3.1", "sha256": "1.2.840.10045.4.3.2",
               "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}  # fmt: skip
_HASH_OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
NULL = b"\x05\x00"


@cache
def key(kind: str) -> PrivateKeyTypes:
    """One private key a name, made once: "p256", "p256:root", "rsa2048:x" ... The part after the colon tells keys apart."""
    plain = kind.partition(":")[0]
    if plain == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if plain.startswith("rsa"):
        bits, _, exponent = plain.removeprefix("rsa").partition("e")
        return rsa.generate_private_key(int(exponent or 65537), int(bits))
    return ec.generate_private_key(_CURVES[plain]())


def spki(private: PrivateKeyTypes) -> bytes:
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_pem(private: PrivateKeyTypes) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def identifier(private: PrivateKeyTypes) -> bytes:
    return hashlib.sha1(spki(private)).digest()


@dataclass(frozen=True)
class Made:
    """A certificate, with the key that it certifies, and its subject as others name it for their issuer."""

    der: bytes
    key: PrivateKeyTypes = field(repr=False)
    subject: bytes
    key_id: bytes | None
    serial: int


def algorithm(private: PrivateKeyTypes, digest: str, pss: bool) -> bytes:
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return sequence(oid("1.3.101.112"))
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return sequence(oid(_ECDSA_OIDS[digest]))
    if not pss:
        return sequence(oid(f"1.2.840.113549.1.1.{_RSA_OIDS[digest]}"), NULL)
    hash_ = sequence(oid(_HASH_OIDS[digest]), NULL)
    mask = sequence(oid("1.2.840.113549.1.1.8"), hash_)
    size = _HASHES[digest]().digest_size
    return sequence(
        oid("1.2.840.113549.1.1.10"),
        sequence(tlv(0xA0, hash_), tlv(0xA1, mask), tlv(0xA2, integer(size))),
    )


def sign(private: PrivateKeyTypes, data: bytes, digest: str, pss: bool) -> bytes:
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign(data)
    chosen = _HASHES[digest]()
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(data, ec.ECDSA(chosen))
    scheme = padding.PSS(padding.MGF1(chosen), chosen.digest_size) if pss else padding.PKCS1v15()
    return private.sign(data, scheme, chosen)


# Names of CAs carry the number of their case: stores that hold the roots of all cases must not mix them up.
_tag = [""]


def set_tag(text: str) -> None:
    _tag[0] = text


def tagged(text: str) -> str:
    return f"{text} {_tag[0]}".strip()


_serials = iter(range(1000, 10**9))


def certificate(
    subject: bytes | str,
    issuer: Made | None = None,
    *,
    key_kind: str = "p256",
    extensions: Sequence[bytes] | None = (),
    version: int = 3,
    serial: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    days: float = 90,
    digest: str = "sha256",
    pss: bool = False,
    issuer_name: bytes | None = None,
    sign_with: PrivateKeyTypes | None = None,
    ski: bytes | None = None,
    inner_algorithm: bytes | None = None,
    dates: bytes | None = None,
    now: datetime,
) -> Made:
    """One certificate; ``issuer`` None signs with its own key. ``extensions`` None leaves the field out."""
    private = key(key_kind)
    named = name(("CN", subject)) if isinstance(subject, str) else subject
    signer = sign_with or (issuer.key if issuer else private)
    by = issuer_name or (issuer.subject if issuer else named)
    begin = since or now - timedelta(days=30)
    end = until or begin + timedelta(days=days)
    number = next(_serials) if serial is None else serial
    how = algorithm(signer, digest, pss)
    tbs = sequence(
        tlv(0xA0, integer(version - 1)) if version > 1 else b"",
        integer(number),
        inner_algorithm or how,
        by,
        dates or sequence(time(begin), time(end)),
        named,
        spki(private),
        tlv(0xA3, sequence(*extensions)) if extensions else b"",
    )
    der = sequence(tbs, how, bit_string(sign(signer, tbs, digest, pss)))
    return Made(der, private, named, ski, number)


def root(subject: bytes | str = "Root", *, now: datetime, key_kind: str = "p256:root", **changes) -> Made:
    """A CA's own certificate as OpenSSL 3 makes it; ``extensions`` replaces its extensions."""
    own = identifier(key(key_kind))
    subject = name(("CN", tagged(subject))) if isinstance(subject, str) else subject
    usual = [ext.basic(True), ext.usage("key_cert_sign", "crl_sign"), ext.key_id(own)]
    given = {"extensions": usual, "days": 3650, "ski": own, **changes}
    given["ski"] = own if given["extensions"] and ext.key_id(own) in given["extensions"] else None
    return certificate(subject, key_kind=key_kind, now=now, **given)


def intermediate(
    issuer: Made, subject: bytes | str = "Issuing CA", *, now, key_kind="p256:issuing", plus=(), **changes
):
    own = identifier(key(key_kind))
    subject = name(("CN", tagged(subject))) if isinstance(subject, str) else subject
    usual = [ext.basic(True), ext.usage("key_cert_sign", "crl_sign"), ext.key_id(own), *_aki(issuer), *plus]
    given = {"extensions": usual, "days": 1800, **changes}
    given["ski"] = own if given["extensions"] and ext.key_id(own) in given["extensions"] else None
    return certificate(subject, issuer, key_kind=key_kind, now=now, **given)


def leaf(
    issuer: Made, subject: bytes | str = HOST, *, now, key_kind="p256:leaf", plus=(), names=(HOST,), **changes
) -> Made:
    usual = [ext.basic(False), ext.usage("digital_signature"), ext.purposes("server"), *_aki(issuer)]
    given = {"extensions": [*usual, *([ext.san(*names)] if names else []), *plus], **changes}
    return certificate(subject, issuer, key_kind=key_kind, now=now, **given)


def _aki(issuer: Made) -> list[bytes]:
    return [ext.authority_key_id(issuer.key_id)] if issuer.key_id is not None else []


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)

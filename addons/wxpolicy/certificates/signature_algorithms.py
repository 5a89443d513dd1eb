"""What a signatureAlgorithm names: the scheme, the hash, the salt."""

from dataclasses import dataclass
from enum import StrEnum

from wxpolicy.certificates.der import INTEGER
from wxpolicy.certificates.der import OID
from wxpolicy.certificates.der import SEQUENCE
from wxpolicy.certificates.der import DerError
from wxpolicy.certificates.der import context
from wxpolicy.certificates.der import inside
from wxpolicy.certificates.der import oid
from wxpolicy.certificates.der import one
from wxpolicy.certificates.der import unsigned
from wxpolicy.certificates.facts import Algorithm


class Scheme(StrEnum):
    RSA = "RSA"
    RSA_PSS = "RSA-PSS"
    ECDSA = "ECDSA"
    EDDSA = "EdDSA"
    DSA = "DSA"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SignatureAlgorithm:
    """``hash`` is None where it is not known, "" where the scheme has none of its own; ``name`` is for people."""

    scheme: Scheme
    hash: str | None
    name: str
    salt_bytes: int = 0


def _named(scheme: Scheme, hash_: str, name: str) -> SignatureAlgorithm:
    return SignatureAlgorithm(scheme, hash_, name)


_RSA_PSS = "1.2.840.113549.1.1.10"
_BY_OID = {
    "1.2.840.113549.1.1.2": _named(Scheme.RSA, "md2", "md2WithRSAEncryption"),
    "1.2.840.113549.1.1.3": _named(Scheme.RSA, "md4", "md4WithRSAEncryption"),
    "1.2.840.113549.1.1.4": _named(Scheme.RSA, "md5", "md5WithRSAEncryption"),
    "1.2.840.113549.1.1.5": _named(Scheme.RSA, "sha1", "sha1WithRSAEncryption"),
    "1.3.14.3.2.29": _named(Scheme.RSA, "sha1", "sha1WithRSASignature"),
    "1.2.840.113549.1.1.14": _named(Scheme.RSA, "sha224", "sha224WithRSAEncryption"),
    "1.2.840.113549.1.1.11": _named(Scheme.RSA, "sha256", "sha256WithRSAEncryption"),
    "1.2.840.113549.1.1.12": _named(Scheme.RSA, "sha384", "sha384WithRSAEncryption"),
    "1.2.840.113549.1.1.13": _named(Scheme.RSA, "sha512", "sha512WithRSAEncryption"),
    "1.2.840.10045.4.1": _named(Scheme.ECDSA, "sha1", "ecdsa-with-SHA1"),
    "1.2.840.10045.4.3.1": _named(Scheme.ECDSA, "sha224", "ecdsa-with-SHA224"),
    "1.2.840.10045.4.3.2": _named(Scheme.ECDSA, "sha256", "ecdsa-with-SHA256"),
    "1.2.840.10045.4.3.3": _named(Scheme.ECDSA, "sha384", "ecdsa-with-SHA384"),
    "1.2.840.10045.4.3.4": _named(Scheme.ECDSA, "sha512", "ecdsa-with-SHA512"),
    "1.2.840.10040.4.3": _named(Scheme.DSA, "sha1", "dsa-with-SHA1"),
    "2.16.840.1.101.3.4.3.2": _named(Scheme.DSA, "sha256", "dsa-with-SHA256"),
    "1.3.101.112": _named(Scheme.EDDSA, "", "Ed25519"),
    "1.3.101.113": _named(Scheme.EDDSA, "", "Ed448"),
}
_HASHES = {"1.3.14.3.2.26": "sha1", "2.16.840.1.101.3.4.2.4": "sha224", "2.16.840.1.101.3.4.2.1": "sha256",
           "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}  # fmt: skip


def signature_algorithm(algorithm: Algorithm) -> SignatureAlgorithm:
    """Any AlgorithmIdentifier: one that nobody knows is "unknown"."""
    if algorithm.oid == _RSA_PSS:
        try:
            return _pss(algorithm.parameters)
        except DerError:
            return SignatureAlgorithm(Scheme.RSA_PSS, None, "RSASSA-PSS")
    return _BY_OID.get(algorithm.oid, SignatureAlgorithm(Scheme.UNKNOWN, None, algorithm.oid))


def _pss(parameters: bytes) -> SignatureAlgorithm:
    """RFC 4055: defaults are SHA-1 and 20 bytes; one hash for both of its uses is what there is."""
    fields = inside(parameters)
    digest, mask, salt = fields.optional(context(0)), fields.optional(context(1)), fields.optional(context(2))
    hash_ = _hash(one(digest.content, SEQUENCE).whole) if digest is not None else "sha1"
    if mask is not None:
        generator = inside(mask.content)
        generator.take(OID)
        if _hash(generator.take(SEQUENCE).whole) != hash_:
            raise DerError("two hashes")
    length = unsigned(one(salt.content, INTEGER).content) if salt is not None else 20
    return SignatureAlgorithm(Scheme.RSA_PSS, hash_, f"RSASSA-PSS with {hash_.upper()}", length)


def _hash(der: bytes) -> str:
    name = oid(inside(der).take(OID).content)
    if name not in _HASHES:
        raise DerError("a hash that nobody knows")
    return _HASHES[name]

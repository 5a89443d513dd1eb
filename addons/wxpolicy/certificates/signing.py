"""Whether one certificate's key signed another: the one costly step, a single one at a time."""

from collections.abc import Callable
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import ed448
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.signature_algorithms import Scheme
from wxpolicy.certificates.signature_algorithms import SignatureAlgorithm
from wxpolicy.certificates.signature_algorithms import signature_algorithm

# BoringSSL's own bounds (crypto/fipsmodule/rsa): beyond them a check takes longer than a handshake.
MAX_RSA_BITS = 16_384
MAX_EXPONENT_BITS = 33
_HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
           "sha384": hashes.SHA384, "sha512": hashes.SHA512}  # fmt: skip


@lru_cache(maxsize=4096)
def signed_by(child: CertFacts, issuer: CertFacts) -> bool:
    """Whether the issuer's key verifies the child's signature. Names are not compared."""
    if issuer.key.kind == "RSA" and issuer.key.bits > MAX_RSA_BITS:
        return False
    try:
        _verify(child, load_der_public_key(issuer.spki), signature_algorithm(child.algorithm))
    except Exception:
        # InvalidSignature, a key that the library does not load, or an algorithm that does not go with the key.
        return False
    return True


def _verify(child: CertFacts, key: object, algorithm: SignatureAlgorithm) -> None:
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(child.signature, child.tbs)
        return
    if isinstance(key, rsa.RSAPublicKey) and key.public_numbers().e.bit_length() > MAX_EXPONENT_BITS:
        raise ValueError("an exponent that makes a check as slow as a signature")
    digest = _HASHES[algorithm.hash or ""]()
    if isinstance(key, rsa.RSAPublicKey) and algorithm.scheme is Scheme.RSA:
        key.verify(child.signature, child.tbs, padding.PKCS1v15(), digest)
    elif isinstance(key, rsa.RSAPublicKey) and algorithm.scheme is Scheme.RSA_PSS:
        salted = padding.PSS(padding.MGF1(digest), algorithm.salt_bytes)
        key.verify(child.signature, child.tbs, salted, digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm.scheme is Scheme.ECDSA:
        key.verify(child.signature, child.tbs, ec.ECDSA(digest))
    else:
        raise ValueError("a signature that does not go with the key")

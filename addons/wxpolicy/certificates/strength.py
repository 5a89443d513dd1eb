"""Key kinds and sizes, and the hash of a signature: what is too weak, once a platform has said where it draws the line."""

from collections.abc import Collection
from collections.abc import Iterator

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.signature_algorithms import Scheme
from wxpolicy.certificates.signature_algorithms import signature_algorithm
from wxpolicy.finding import Code

NIST_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
# MD2 to SHA-1: no platform takes a signature over them below the root.
BROKEN_HASHES = frozenset({"md2", "md4", "md5", "sha1"})


def weak_key(link: Link, least_rsa_bits: int, curves: Collection[str], *, in_bytes: bool = False) -> Iterator[Fault]:
    """CERT_WEAK_KEY for a key that is no RSA key of that size and on none of those curves.

    ``in_bytes``: the platform counts an RSA key's whole bytes, so that 2041 bits are as good as 2048.
    """
    key = link.cert.key
    field = "subjectPublicKeyInfo"
    if key.kind == "RSA":
        if (-key.bits // 8 * -8 if in_bytes else key.bits) < least_rsa_bits:
            yield fault(Code.CERT_WEAK_KEY, "", link, field, kind="RSA", bits=key.bits, min_bits=least_rsa_bits)
    elif key.kind != "EC":
        yield fault(Code.CERT_WEAK_KEY, "", link, field, kind=key.kind)
    elif key.curve not in curves:
        yield fault(Code.CERT_WEAK_KEY, "", link, field, kind="EC", curve=key.curve, bits=key.bits)


def weak_signature(link: Link, refused: Collection[str]) -> Iterator[Fault]:
    """CERT_WEAK_SIGNATURE where the signature's hash is one of ``refused``."""
    algorithm = signature_algorithm(link.cert.algorithm)
    if algorithm.hash in refused:
        yield _weak_signature(link, algorithm.name)


def unknown_signature(link: Link, schemes: Collection[Scheme], hashes: Collection[str]) -> Iterator[Fault]:
    """CERT_WEAK_SIGNATURE unless scheme and hash are among those that the platform takes."""
    algorithm = signature_algorithm(link.cert.algorithm)
    if algorithm.scheme not in schemes or algorithm.hash not in hashes:
        yield _weak_signature(link, algorithm.name)


def _weak_signature(link: Link, name: str) -> Fault:
    return fault(Code.CERT_WEAK_SIGNATURE, "", link, "signatureAlgorithm", algorithm=name)

"""Whether one certificate's key signed another: the one costly step, a single one at a time."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import ed448
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.asymmetric import rsa

from wxpolicy.certificates.facts import CertFacts

# A check with a key of this size takes about a millisecond; no public CA has a larger one.
MAX_RSA_BITS = 8192


def signed_by(child: CertFacts, issuer: CertFacts) -> bool:
    """Whether the issuer's key verifies the child's signature. Names are not compared."""
    if issuer.key_kind == "RSA" and issuer.key_bits > MAX_RSA_BITS:
        return False
    cert = child.certificate
    try:
        key = issuer.certificate.public_key()
        match key:
            case rsa.RSAPublicKey():
                key.verify(
                    cert.signature,
                    cert.tbs_certificate_bytes,
                    cert.signature_algorithm_parameters,  # type: ignore[arg-type]  # another kind raises, see below
                    cert.signature_hash_algorithm,  # type: ignore[arg-type]
                )
            case ec.EllipticCurvePublicKey():
                # cert.signature_algorithm_parameters knows no ECDSA with SHA-1: such a chain is weak, not broken.
                key.verify(cert.signature, cert.tbs_certificate_bytes, _ecdsa(cert))
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
                key.verify(cert.signature, cert.tbs_certificate_bytes)
            case _:
                return False
    except Exception:
        # InvalidSignature, or an algorithm that does not go with the key.
        return False
    return True


def _ecdsa(cert: x509.Certificate) -> ec.ECDSA:
    algorithm = cert.signature_hash_algorithm
    if algorithm is None:
        raise ValueError("an EC key makes no signature without a hash")
    return ec.ECDSA(algorithm)

"""Keys that no client of a platform lets a server sign with: the handshake fails, whatever the chain is worth."""

from collections.abc import Iterator

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.finding import Code

# BoringSSL's default verify_sigalgs, which Chromium and Conscrypt keep: P-256 and P-384, no P-521, no Ed25519.
BORINGSSL_CURVES = frozenset({"secp256r1", "secp384r1"})


def unusable_leaf_key(leaf: Link, client: str) -> Iterator[Fault]:
    """TLS_NOT_OFFERED for a key that BoringSSL's clients name no signature algorithm for."""
    key = leaf.cert.key
    if key.kind == "EC" and key.curve not in BORINGSSL_CURVES:
        yield _not_offered(f"EC {key.curve}", client)
    elif key.kind.startswith("Ed"):
        yield _not_offered(key.kind, client)


def _not_offered(key: str, client: str) -> Fault:
    return fault(Code.TLS_NOT_OFFERED, "", None, what="signature", client=client, wanted=(key,))

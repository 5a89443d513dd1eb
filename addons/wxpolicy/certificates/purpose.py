"""What each certificate of a path may be used for: serving TLS, or signing the one below it."""

from collections.abc import Collection
from collections.abc import Iterator

from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.x500 import Folded
from wxpolicy.finding import Code


def servers_purpose(link: Link, accepted: Collection[str]) -> Iterator[Fault]:
    """CERT_WRONG_PURPOSE where extendedKeyUsage is there and names none of ``accepted``."""
    if link.cert.eku is not None and not link.cert.eku.intersection(accepted):
        found = "eku_without_server_auth" if link.index == 0 else "ca_eku_without_server_auth"
        yield fault(Code.CERT_WRONG_PURPOSE, found, link, "extendedKeyUsage")


def no_purpose(leaf: Link, reason: str = "eku_missing") -> Iterator[Fault]:
    """CERT_WRONG_PURPOSE where the server's certificate has no extendedKeyUsage at all."""
    if leaf.cert.eku is None:
        yield fault(Code.CERT_WRONG_PURPOSE, reason, leaf, "extendedKeyUsage")


def may_sign(link: Link) -> Iterator[Fault]:
    """CERT_WRONG_PURPOSE where keyUsage is there and does not allow to sign certificates (RFC 5280 §6.1.4 n)."""
    usage = link.cert.key_usage
    if usage is not None and "key_cert_sign" not in usage:
        yield fault(Code.CERT_WRONG_PURPOSE, "no_cert_sign", link, "keyUsage")


def is_authority(link: Link) -> Iterator[Fault]:
    """CERT_WRONG_PURPOSE where basicConstraints do not say that it is a CA's (RFC 5280 §6.1.4 k)."""
    if not link.cert.is_ca:
        yield not_an_authority(link)


def not_an_authority(link: Link) -> Fault:
    return fault(Code.CERT_WRONG_PURPOSE, "no_ca", link, "basicConstraints")


def path_length(path: Path, self_issued: Collection[Folded | bytes], *, anchors_too: bool) -> Iterator[Fault]:
    """CERT_WRONG_PURPOSE where a CA allows fewer CAs below it than there are (RFC 5280 §6.1.4 l, m).

    ``self_issued`` are the DERs that the platform does not count;
    ``anchors_too`` whether the limit of the trusted certificate itself counts.
    """
    below = 0
    for link in path[1:]:
        if link is path[-1] and not anchors_too:
            return
        most = link.cert.basic.path_length if link.cert.basic is not None else None
        if most is not None and below > most:
            yield fault(
                Code.CERT_WRONG_PURPOSE,
                "path_too_long",
                link,
                "basicConstraints.pathLenConstraint",
                allowed=most,
                found=below,
            )
        if link.cert.der not in self_issued:
            below += 1


def key_usage_in_handshake(leaf: Link, handshake: Handshake) -> Iterator[Fault]:
    """CERT_WRONG_PURPOSE where keyUsage forbids what the key does in the handshake (RFC 5246 §7.4.2, RFC 8446 §4.4.2.2).

    With RSA key exchange it deciphers, otherwise it signs.
    """
    usage = leaf.cert.key_usage
    if usage is None:
        return
    deciphers = _is_static_rsa(handshake.cipher) and leaf.cert.key.kind == "RSA"
    if (needed := "key_encipherment" if deciphers else "digital_signature") not in usage:
        yield fault(Code.CERT_WRONG_PURPOSE, f"no_{needed}", leaf, "keyUsage")


def _is_static_rsa(cipher: str | None) -> bool:
    """Whether the suite's key exchange is RSA: "AES128-SHA" and "TLS_RSA_WITH_AES_128_CBC_SHA" are such."""
    if cipher is None:
        return False
    name = cipher.upper().replace("_", "-").removeprefix("TLS-")
    if "-WITH-" in name:
        return name.startswith("RSA-WITH-")
    return not name.startswith(("ECDHE-", "DHE-", "ECDH-", "ADH-", "AECDH-", "PSK-")) and not _is_tls_1_3(cipher)


def _is_tls_1_3(cipher: str) -> bool:
    return cipher.upper().startswith("TLS_") and "_WITH_" not in cipher.upper()

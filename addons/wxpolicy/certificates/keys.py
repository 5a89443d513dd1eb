"""Key kinds and sizes along the path."""

from collections.abc import Iterator

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.path import Path
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.finding import Code
from wxpolicy.terms import Text

# platform §5 (ATS) for iOS; the same bound is OpenSSL's security level 2 and the public CAs' minimum.
MIN_RSA_BITS = 2048
# platform §5 (ATS): EC >= 256; phones know no other curves in certificates than NIST's.
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})


def weak_keys(path: Path) -> Iterator[Fault]:
    """CERT_WEAK_KEY for every certificate of the path, the root included."""
    for link in path:
        weakness = _weakness(link.cert, leaf=link is path[0])
        if weakness is None:
            continue
        where = place(link, "subjectPublicKeyInfo")
        yield Fault(
            Code.CERT_WEAK_KEY,
            Text(f"{where.zh}：{weakness.zh}", f"{where.en}: {weakness.en}"),
            Text(
                "换用 RSA 2048 位以上或 EC P-256 的密钥，重新签发。",
                "Have it issued again with an RSA key of 2048 bits or more, or EC P-256.",
            )
            if link.index == 0
            else Text(
                f"让 CA 换一张密钥更强的证书代替 `{link.cert.label}`（RSA 2048 位以上或 EC P-256）。",
                f"Ask the CA for a replacement of `{link.cert.label}` with a stronger key (RSA 2048 bits or more, or "
                "EC P-256).",
            ),
            "platform §5",
            EVERYONE,
        )


def _weakness(cert: CertFacts, leaf: bool) -> Text | None:
    match cert.key_kind:
        case "RSA" if cert.key_bits < MIN_RSA_BITS:
            return Text(
                f"RSA 密钥只有 {cert.key_bits} 位，至少要 {MIN_RSA_BITS} 位",
                f"RSA key of {cert.key_bits} bits, {MIN_RSA_BITS} are the least",
            )
        case "RSA":
            return None
        case "EC" if cert.curve in CURVES:
            return None
        case "EC":
            return Text(
                f"EC 曲线 {cert.curve}（{cert.key_bits} 位），手机只接受 P-256、P-384、P-521",
                f"EC curve {cert.curve} ({cert.key_bits} bits), phones take P-256, P-384 and P-521 alone",
            )
        case "Ed25519" | "Ed448" if not leaf:
            return None
        case _:
            kind = cert.key_kind if cert.key_kind != "unknown" else ""
            return Text(
                f"密钥类型{(' ' + kind + ' ') if kind else '无法识别，'}不被手机支持，只接受 RSA 和 EC",
                f"key kind {kind or 'not known'}: phones take RSA and EC alone",
            )

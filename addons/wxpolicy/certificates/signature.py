"""The hash in each signature along the path."""

from collections.abc import Iterator

from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.path import Path
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.platforms import IOS_AND_PERHAPS_OTHERS
from wxpolicy.finding import Code
from wxpolicy.terms import Text

# platform §5 (ATS): SHA-256 or better. "" is a scheme without a hash of its own (Ed25519).
STRONG = frozenset({"sha256", "sha384", "sha512", ""})
_BELOW_ATS = frozenset({"sha224", "sha512-224"})


def weak_signatures(path: Path, anchored: bool) -> Iterator[Fault]:
    """CERT_WEAK_SIGNATURE for each certificate but the root: nobody checks a trusted root's own signature.

    ``anchored``: the path ends in a root of the trust store.
    """
    signed = path[:-1] if anchored else path
    for link in signed:
        cert = link.cert
        if cert.signature_hash in STRONG:
            continue
        where = place(link, "signatureAlgorithm")
        yield Fault(
            Code.CERT_WEAK_SIGNATURE,
            Text(
                f"{where.zh}：签名算法是 {cert.signature_name}，要求 SHA-256 或更强",
                f"{where.en}: signed with {cert.signature_name}, SHA-256 or better is asked for",
            ),
            Text("让 CA 用 SHA-256 重新签发。", "Have it issued again with SHA-256.")
            if link.index == 0
            else Text(
                f"从 CA 下载用 SHA-256 签名的新版 `{cert.label}`，替换服务器证书链文件里的旧证书。",
                f"Get the SHA-256 version of `{cert.label}` from the CA and replace the old one in the server's "
                "chain file.",
            ),
            "platform §5",
            IOS_AND_PERHAPS_OTHERS if cert.signature_hash in _BELOW_ATS else EVERYONE,
        )

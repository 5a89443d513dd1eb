"""What each certificate of the path may be used for: serving TLS, or signing the one below it."""

from collections.abc import Iterator

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.path import Path
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.platforms import IOS_ONLY
from wxpolicy.certificates.platforms import PERHAPS_EVERYONE
from wxpolicy.certificates.platforms import Minds
from wxpolicy.certificates.validity import LIMITED_FROM
from wxpolicy.finding import Code
from wxpolicy.terms import Text

SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
_LEAF_FIX = Text(
    "用服务器证书模板重新签发：`extendedKeyUsage = serverAuth`，`keyUsage = digitalSignature, keyEncipherment`。",
    "Have it issued again as a server certificate: `extendedKeyUsage = serverAuth`, `keyUsage = digitalSignature, "
    "keyEncipherment`.",
)
_CA_FIX = Text(
    "换成真正的 CA 证书：`basicConstraints = critical, CA:TRUE`，`keyUsage = critical, keyCertSign, cRLSign`，并重新签发下级证书。",
    "Use a proper CA certificate: `basicConstraints = critical, CA:TRUE`, `keyUsage = critical, keyCertSign, "
    "cRLSign`, and issue the one below again.",
)


def leaf_purpose(leaf: Link) -> Iterator[Fault]:
    """CERT_WRONG_PURPOSE for the server's own certificate (platform §5, "EKU serverAuth")."""
    cert = leaf.cert
    if cert.eku is None:
        if cert.not_before >= LIMITED_FROM:
            yield _fault(
                leaf,
                "extendedKeyUsage",
                Text("缺少该扩展，iOS 13 起要求包含 serverAuth", "missing; since iOS 13 it must name serverAuth"),
                _LEAF_FIX,
                IOS_ONLY,
            )
    elif SERVER_AUTH not in cert.eku:
        yield _fault(
            leaf,
            "extendedKeyUsage",
            Text("不含 serverAuth，不能用于服务器", "does not name serverAuth, so it is not for servers"),
            _LEAF_FIX,
            EVERYONE,
        )
    usage = cert.key_usage
    if usage is None or "digital_signature" in usage:
        return
    fit = usage & {"key_encipherment", "key_agreement"}
    yield _fault(
        leaf,
        "keyUsage",
        Text(
            "不含 digitalSignature，ECDHE 和 TLS 1.3 都要用到它", "lacks digitalSignature, which ECDHE and TLS 1.3 need"
        ),
        _LEAF_FIX,
        PERHAPS_EVERYONE if fit else EVERYONE,
    )


def authority(path: Path) -> Iterator[Fault]:
    """CERT_WRONG_PURPOSE for the certificates above the server's own (RFC 5280 §6.1.4)."""
    below = 0
    for link in path[1:]:
        cert = link.cert
        if not cert.is_ca:
            yield _fault(
                link,
                "basicConstraints",
                Text("不是 CA 证书，却签发了下级证书", "not a CA's certificate, yet it issued the one below"),
                _CA_FIX,
                EVERYONE,
            )
        if cert.key_usage is not None and "key_cert_sign" not in cert.key_usage:
            yield _fault(
                link,
                "keyUsage",
                Text("不含 keyCertSign，不能签发证书", "lacks keyCertSign, so it may not issue"),
                _CA_FIX,
                EVERYONE,
            )
        if cert.path_length is not None and below > cert.path_length:
            yield _fault(
                link,
                "basicConstraints.pathLenConstraint",
                Text(
                    f"只允许其下有 {cert.path_length} 张中间证书，实际有 {below} 张",
                    f"allows {cert.path_length} intermediates below it, there are {below}",
                ),
                _CA_FIX,
                EVERYONE,
            )
        if cert.eku is not None and SERVER_AUTH not in cert.eku:
            yield _fault(
                link,
                "extendedKeyUsage",
                Text(
                    "不含 serverAuth，其下的证书不能用于服务器",
                    "does not name serverAuth, so nothing below it is for servers",
                ),
                Text(
                    "换用签发服务器证书的中间 CA，再重新签发。",
                    "Have it issued again by an intermediate that is meant for servers.",
                ),
                EVERYONE,
            )
        if not cert.self_issued:
            below += 1


def _fault(link: Link, field: str, found: Text, fix: Text, on: Minds) -> Fault:
    where = place(link, field)
    return Fault(
        Code.CERT_WRONG_PURPOSE, Text(f"{where.zh}：{found.zh}", f"{where.en}: {found.en}"), fix, "platform §5", on
    )

"""CERT_WRONG_PURPOSE: a certificate's extensions forbid what it is used for.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "reason": of the server's own: "eku_missing", "eku_missing_private" (below a CA that the user trusted),
    "eku_without_server_auth", "no_digital_signature", "no_key_encipherment";
    of a CA's: "no_ca", "no_cert_sign", "path_too_long" ("allowed", "found"), "ca_eku_without_server_auth"

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "extendedKeyUsage", "trust_stores": ["mozilla"], "reason": "eku_missing"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "extendedKeyUsage", "trust_stores": ["mozilla"], "reason": "eku_missing_private"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "keyUsage", "trust_stores": ["mozilla"], "reason": "no_key_encipherment"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "extendedKeyUsage", "trust_stores": ["mozilla"], "reason": "eku_without_server_auth"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "extendedKeyUsage", "trust_stores": ["mozilla"], "reason": "no_digital_signature"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "basicConstraints", "trust_stores": ["mozilla + 1 extra"], "reason": "no_ca"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "basicConstraints", "trust_stores": ["mozilla + 1 extra"], "reason": "no_cert_sign"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "basicConstraints", "trust_stores": ["mozilla + 1 extra"], "reason": "ca_eku_without_server_auth"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "basicConstraints.pathLenConstraint", "trust_stores": ["mozilla + 1 extra"], "reason": "path_too_long", "allowed": 0, "found": 1}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import APPLE_13
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-207, "ERR_CERT_INVALID")

_REASONS = {
    "eku_missing": Text("缺少该扩展，iOS 13 起要求包含 serverAuth", "missing; since iOS 13 it must name serverAuth"),
    "eku_missing_private": Text(
        "缺少该扩展。Apple 的文档要求 iOS 13 起所有证书都包含 serverAuth；Apple 公开的代码只对系统自带的根要求，用户自己信任的 CA 不受限",
        "missing. Apple's documents ask it of every certificate since iOS 13; Apple's published code asks below the "
        "system's own roots alone, not below a CA that the user trusted",
    ),
    "eku_without_server_auth": Text(
        "不含 serverAuth，不能用于服务器", "does not name serverAuth, so it is not for servers"
    ),
    "no_digital_signature": Text(
        "不含 digitalSignature，ECDHE 和 TLS 1.3 都要用到它", "lacks digitalSignature, which ECDHE and TLS 1.3 need"
    ),
    "no_key_encipherment": Text(
        "不含 keyEncipherment，RSA 密钥交换要用到它", "lacks keyEncipherment, which RSA key exchange needs"
    ),
    "no_ca": Text("不是 CA 证书，却签发了下级证书", "not a CA's certificate, yet it issued the one below"),
    "no_cert_sign": Text("不含 keyCertSign，不能签发证书", "lacks keyCertSign, so it may not issue"),
    "path_too_long": Text(
        "只允许其下有 {allowed} 张中间证书，实际有 {found} 张",
        "allows {allowed} intermediates below it, there are {found}",
    ),
    "ca_eku_without_server_auth": Text(
        "不含 serverAuth，其下的证书不能用于服务器", "does not name serverAuth, so nothing below it is for servers"
    ),
}
_OF_A_CA = frozenset({"no_ca", "no_cert_sign", "path_too_long"})


def message(data: Values) -> Text:
    return about(data, *_REASONS.get(str(data.raw("reason")), _REASONS["eku_without_server_auth"]))


def fix(data: Values) -> Text:
    reason = data.raw("reason")
    if reason == "ca_eku_without_server_auth":
        return Text(
            "换用签发服务器证书的中间 CA，再重新签发。",
            "Have it issued again by an intermediate that is meant for servers.",
        )
    if reason in _OF_A_CA:
        return Text(
            "换成真正的 CA 证书：`basicConstraints = critical, CA:TRUE`，`keyUsage = critical, keyCertSign, cRLSign`，并重新签发下级证书。",
            "Use a proper CA certificate: `basicConstraints = critical, CA:TRUE`, `keyUsage = critical, keyCertSign, "
            "cRLSign`, and issue the one below again.",
        )
    return Text(
        "用服务器证书模板重新签发：`extendedKeyUsage = serverAuth`，`keyUsage = digitalSignature, keyEncipherment`。",
        "Have it issued again as a server certificate: `extendedKeyUsage = serverAuth`, `keyUsage = digitalSignature, "
        "keyEncipherment`.",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("证书用途不对", "Certificate for another purpose"),
    meaning=Text(
        "证书的扩展不允许它这样使用：服务器证书缺少 serverAuth，或签发者不是 CA。",
        "The certificate's extensions forbid this use: a server's without serverAuth, or an issuer that is no CA.",
    ),
    causes=(
        Text("用客户端证书或签名证书部署了服务器", "a client's or code-signing certificate was deployed"),
        Text("自建 CA 的签发模板不完整", "a private CA's template is incomplete"),
    ),
    phone=refused_after_handshake(
        _NET_ERROR, besides=Text("缺少 EKU 时只有 iOS 拒绝。", " Where EKU is missing altogether, only iOS refuses.")
    ),
    general_fix=Text(
        "重新签发服务器证书：extendedKeyUsage = serverAuth，keyUsage = digitalSignature, keyEncipherment。",
        "Have it issued again as a server certificate: extendedKeyUsage = serverAuth, keyUsage = digitalSignature, keyEncipherment.",
    ),
    clause="platform §5",
    source=APPLE_13,
    message=message,
    fix=fix,
)

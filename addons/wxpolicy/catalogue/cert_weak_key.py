"""CERT_WEAK_KEY: a key of the path is too short, or of a kind that phones do not take.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "kind": "RSA", "EC", another kind of key, "unknown"; "bits"; "curve" of an EC key; "min_bits" that RSA needs

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectPublicKeyInfo", "trust_stores": ["mozilla"], "kind": "RSA", "bits": 1024, "min_bits": 2048}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subjectPublicKeyInfo", "trust_stores": ["mozilla + 1 extra"], "kind": "EC", "bits": 256, "curve": "secp256k1"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectPublicKeyInfo", "trust_stores": ["mozilla"], "kind": "DSA", "bits": 2048}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectPublicKeyInfo", "trust_stores": ["mozilla"], "kind": "unknown"}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.certificates import is_servers_own
from wxpolicy.catalogue.wording.certificates import label
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import APPLE_ATS
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-211, "ERR_CERT_WEAK_KEY")


def message(data: Values) -> Text:
    kind = data.raw("kind")
    if kind == "RSA":
        return about(
            data,
            "RSA 密钥只有 {bits} 位，至少要 {min_bits} 位",
            "RSA key of {bits} bits, {min_bits} are the least",
        )
    if kind == "EC":
        return about(
            data,
            "EC 曲线 {curve}（{bits} 位），手机只接受 P-256、P-384（iOS 还有 P-521）",
            "EC curve {curve} ({bits} bits), phones take P-256 and P-384 alone (iOS P-521 too)",
        )
    if kind in (None, "unknown"):
        return about(
            data,
            "密钥类型无法识别，不被手机支持，只接受 RSA 和 EC",
            "key kind not known: phones take RSA and EC alone",
        )
    return about(
        data,
        "密钥类型 {kind} 不被手机支持，只接受 RSA 和 EC",
        "key kind {kind}: phones take RSA and EC alone",
    )


def fix(data: Values) -> Text:
    if is_servers_own(data):
        return Text(
            "换用 RSA 2048 位以上或 EC P-256 的密钥，重新签发。",
            "Have it issued again with an RSA key of 2048 bits or more, or EC P-256.",
        )
    return data.say(
        "让 CA 换一张密钥更强的证书代替 `{label}`（RSA 2048 位以上或 EC P-256）。",
        "Ask the CA for a replacement of `{label}` with a stronger key (RSA 2048 bits or more, or EC P-256).",
        label=label(data),
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("密钥太弱", "Weak key"),
    meaning=Text(
        "链上有证书的 RSA 密钥不足 2048 位，EC 曲线不是 P-256、P-384 或 P-521，或密钥种类不受手机支持。",
        "A certificate of the chain has an RSA key below 2048 bits, an EC curve other than P-256, P-384 or P-521, or a kind of key that phones do not take.",
    ),
    causes=(
        Text("沿用旧的 1024 位密钥续期", "an old 1024-bit key was kept at renewal"),
        Text("设备自带的默认证书", "a device's built-in certificate"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "生成新密钥再申请证书：openssl ecparam -name prime256v1 -genkey，或 RSA 2048 位以上。",
        "Make a new key and apply again: openssl ecparam -name prime256v1 -genkey, or RSA with 2048 bits or more.",
    ),
    clause="platform §5",
    source=APPLE_ATS,
    message=message,
    fix=fix,
)

"""CERT_WEAK_SIGNATURE: a certificate of the path is signed with a hash that is too weak.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "algorithm": the signature algorithm's name

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "signatureAlgorithm", "trust_stores": ["mozilla"], "algorithm": "sha1WithRSAEncryption"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "signatureAlgorithm", "trust_stores": ["mozilla + 1 extra"], "algorithm": "md5WithRSAEncryption"}
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

_NET_ERROR = NetError(-208, "ERR_CERT_WEAK_SIGNATURE_ALGORITHM")


def message(data: Values) -> Text:
    return about(
        data,
        "签名算法是 {algorithm}，要求 SHA-256 或更强",
        "signed with {algorithm}, SHA-256 or better is asked for",
    )


def fix(data: Values) -> Text:
    if is_servers_own(data):
        return Text("让 CA 用 SHA-256 重新签发。", "Have it issued again with SHA-256.")
    return data.say(
        "从 CA 下载用 SHA-256 签名的新版 `{label}`，替换服务器证书链文件里的旧证书。",
        "Get the SHA-256 version of `{label}` from the CA and replace the old one in the server's chain file.",
        label=label(data),
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("签名算法太弱", "Weak signature"),
    meaning=Text(
        "证书用 SHA-1、MD5 等弱散列签名；ATS 要求 SHA-256 或更强。",
        "The certificate is signed with SHA-1, MD5 or the like; ATS asks for SHA-256 or better.",
    ),
    causes=(
        Text("多年前签发的证书或内部 CA", "a certificate or private CA from years ago"),
        Text(
            "自建 CA 的 openssl 配置仍是 default_md = sha1",
            "a private CA's openssl configuration still says default_md = sha1",
        ),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "用 SHA-256 重新签发（openssl 为 -sha256）。", "Have it issued again with SHA-256 (openssl: -sha256)."
    ),
    clause="platform §5",
    source=APPLE_ATS,
    message=message,
    fix=fix,
)

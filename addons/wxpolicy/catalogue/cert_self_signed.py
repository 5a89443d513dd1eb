"""CERT_SELF_SIGNED: the server's certificate is its own issuer.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "trusted": true where the trust store holds it (iOS refuses it all the same)

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "issuer", "trust_stores": ["mozilla"], "trusted": false}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "issuer", "trust_stores": ["mozilla"], "trusted": true}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-202, "ERR_CERT_AUTHORITY_INVALID")


def message(data: Values) -> Text:
    if data.flag("trusted"):
        return about(
            data,
            "证书是自签名的；它在信任库里，但 iOS 不支持自签名证书",
            "signed by itself; the trust store holds it, but iOS takes no self-signed ones",
        )
    return about(data, "证书是自签名的；没有任何平台信任它", "signed by itself; no platform trusts it")


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("自签名证书", "Self-signed certificate"),
    meaning=Text(
        "服务器证书由自己签发，没有任何平台信任它；iOS 明确不支持。",
        "The server's certificate is signed by itself. No platform trusts it, and iOS rules it out.",
    ),
    causes=(
        Text("测试环境的证书用到了正式环境", "a test environment's certificate is used in production"),
        Text("面板或路由器自动生成的默认证书", "the default certificate that a control panel or router made"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "换用受信任 CA 的证书（Let's Encrypt 免费）；测试时用自建 CA 签发，并写入 policy.yaml 的 extra_roots。",
        "Use a trusted CA's certificate (Let's Encrypt is free); for tests issue it with your own CA and name that in extra_roots of policy.yaml.",
    ),
    clause="seed-2017 §1",
    source=f"{PAGE_2017}：“iOS 不支持自签名证书”",
    message=message,
    fix=Text(
        "换用受信任 CA 签发的证书（例如免费的 Let's Encrypt）；测试环境可以自建 CA，由它签发服务器证书，并把该 CA 写进 policy.yaml 的 "
        "`certificates: {extra_roots: [ca.pem]}`。",
        "Serve a certificate of a trusted CA (Let's Encrypt is free); for a test environment make a CA of your "
        "own, issue the server's certificate with it, and name it in policy.yaml: "
        "`certificates: {extra_roots: [ca.pem]}`.",
    ),
)

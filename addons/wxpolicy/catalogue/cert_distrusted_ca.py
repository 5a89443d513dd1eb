"""CERT_DISTRUSTED_CA: a CA that platforms distrust although a store may hold its root.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "owner": the CA, "issued": when the server's certificate was issued (ISO 8601, UTC),
    "is_late": whether that is after the last date that any kernel trusts

examples:
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "issuer", "trust_stores": ["mozilla + 1 extra"], "owner": "CN=WoSign CA", "issued": "2017-01-01T00:00:00Z", "is_late": true}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "issuer", "trust_stores": ["mozilla + 1 extra"], "owner": "CN=StartCom", "issued": "2016-01-01T00:00:00Z", "is_late": false}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.certificates import moment
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

_NET_ERROR = NetError(-202, "ERR_CERT_AUTHORITY_INVALID")


def message(data: Values) -> Text:
    rest = (
        Text("晚于 2016-10-21，Chrome 56 及以上内核都不信任", "after 2016-10-21, no kernel from Chrome 56 on trusts it")
        if data.flag("is_late")
        else Text(
            "Chrome 56/57 内核还信任，Chrome 61 起完全不信任",
            "Chrome 56/57 kernels still trust it, from Chrome 61 on none does",
        )
    )
    return about(
        data,
        "由 {owner} 签发，服务器证书签发于 {issued}，{rest}",
        "issued by {owner}, the server's certificate at {issued}; {rest}",
        issued=moment(data, "issued"),
        rest=rest,
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    platforms=(
        Platform.ANDROID,
        Platform.DEVTOOLS,
    ),
    title=Text("CA 已被平台取消信任", "CA no longer trusted"),
    meaning=Text(
        "证书来自 WoSign 或 StartCom。Chrome 56/57 内核只信任 2016-10-21 及之前签发的，Chrome 61 起完全不信任。",
        "The certificate is from WoSign or StartCom. Chrome 56/57 kernels trust those issued up to 2016-10-21, Chrome 61 and later none.",
    ),
    causes=(Text("仍在使用沃通或 StartCom 的旧证书", "an old WoSign or StartCom certificate is still in use"),),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text("换用其他 CA 签发的证书。", "Use a certificate of another CA."),
    clause="seed-2017 §1; platform §5",
    source=f"{PAGE_2017}：《Chrome 56/57 内核对 WoSign、StartCom 证书限制周知》",
    message=message,
    fix=Text("换用其他 CA 签发的证书。", "Serve a certificate of another CA."),
)

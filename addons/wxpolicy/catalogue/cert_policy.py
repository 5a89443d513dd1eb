"""CERT_POLICY: the certificate policies of the path leave none that holds for the server's certificate.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "reason": "required" (a CA demands an explicit policy and none is left), "mapping" (a mapping is not allowed),
    "qualifiers" (critical policies with qualifiers, which Android does not take)
    or "missing" (the platform asks for one of "wanted", a list of OIDs)

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "certificatePolicies", "trust_stores": ["mozilla"], "reason": "qualifiers"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "policyConstraints", "trust_stores": ["mozilla + 1 extra"], "reason": "required"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "policyMappings", "trust_stores": ["mozilla + 1 extra"], "reason": "mapping"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "certificatePolicies", "trust_stores": ["mozilla"], "reason": "missing", "wanted": ["2.23.140.1.2.1"]}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-207, "ERR_CERT_INVALID")


def message(data: Values) -> Text:
    match data.raw("reason"):
        case "mapping":
            return about(
                data,
                "策略映射不被允许，平台拒绝这条证书链",
                "a policy mapping that is not allowed, so the chain is refused",
            )
        case "qualifiers":
            return about(
                data,
                "该扩展为 critical 且带有限定符，Android 不接受",
                "critical and with qualifiers, which Android does not take",
            )
        case "missing":
            return about(
                data,
                "没有平台要求的证书策略（{wanted}）",
                "has none of the policies that the platform asks for ({wanted})",
            )
    return about(
        data,
        "CA 要求明确的证书策略，而这条证书链没有剩下任何一个",
        "a CA demands an explicit policy, and along this chain none is left",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("证书策略不成立", "No valid certificate policy"),
    meaning=Text(
        "证书链上的 CA 要求明确的证书策略（policyConstraints），而沿着这条链没有任何策略一直有效。",
        "A CA of the chain demands an explicit certificate policy (policyConstraints), and no policy holds along the whole chain.",
    ),
    causes=(
        Text("内部 CA 的策略扩展配置不一致", "a private CA's policy extensions do not agree"),
        Text("换过中间证书，新旧证书的策略不同", "the intermediate was replaced, and its policies differ"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "让 CA 检查各级证书的 certificatePolicies、policyMappings 与 policyConstraints，再重新签发。",
        "Have the CA check certificatePolicies, policyMappings and policyConstraints of each certificate and issue them again.",
    ),
    clause="platform §5",
    source="RFC 5280 §6.1 [doc]",
    message=message,
    fix=Text(
        "让 CA 检查证书链的 certificatePolicies 和 policyConstraints，重新签发；公共 CA 的证书请重新下载整条链。",
        "Have the CA check certificatePolicies and policyConstraints along the chain and issue it again; of a public CA download the whole chain again.",
    ),
)

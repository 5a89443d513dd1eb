"""CERT_UNREADABLE: no certificate, or one that cannot be read or breaks the format.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold), and
    "reason": "none" (the server sent none; no certificate, no field), "parse" ("index", "part", "error" in place
    of them), "critical_extension" (one that the platform does not know), "malformed" (an extension that it reads),
    "duplicated" (an extension), "empty_name" ("whose": "issuer" or "subject"), "san_not_critical", "version",
    "bad_string", "two_algorithms", "long_serial" ("limit_bytes") or "too_many_names"

examples:
    {"host": "api.example.com", "reason": "none", "trust_stores": ["mozilla"]}
    {"host": "api.example.com", "reason": "parse", "index": 1, "part": "subject", "error": "bad DER", "trust_stores": ["mozilla"]}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "extension 1.2.3", "trust_stores": ["mozilla"], "reason": "critical_extension"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "issuer", "trust_stores": ["mozilla + 1 extra"], "reason": "empty_name", "whose": "issuer"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "empty_name", "whose": "subject"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "nameConstraints", "trust_stores": ["mozilla + 1 extra"], "reason": "too_many_names"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "san_not_critical"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "version"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "authorityInfoAccess", "trust_stores": ["mozilla"], "reason": "malformed"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectKeyIdentifier", "trust_stores": ["mozilla"], "reason": "duplicated"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectAltName", "trust_stores": ["mozilla"], "reason": "bad_string"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "signatureAlgorithm", "trust_stores": ["mozilla"], "reason": "two_algorithms"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "serialNumber", "trust_stores": ["mozilla"], "reason": "long_serial", "limit_bytes": 37}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.certificates import store
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import VALID
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-207, "ERR_CERT_INVALID")

_REASONS = {
    "critical_extension": Text(
        "标为 critical，但不是平台认识的扩展", "critical, but no extension that platforms understand as such"
    ),
    "san_not_critical": Text("主题为空时该扩展必须为 critical", "must be critical where the subject is empty"),
    "version": Text("有扩展的证书必须是 v3", "a certificate with extensions must be of version 3"),
    "malformed": Text("该扩展的内容无法解析", "an extension whose value cannot be read"),
    "duplicated": Text("同一扩展出现了两次", "an extension that stands there twice"),
    "bad_string": Text("含有该字段不允许的字符", "holds characters that this field cannot have"),
    "two_algorithms": Text(
        "内外两处的签名算法不一致", "not the signature algorithm that is named inside of the certificate"
    ),
    "long_serial": Text("序列号超过 {limit_bytes} 字节", "a serial number of more than {limit_bytes} bytes"),
    "too_many_names": Text("域名与约束过多，无法逐一核对", "too many names and subtrees to compare"),
}


def message(data: Values) -> Text:
    match data.raw("reason"):
        case "none":
            return data.say("服务器没有发送证书{store}", "the server sent no certificate{store}", store=store(data))
        case "parse":
            return data.say(
                "证书 {index} 的 {part}：无法解析（{error}）{store}",
                "certificate {index}, {part}: cannot be read ({error}){store}",
                store=store(data),
            )
        case "empty_name" if data.raw("whose") == "issuer":
            return about(data, "签发者名称为空", "empty")
        case "empty_name":
            return about(data, "主题名称为空", "empty")
    return about(data, *_REASONS.get(str(data.raw("reason")), _REASONS["critical_extension"]))


def fix(data: Values) -> Text:
    if data.raw("reason") in ("none", "parse"):
        return Text(
            "检查服务器的证书链文件：从 CA 重新下载，逐张用 `openssl x509 -in FILE -noout -text` 查看。",
            "Check the server's chain file: download it from the CA again and read each certificate with "
            "`openssl x509 -in FILE -noout -text`.",
        )
    if data.raw("reason") == "too_many_names":
        return Text(
            "换用不受此约束的 CA，或只为该 CA 允许的域名签发证书。",
            "Have it issued by a CA without this constraint, or for names alone that this CA permits.",
        )
    return Text(
        "按 RFC 5280 重新签发这张证书（自建 CA 时检查签发工具的扩展配置）。",
        "Have this certificate issued again as RFC 5280 asks (with a CA of your own, check the extensions "
        "that your tool writes).",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("证书无法解析", "Certificate cannot be read"),
    meaning=Text(
        "服务器没有发送证书，或证书的内容不合规范，无法解析。",
        "The server sent no certificate, or one that cannot be parsed.",
    ),
    causes=(
        Text("证书文件损坏，或拼接时少了换行", "a damaged file, or one joined without a line break"),
        Text("国密等手机系统不支持的证书", "a kind that phones do not know, such as SM2"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "从 CA 重新下载证书链，逐张用 openssl x509 -in FILE -noout -text 查看。",
        "Download the chain from the CA again and read each certificate with openssl x509 -in FILE -noout -text.",
    ),
    clause="seed-2017 §1",
    source=VALID,
    message=message,
    fix=fix,
)

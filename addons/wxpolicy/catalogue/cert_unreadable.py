"""CERT_UNREADABLE: no certificate, or one that cannot be read or breaks the format.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold), and
    "reason": "none" (the server sent none; no certificate, no field), "parse" ("index", "part", "error" in place
    of them), "critical_extension", "empty_name" ("whose": "issuer" or "subject"), "san_not_critical", "version",
    "no_authority_key_id", "no_subject_key_id", "other_key_id", "too_many_names" or
    "refused" ("error": what a library said, "depth": how far up the path)

examples:
    {"host": "api.example.com", "reason": "none", "trust_stores": ["mozilla"]}
    {"host": "api.example.com", "reason": "parse", "index": 1, "part": "subject", "error": "bad DER", "trust_stores": ["mozilla"]}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "extension 1.2.3", "trust_stores": ["mozilla"], "reason": "critical_extension"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "issuer", "trust_stores": ["mozilla + 1 extra"], "reason": "empty_name", "whose": "issuer"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "empty_name", "whose": "subject"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "nameConstraints", "trust_stores": ["mozilla + 1 extra"], "reason": "too_many_names"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "path", "trust_stores": ["mozilla"], "reason": "refused", "error": "unsupported", "depth": 0}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "san_not_critical"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "version"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "no_authority_key_id"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "no_subject_key_id"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subject", "trust_stores": ["mozilla + 1 extra"], "reason": "other_key_id"}
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
    "no_authority_key_id": Text("缺少该扩展或其中的 keyid", "missing, or without a keyid"),
    "no_subject_key_id": Text("CA 证书缺少该扩展", "missing from a CA's certificate"),
    "other_key_id": Text(
        "自签名根证书的该扩展与自己的 subjectKeyIdentifier 不一致", "not the root's own subjectKeyIdentifier"
    ),
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
        case "refused":
            return about(data, "OpenSSL 拒绝（{error}）", "OpenSSL refuses it ({error})")
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

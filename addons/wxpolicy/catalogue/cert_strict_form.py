"""CERT_STRICT_FORM: strict verifiers refuse the form of a certificate; the devices do not mind it.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "what": what they mind, in OpenSSL's words, "verifier": which one said so ("OpenSSL X509_STRICT")

examples:
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "subjectKeyIdentifier", "trust_stores": ["mozilla + 1 extra"], "what": "Missing Subject Key Identifier", "verifier": "OpenSSL X509_STRICT"}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    return about(
        data,
        "严格模式的校验（{verifier}）会拒绝：{what}；手机和开发者工具不拒绝",
        "strict verifiers ({verifier}) refuse it: {what}; phones and devtools do not",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.SOURCE,
    severity=Severity.NOTE,
    failure=Failure.CERTIFICATE,
    net_error=NetError(-207, "ERR_CERT_INVALID"),
    title=Text("只有严格校验才拒绝的证书格式", "Form that only strict verifiers refuse"),
    meaning=Text(
        "证书的格式与 RFC 5280 的字面要求有出入。严格模式的 OpenSSL（如 Python 3.13 的默认设置）会拒绝，手机和开发者工具不会。这是提示，不是违规。",
        "The certificate departs from the letter of RFC 5280. Strict OpenSSL (the default of Python 3.13) refuses it; phones and devtools do not. A hint, no violation.",
    ),
    causes=(
        Text(
            "自建 CA 的工具没有写 subjectKeyIdentifier、authorityKeyIdentifier 或 keyUsage",
            "a private CA's tool left out subjectKeyIdentifier, authorityKeyIdentifier or keyUsage",
        ),
        Text("很早以前签发的 CA 证书", "a CA's certificate from long ago"),
    ),
    phone=Text("没有影响，进入 success。", "No effect: success runs."),
    general_fix=Text(
        "只面向手机时不需要修改；服务之间也要调用时，让 CA 按 RFC 5280 重新签发。",
        "Nothing to fix for phones; where other programs call it too, have the CA issue it again as RFC 5280 asks.",
    ),
    clause="platform §5",
    source="RFC 5280 §4 [doc]; OpenSSL X509_V_FLAG_X509_STRICT [doc]",
    message=message,
    fix=Text(
        "手机不受影响。若服务之间也用 curl、Python 或 Java 调用，请让 CA 按 RFC 5280 重新签发。",
        "Phones are not affected. Where servers call each other with curl, Python or Java, have the CA issue it again as RFC 5280 asks.",
    ),
)

"""CERT_NO_SAN: the server's certificate names no host in subjectAltName.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "wanted": the name or address that was asked for, "kind": "dNSName" or "iPAddress",
    "is_present": whether the extension is there at all

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectAltName", "trust_stores": ["mozilla"], "wanted": "api.example.com", "kind": "dNSName", "is_present": false}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectAltName", "trust_stores": ["mozilla"], "wanted": "10.0.0.1", "kind": "iPAddress", "is_present": true}
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

_NET_ERROR = NetError(-200, "ERR_CERT_COMMON_NAME_INVALID")


def message(data: Values) -> Text:
    return about(
        data,
        "{state}；各平台都不看 CN，只看 subjectAltName",
        "{state}; every platform ignores the CN and reads subjectAltName alone",
        state=Text("扩展存在，但没有任何域名或 IP", "present, but lists no host")
        if data.flag("is_present")
        else Text("缺少该扩展", "missing"),
    )


def fix(data: Values) -> Text:
    return data.say(
        "重新签发证书，加上 `subjectAltName = {prefix}:{wanted}`。",
        "Have the certificate issued again with `subjectAltName = {prefix}:{wanted}`.",
        prefix="IP" if data.raw("kind") == "iPAddress" else "DNS",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("证书没有 subjectAltName", "Certificate without subjectAltName"),
    meaning=Text(
        "域名只写在 CN 里。各平台都不看 CN，只看 subjectAltName。",
        "The host stands in the CN alone. Every platform ignores the CN and reads subjectAltName.",
    ),
    causes=(
        Text("自签或内部 CA 签发时只填了 CN", "only the CN was filled in for a self-made or private CA's certificate"),
        Text("十年前的证书模板", "a template from a decade ago"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "重新签发并加上 subjectAltName = DNS:域名（openssl 为 -addext）。",
        "Have it issued again with subjectAltName = DNS:HOST (openssl: -addext).",
    ),
    clause="platform §5",
    source=APPLE_13,
    message=message,
    fix=fix,
)

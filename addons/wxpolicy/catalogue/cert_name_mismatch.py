"""CERT_NAME_MISMATCH: no name of the certificate is the host's, or its CA may not issue for one.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "wanted": the name or address that was asked for, "kind": "dNSName" or "iPAddress",
    "listed": the first names of the certificate, "more": how many follow;
    or "refused": the names that a name constraint of this CA does not permit

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectAltName", "trust_stores": ["mozilla"], "wanted": "api.example.com", "kind": "dNSName", "listed": ["www.example.com"], "more": 0}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "subjectAltName", "trust_stores": ["mozilla"], "wanted": "10.0.0.1", "kind": "iPAddress", "listed": [], "more": 3}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "nameConstraints", "trust_stores": ["mozilla + 1 extra"], "refused": ["api.example.com"]}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import VALID
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-200, "ERR_CERT_COMMON_NAME_INVALID")


def message(data: Values) -> Text:
    if data.has("refused"):
        return about(data, "该 CA 不允许签发 {refused}", "this CA may not issue for {refused}")
    more = data.number("more") or 0
    listed = data.texts("listed")
    return about(
        data,
        "没有与 {wanted} 匹配的 {kind}；其中只有：{names}{rest}",
        "no {kind} matches {wanted}; it lists {names}{rest}",
        names=Text(", ".join(listed) or "（空）", ", ".join(listed) or "nothing"),
        rest=Text(f"，另有 {more:g} 个", f" and {more:g} more") if more > 0 else "",
    )


def fix(data: Values) -> Text:
    if data.has("refused"):
        return Text(
            "换用不受此约束的 CA，或只为该 CA 允许的域名签发证书。",
            "Have it issued by a CA without this constraint, or for names alone that this CA permits.",
        )
    return data.say(
        "重新签发证书，subjectAltName 加上 `{prefix}:{wanted}`；若证书本来就不该是这一张，检查服务器按 SNI 选证书的配置。",
        "Have the certificate issued again with `{prefix}:{wanted}` in subjectAltName; if another certificate was "
        "meant, check how the server chooses by SNI.",
        prefix="IP" if data.raw("kind") == "iPAddress" else "DNS",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("证书与域名不一致", "Certificate for another host"),
    meaning=Text(
        "证书的 subjectAltName 里没有所访问的域名。通配符只覆盖一级：*.example.com 不包含 a.b.example.com，也不包含 example.com。",
        "The certificate's subjectAltName does not hold the host. A wildcard covers one level: *.example.com covers neither a.b.example.com nor example.com.",
    ),
    causes=(
        Text("新增子域名后没有重新签发", "a new subdomain was added and no certificate issued for it"),
        Text(
            "服务器按 SNI 选错了证书，返回默认站点的证书",
            "the server chose wrongly by SNI and sent its default site's certificate",
        ),
        Text("CDN 还在使用平台的默认证书", "a CDN still uses its provider's default certificate"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "重新签发包含该域名的证书；nginx 检查 server_name 与 ssl_certificate 是否对应。",
        "Issue a certificate that holds the host; with nginx check that server_name and ssl_certificate belong together.",
    ),
    clause="seed-2017 §1; platform §5",
    source=VALID,
    message=message,
    fix=fix,
)

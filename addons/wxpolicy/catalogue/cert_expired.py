"""CERT_EXPIRED: a certificate of the path is past its validity.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "not_after" and "now": ISO 8601, UTC

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "notAfter", "trust_stores": ["mozilla"], "not_after": "2026-01-01T00:00:00Z", "now": "2026-02-01T00:00:00Z"}
    {"host": "api.example.com", "certificate": {"index": 1, "label": "CN=Issuing CA"}, "field": "notAfter", "trust_stores": ["mozilla + 1 extra"], "not_after": "2026-01-01T00:00:00Z", "now": "2026-02-01T00:00:00Z"}
    {"host": "api.example.com", "certificate": {"index": null, "label": "CN=Root"}, "field": "notAfter", "trust_stores": ["mozilla"], "not_after": "2026-01-01T00:00:00Z", "now": "2026-02-01T00:00:00Z"}
"""

from wxpolicy.catalogue.wording.certificates import about
from wxpolicy.catalogue.wording.certificates import is_servers_own
from wxpolicy.catalogue.wording.certificates import label
from wxpolicy.catalogue.wording.certificates import moment
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_after_handshake
from wxpolicy.catalogue.wording.sources import VALID
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-201, "ERR_CERT_DATE_INVALID")


def message(data: Values) -> Text:
    return about(
        data,
        "证书已于 {not_after} 过期，当前时间 {now}",
        "expired at {not_after}, it is now {now}",
        not_after=moment(data, "not_after"),
        now=moment(data, "now"),
    )


def fix(data: Values) -> Text:
    if is_servers_own(data):
        return Text("续期证书，并重新加载服务器。", "Renew the certificate and reload the server.")
    if not data.part("certificate").has("index"):
        return Text(
            "信任库里的这张 CA 证书已过期：更新信任库，或让服务器改用其他 CA 签发的证书。",
            "This CA certificate of the trust store has expired: update the store, or serve a certificate of another CA.",
        )
    return data.say(
        "从 CA 下载新的中间证书 `{label}`，替换服务器证书链文件里的旧证书。",
        "Get the current intermediate `{label}` from the CA and replace the old one in the server's chain file.",
        label=label(data),
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("证书已过期", "Certificate expired"),
    meaning=Text(
        "服务器证书或它上面的某张证书已经过了有效期。",
        "The server's certificate, or one above it in the chain, is past its validity.",
    ),
    causes=(
        Text("自动续期失败，或续期后没有重新加载服务器", "renewal failed, or the server was not reloaded after it"),
        Text("多台服务器或 CDN 只更新了一部分", "only some of the servers or the CDN got the new one"),
        Text("链文件里的中间证书是旧的", "the intermediate in the chain file is an old one"),
        Text("设备时钟不准", "the device's clock is wrong"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "续期证书并重新加载服务器（nginx -s reload），用 openssl s_client -connect 域名:443 -servername 域名 核对日期。",
        "Renew the certificate and reload the server (nginx -s reload); check the dates with openssl s_client -connect HOST:443 -servername HOST.",
    ),
    clause="seed-2017 §1",
    source=VALID,
    message=message,
    fix=fix,
)

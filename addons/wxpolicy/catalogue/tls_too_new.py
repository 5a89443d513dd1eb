"""TLS_TOO_NEW: the server offers TLS 1.3 alone, which older phones do not know.

data: "host", "offered": the versions that the server offers, for people ("1.3"),
    "platforms": the clients that cannot connect, for people ("Android 9")

examples:
    {"host": "api.example.com", "offered": "1.3", "platforms": "Android 9"}
    {"host": "api.example.com", "offered": "1.3", "platforms": "iOS 12.1"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_in_handshake
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

_NET_ERROR = NetError(-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH")


def message(data: Values) -> Text:
    return data.say(
        "{host} 只提供 TLS {offered}，{platforms} 及更早的系统不支持，会连不上",
        "{host} offers TLS {offered} only; {platforms} and older do not know it and cannot connect",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    severity=Severity.WARNING,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    platforms=(Platform.ANDROID,),
    title=Text("只支持 TLS 1.3", "TLS 1.3 only"),
    meaning=Text(
        "服务器只提供 TLS 1.3。Android 10 与 iOS 12.2 之前的系统不支持它，这些手机连不上：对它们的请求是违规，探测时只作警告。",
        "The server offers TLS 1.3 alone. Android before version 10 and iOS before 12.2 do not know it, so those phones cannot connect: a violation for a call of theirs, a warning where a probe found it.",
    ),
    causes=(
        Text("安全配置里只留下了 TLSv1.3", "a hardened configuration kept TLSv1.3 alone"),
        Text("CDN 的最低 TLS 版本设成了 1.3", "a CDN's lowest TLS version was set to 1.3"),
    ),
    phone=refused_in_handshake(_NET_ERROR),
    general_fix=Text(
        "同时启用 TLS 1.2 和 1.3，nginx：ssl_protocols TLSv1.2 TLSv1.3;",
        "Turn on TLS 1.2 and 1.3, with nginx: ssl_protocols TLSv1.2 TLSv1.3;",
    ),
    clause="platform §5",
    source="https://developer.android.com/about/versions/10/behavior-changes-10 [doc]",
    message=message,
    fix=Text(
        "在服务器上同时启用 TLS 1.2，例如 nginx：`ssl_protocols TLSv1.2 TLSv1.3;`。",
        "Turn on TLS 1.2 as well, with nginx: `ssl_protocols TLSv1.2 TLSv1.3;`.",
    ),
)

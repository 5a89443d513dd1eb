"""TLS_CLIENT_CERTIFICATE: the server demands a certificate of the client, and a mini-program has none.

data: "host", "is_required": false where the server asks for one but goes on without

examples:
    {"host": "api.example.com", "is_required": true}
    {"host": "api.example.com", "is_required": false}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_in_handshake
from wxpolicy.catalogue.wording.sources import OBSERVED
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-110, "ERR_SSL_CLIENT_AUTH_CERT_NEEDED")


def message(data: Values) -> Text:
    if data.raw("is_required") is False:
        return data.say(
            "{host} 在握手中索取客户端证书，没有时仍继续；小程序无法提供客户端证书",
            "{host} asks for a client certificate but goes on without one; a mini-program cannot present any",
        )
    return data.say(
        "{host} 要求客户端证书（双向 TLS），小程序无法提供，握手失败",
        "{host} demands a client certificate (mutual TLS); a mini-program cannot present any, so the handshake fails",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.MEASURED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("服务器要求客户端证书", "Server demands a client certificate"),
    meaning=Text(
        "服务器开启了双向 TLS，要求客户端出示证书。小程序的网络 API 没有客户端证书可用。",
        "The server demands mutual TLS. The network APIs of a mini-program have no client certificate to present.",
    ),
    causes=(
        Text("内部网关默认开启了双向认证", "an internal gateway demands client certificates by default"),
        Text("nginx 写了 ssl_verify_client on", "nginx has ssl_verify_client on"),
    ),
    phone=refused_in_handshake(_NET_ERROR),
    general_fix=Text(
        "为小程序使用的域名关闭双向认证，改用登录态或签名。",
        "Turn mutual TLS off for the host that mini-programs call, and use a login or a signature instead.",
    ),
    clause="platform §5",
    source=OBSERVED,
    message=message,
    fix=Text(
        "关闭这个域名的双向认证（nginx：`ssl_verify_client off;`），改用登录态或签名验证小程序的请求。",
        "Turn client certificates off for this host (nginx: `ssl_verify_client off;`) and authenticate calls by a login or a signature.",
    ),
)

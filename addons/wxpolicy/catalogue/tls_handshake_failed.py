"""TLS_HANDSHAKE_FAILED: the handshake with the server came to nothing.

data: "host", "error": what the TLS library or the server said, "" for nothing; where a probe found it:
    "silent_s": how many seconds the server let the handshake wait, "no_version": true where it agreed on no version,
    "dialled": the address that was tried, "instead_of": the one that it stands for, absent where it is the same

examples:
    {"host": "api.example.com", "error": "tlsv1 alert unrecognized name"}
    {"host": "api.example.com", "error": ""}
    {"host": "api.example.com", "silent_s": 5, "dialled": "10.0.0.5:8443", "instead_of": "api.example.com:443"}
    {"host": "api.example.com", "no_version": true, "error": "handshake failure", "dialled": "api.example.com:443"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.peers import dialled
from wxpolicy.catalogue.wording.peers import reason
from wxpolicy.catalogue.wording.phones import refused_in_handshake
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.sources import TLS_1_2
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_NET_ERROR = NetError(-107, "ERR_SSL_PROTOCOL_ERROR")


def message(data: Values) -> Text:
    whom = dialled(data)
    if data.has("silent_s"):
        return data.say(
            "{whom} 接受了连接，但 {silent_s} 秒内没有应答 TLS 握手",
            "{whom} takes connections, but did not answer the TLS handshake within {silent_s} s",
            whom=whom,
        )
    if data.flag("no_version"):
        return data.say(
            "与 {whom} 用任何 TLS 版本都无法握手：{error}", "{whom} agrees on no version of TLS: {error}", whom=whom
        )
    return data.say(
        "与 {host} 的 TLS 握手失败{error}", "The TLS handshake with {host} failed{error}", error=reason(data)
    )


def fix(data: Values) -> Text:
    if data.has("silent_s"):
        return Text(
            "确认这个端口上运行的是 TLS 服务、没有过载，并且中间没有防火墙丢弃数据。",
            "See that a TLS server runs on this port and is not overloaded, and that no firewall on the way drops what it says.",
        )
    return Text(
        "检查服务器的 TLS 配置：证书与私钥是否匹配、协议版本与加密套件是否开启、这个 SNI 是否有对应的站点。",
        "Check the server's TLS settings: certificate and key that fit, versions and ciphers that are on, a site for this SNI.",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("TLS 握手失败", "TLS handshake failed"),
    meaning=Text(
        "服务器在握手途中报错或断开，没有建立加密连接。",
        "The server raised an alert or hung up during the handshake; no encrypted connection came about.",
    ),
    causes=(
        Text("服务器不认识 SNI 里的域名", "the server does not know the host in SNI"),
        Text("端口上运行的不是 HTTPS", "what listens on the port is not HTTPS"),
        Text(
            "没有双方都支持的加密套件，或服务器要求客户端证书",
            "no cipher suite in common, or the server asks for a client certificate",
        ),
    ),
    phone=refused_in_handshake(_NET_ERROR),
    general_fix=Text(
        "用 openssl s_client -connect 域名:443 -servername 域名 -tls1_2 重现，检查服务器的证书、套件与 SNI 配置。",
        "Reproduce it with openssl s_client -connect HOST:443 -servername HOST -tls1_2; check the server's certificate, suites and SNI settings.",
    ),
    clause="seed-2017 §1; platform §3",
    source=f"{TLS_1_2}; {PAGE_CURRENT}",
    message=message,
    fix=fix,
)

"""TLS_NOT_OFFERED: server and platform have no cipher suite, group or signature algorithm in common.

data: "host", "what": "suite", "group", "signature" or "any" (where it cannot be told),
    "client": the client that offers none of it, or several, for people ("iOS 12"),
    "wanted": what the server takes, where known,
    "is_known": false where the server chose this in another client's handshake, and may take what this client offers

examples:
    {"host": "api.example.com", "what": "suite", "client": "iOS 12", "wanted": ["ECDHE-RSA-CHACHA20-POLY1305"]}
    {"host": "api.example.com", "what": "group", "client": "Android 7"}
    {"host": "api.example.com", "what": "signature", "client": "Android 7"}
    {"host": "api.example.com", "what": "any", "client": ["Android 7", "iOS"]}
    {"host": "api.example.com", "what": "group", "client": "Android 7", "wanted": "P-521", "is_known": false}
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

_NET_ERROR = NetError(-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH")

_WHAT = {
    "suite": Text("加密套件", "cipher suite"),
    "group": Text("密钥交换曲线", "key exchange group"),
    "signature": Text("签名算法", "signature algorithm"),
    "any": Text("套件、曲线或签名算法", "suite, group or signature algorithm"),
}


def message(data: Values) -> Text:
    what = _WHAT.get(str(data.raw("what")), _WHAT["any"])
    if data.raw("is_known") is False:
        return data.say(
            "{host} 在这次握手中选用了 {client} 不提供的{what}{wanted}；是否也接受它提供的，这次握手看不出来，`policy.py probe` 可以探测",
            "{host} did not keep to what {client} offers in this handshake ({what}{wanted}); whether it would take what "
            "that client offers cannot be told from it: `policy.py probe` asks",
            what=what,
            wanted=data.say("：{wanted}", ": {wanted}") if data.has("wanted") else "",
        )
    return data.say(
        "{host} 与 {client} 没有共同的{what}{wanted}，握手失败",
        "{host} and {client} have no {what} in common{wanted}, so the handshake fails",
        what=what,
        wanted=data.say("（服务器要求 {wanted}）", " (the server takes {wanted})") if data.has("wanted") else "",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.MEASURED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("手机不提供服务器要求的算法", "Nothing in common in TLS"),
    meaning=Text(
        "服务器只接受某些加密套件、曲线或签名算法，而这个平台的客户端一个也不提供，握手无法完成。",
        "The server takes only cipher suites, groups or signature algorithms of which this platform's client offers none, so the handshake cannot be completed.",
    ),
    causes=(
        Text("服务器只开启了很旧或很新的套件", "the server has only very old or very new suites turned on"),
        Text(
            "证书的密钥种类不常见（如 P-521、Ed25519）", "a certificate with an uncommon kind of key (P-521, Ed25519)"
        ),
        Text("国密（SM2）服务器", "a server for SM2 alone"),
    ),
    phone=refused_in_handshake(
        _NET_ERROR,
        Text(
            "iOS 提供哪些算法只有资料可查，打开调试时是否一样未知。",
            " What iOS offers is known from documents alone, and not whether it is the same with debugging on.",
        ),
    ),
    general_fix=Text(
        "启用 ECDHE + AES-GCM、P-256 或 X25519 以及 RSA 或 ECDSA P-256 证书。",
        "Turn on ECDHE with AES-GCM, P-256 or X25519, and an RSA or ECDSA P-256 certificate.",
    ),
    clause="platform §5",
    source=OBSERVED,
    message=message,
    fix=Text(
        "在服务器上启用通用的组合：ECDHE + AES-GCM、P-256 或 X25519、RSA 或 ECDSA P-256 证书，例如 nginx：`ssl_ciphers ECDHE+AESGCM; ssl_ecdh_curve X25519:prime256v1;`。",
        "Turn on what every client knows: ECDHE with AES-GCM, P-256 or X25519, an RSA or ECDSA P-256 certificate; with nginx: `ssl_ciphers ECDHE+AESGCM; ssl_ecdh_curve X25519:prime256v1;`.",
    ),
)

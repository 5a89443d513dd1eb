"""TLS_NO_FORWARD_SECRECY: the agreed cipher suite is not ECDHE with AES.

data: "host", "cipher": the suite agreed on, absent where nobody saw it,
    "reason": "no_ecdhe", "chacha20" (ATS's words ask for AES, newer iOS takes it too) or "no_aes"

examples:
    {"host": "api.example.com", "cipher": "AES128-SHA", "reason": "no_ecdhe"}
    {"host": "api.example.com", "cipher": "AES128-SHA", "reason": "chacha20"}
    {"host": "api.example.com", "cipher": "AES128-SHA", "reason": "no_aes"}
    {"host": "api.example.com"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.phones import refused_by_ios
from wxpolicy.catalogue.wording.sources import APPLE_ATS
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

_NET_ERROR = NetError(-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH")


def message(data: Values) -> Text:
    if not data.has("cipher"):
        return Text("没有看到协商的加密套件，无法判断", "the cipher suite was not seen")
    match data.raw("reason"):
        case "chacha20":
            return data.say(
                "与服务器协商的套件 {cipher} 不是 AES；ATS 的条文要求 AES-128 或 AES-256，实际上较新的 iOS 也接受 ChaCha20",
                "the server agreed on {cipher}, which is not AES; ATS's words ask for AES-128 or AES-256, though newer "
                "iOS takes ChaCha20 too",
            )
        case "no_aes":
            return data.say(
                "与服务器协商的套件 {cipher} 不是 AES-128 或 AES-256",
                "the server agreed on {cipher}, which is not AES-128 or AES-256",
            )
    return data.say(
        "与服务器协商的套件 {cipher} 没有 ECDHE 前向保密",
        "the server agreed on {cipher}, which has no forward secrecy by ECDHE",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    platforms=(Platform.IOS,),
    title=Text("加密套件没有前向保密", "No forward secrecy"),
    meaning=Text(
        "协商的套件不是 ECDHE + AES。iOS 的 ATS 要求前向保密。",
        "The agreed cipher suite is not ECDHE with AES. ATS on iOS demands forward secrecy.",
    ),
    causes=(
        Text("服务器优先选择 RSA 密钥交换的套件", "the server prefers suites with RSA key exchange"),
        Text("负载均衡用了旧的安全策略", "a load balancer has an old security policy"),
    ),
    phone=refused_by_ios(_NET_ERROR),
    general_fix=Text(
        "启用 ECDHE + AES-GCM，nginx：ssl_ciphers ECDHE+AESGCM; ssl_prefer_server_ciphers on;",
        "Turn on ECDHE with AES-GCM, with nginx: ssl_ciphers ECDHE+AESGCM; ssl_prefer_server_ciphers on;",
    ),
    clause="seed-2017 §1; platform §5",
    source=f"{PAGE_2017}：“iOS 下证书必须满足苹果 App Transport Security (ATS) 的要求”; {APPLE_ATS}",
    message=message,
    fix=Text(
        "启用 ECDHE + AES-GCM 套件，例如 nginx：`ssl_ciphers ECDHE+AESGCM; ssl_prefer_server_ciphers on;`。",
        "Turn on ECDHE with AES-GCM, with nginx: `ssl_ciphers ECDHE+AESGCM; ssl_prefer_server_ciphers on;`.",
    ),
)

"""CERT_CHAIN_INCOMPLETE: the server does not send an intermediate that the path needs.

data: "host", "certificate", "field", "trust_stores" (wording/certificates.py says what they hold),
    "missing": the name of the intermediate, "aia": the address where it can be had, absent without one,
    "namesake": the index of a served certificate with the issuer's name and another key, absent without one

examples:
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "issuer", "trust_stores": ["mozilla"], "missing": "CN=Issuing CA", "aia": "http://ca.example.com/ca.crt"}
    {"host": "api.example.com", "certificate": {"index": 0, "label": "CN=api.example.com"}, "field": "issuer", "trust_stores": ["mozilla"], "missing": "CN=Issuing CA", "namesake": 2}
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

_NET_ERROR = NetError(-202, "ERR_CERT_AUTHORITY_INVALID")


def message(data: Values) -> Text:
    missing = Text("服务器没有发送签发它的中间证书", "the server does not send the intermediate that issued it,")
    if data.has("namesake"):
        missing = data.say(
            "服务器发送的证书 {namesake} 与签发者同名但密钥不同，真正的中间证书没有发送",
            "certificate {namesake} has the issuer's name but another key; the server does not send the true one,",
        )
    return about(
        data,
        "{what} {missing}。Android 不会自行下载，请求失败；iOS 和开发者工具常能补上，所以问题容易被掩盖",
        "{what} {missing}. Android fetches nothing and fails; iOS and devtools often fill the gap and hide it",
        what=missing,
    )


def fix(data: Values) -> Text:
    return data.say(
        "把中间证书 `{missing}`{aia}追加到服务器的证书链文件（服务器证书在前，中间证书在后；nginx 为 ssl_certificate 指向的文件）。",
        "Append the intermediate `{missing}`{aia} to the server's chain file (the server's own certificate "
        "first; with nginx, the file that ssl_certificate names).",
        # A full-width bracket keeps its own distance.
        aia=data.say("（AIA 地址 {aia}）", " (AIA URL {aia})") if data.has("aia") else Text(" ", ""),
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=_NET_ERROR,
    title=Text("证书链不完整", "Incomplete certificate chain"),
    meaning=Text(
        "服务器没有发送中间证书。Android 不会自行下载，请求失败；iOS、桌面浏览器和开发者工具常常能补上，所以“开发者工具正常、手机失败”。",
        "The server does not send its intermediate certificate. Android fetches nothing and fails; iOS, desktop browsers and devtools often fill the gap, so it works in devtools and fails on phones.",
    ),
    causes=(
        Text("部署了 cert.pem 而不是 fullchain.pem", "cert.pem was deployed instead of fullchain.pem"),
        Text("换了 CA，链文件里还是旧的中间证书", "the CA changed, the chain file still holds the old intermediate"),
        Text("面板只要求粘贴服务器证书", "a control panel only asked for the server's own certificate"),
    ),
    phone=refused_after_handshake(_NET_ERROR),
    general_fix=Text(
        "把中间证书追加到服务器证书之后：nginx 用 ssl_certificate fullchain.pem，Apache 2.4.8 起用 SSLCertificateFile fullchain.pem，然后重新加载。",
        "Append the intermediate after the server's certificate: nginx ssl_certificate fullchain.pem, Apache 2.4.8 or later SSLCertificateFile fullchain.pem; then reload.",
    ),
    clause="platform §5",
    source=f"{VALID}; RFC 8446 §4.4.2 [doc]",
    message=message,
    fix=fix,
)

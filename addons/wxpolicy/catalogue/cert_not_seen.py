"""CERT_NOT_SEEN: nobody saw the server's certificate and TLS, so nothing is said of them.

data: "reason": "capture" (the capture holds none), "unjudged" (the handshake was not judged; "host") or
    "upstream_proxy" (a proxy in front of this one shows its own; "host", "proxy": its address)

examples:
    {"reason": "capture"}
    {"host": "api.example.com", "reason": "unjudged"}
    {"host": "api.example.com", "reason": "upstream_proxy", "proxy": "http://proxy.example.com:3128"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.sources import VALID
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    if data.raw("reason") == "unjudged":
        return data.say(
            "与 {host} 的 TLS 握手没有经过检查，无法判断证书链、有效期和 TLS 版本是否满足各平台要求。",
            "The TLS handshake with {host} was not judged: chain, validity and TLS version are not known.",
        )
    if data.raw("reason") == "upstream_proxy":
        return data.say(
            "收到的证书多半不是 {host} 自己的：没有任何公开的证书颁发机构签发过它，上级代理 {proxy} 可能在检查 TLS；"
            "也可能是服务器用了私有 CA。",
            "The certificate that came for {host} is most likely not the server's: no public authority issued it, and"
            " the upstream proxy {proxy} may inspect TLS; or the server uses a private CA.",
        )
    return Text(
        "这份抓包里没有服务器证书，无法判断证书链、有效期和 TLS 版本是否满足各平台要求。",
        "This capture holds no server certificate: chain, validity and TLS version could not be judged.",
    )


def fix(data: Values) -> Text:
    if data.raw("reason") == "unjudged":
        return data.say(
            "用 scripts/policy.py probe {host} 检查服务器的证书与 TLS，或用 mode: release 再运行一次。",
            "Check the server's certificate and TLS with scripts/policy.py probe {host}, or run again with mode: release.",
        )
    if data.raw("reason") == "upstream_proxy":
        return data.say(
            "让上级代理 {proxy} 不检查 {host} 的 TLS，或让本代理直接联网；测试用的 CA 用 --extra-root 加入。",
            "Have the upstream proxy {proxy} leave TLS to {host} alone, or let this proxy go out directly; a test CA is added with --extra-root.",
        )
    return Text(
        "用 scripts/run.py 让这次调用经过代理：每次连接都会按各平台的规则检查证书。",
        "Run the call through scripts/run.py: it judges the certificate of every connection by each platform's rules.",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    severity=Severity.NOTE,
    failure=Failure.CERTIFICATE,
    net_error=NetError(-107, "ERR_SSL_PROTOCOL_ERROR"),
    title=Text("没有看到服务器证书", "Server certificate not seen"),
    meaning=Text(
        "没有人看到服务器的证书和 TLS 握手，所以不能说它们是否满足手机的要求：没有看到，不等于通过。",
        "Nobody saw the server's certificate and handshake, so nothing can be said of what phones would make of them. Not seen is not passed.",
    ),
    causes=(
        Text("抓包文件（HAR）不含服务器证书", "a capture such as a HAR file holds no certificates"),
        Text(
            "debug 或 observe 模式下，握手没有经过检查就放行了",
            "in mode debug or observe a handshake passed that was not judged",
        ),
    ),
    phone=Text(
        "不知道：手机会检查证书，不合格时进入 fail。",
        "Not known: a phone checks the certificate and runs fail where it minds it.",
    ),
    general_fix=Text(
        "让调用经过 scripts/run.py 的代理，或用 scripts/policy.py probe 域名 检查。",
        "Run the call through the proxy of scripts/run.py, or check the server with scripts/policy.py probe HOST.",
    ),
    clause="platform §5",
    source=VALID,
    message=message,
    fix=fix,
)

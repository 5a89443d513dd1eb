"""SCHEME_NOT_SECURE: something else than https, or wss for connectSocket.

data: "host": the host, "where": the places of the call that carried it ([] where all agree), both absent where the call names no host,
    "scheme": what the call uses ("" for one that is none of the network's),
    "wanted": the scheme that it must use, "url_host": the host as a url has it,
    "reason": "plain" (http or ws), "unknown_subnet" (plain to a LAN address, which may be allowed),
    "wrong_kind" (another API's scheme; "api": the API called), or "tunnel" (neither HTTPS nor WSS; "port")

examples:
    {"host": "api.example.com", "where": [], "scheme": "http", "wanted": "https", "api": "request", "url_host": "api.example.com", "reason": "plain"}
    {"host": "api.example.com", "where": ["CONNECT", "SNI"], "scheme": "http", "wanted": "https", "api": "request", "url_host": "192.168.1.20", "reason": "unknown_subnet"}
    {"host": "api.example.com", "where": [], "scheme": "https", "wanted": "wss", "api": "connectSocket", "url_host": "api.example.com", "reason": "wrong_kind"}
    {"scheme": "", "wanted": "https", "api": "request", "reason": "wrong_kind"}
    {"host": "api.example.com", "port": 22, "reason": "tunnel"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.hosts import who
from wxpolicy.catalogue.wording.phones import NOT_SENT
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    more: dict[str, Text | str] = {
        "who": who(data) if data.raw("host") else Text("请求", "The call"),
        "scheme": _scheme(data),
    }
    match data.raw("reason"):
        case "tunnel":
            return data.say(
                "到 {host}:{port} 的隧道里既不是 HTTPS 也不是 WSS",
                "What runs in the tunnel to {host}:{port} is neither HTTPS nor WSS",
            )
        case "unknown_subnet":
            return data.say(
                "{who}用的是 {scheme}，只有与设备在同一网段时才允许；设备的子网掩码（经隧道时还有它的局域网地址）代理看不到，无法判断。",
                "{who} is called over {scheme}, which is allowed only inside the device's own subnet;"
                " the device's netmask is not on the wire, nor behind a tunnel its LAN address, so the proxy cannot tell.",
                **more,
            )
        case "wrong_kind":
            return data.say(
                "{who}用的是 {scheme}，而 {api} 只能用 {wanted}://。",
                "{who} is called over {scheme}, but {api} may only use {wanted}://.",
                **more,
            )
    return data.say(
        "{who}用的是 {scheme}，小程序只能用 {wanted}://。",
        "{who} is called over {scheme}; a mini-program may only use {wanted}://.",
        **more,
    )


def fix(data: Values) -> Text:
    if data.raw("reason") == "tunnel":
        return Text(
            "小程序的网络 API 只支持 https 与 wss：请改用其中之一。",
            "A mini-program's network APIs speak https and wss only: use one of them.",
        )
    url = "{wanted}://{url_host}/…" if data.has("url_host") else "{wanted}://…"
    return data.say(
        f"把代码里的 url 改为 {url}，并在服务器上启用 TLS 1.2 及以上版本。",
        f"Change the url in the code to {url} and let the server offer TLS 1.2 or later.",
    )


def _scheme(data: Values) -> Text:
    if not data.raw("scheme"):
        return Text("其他协议", "another scheme")
    return data.say("{scheme}://", "{scheme}://")


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    failure=Failure.NOT_LISTED,
    title=Text("协议不是 https / wss", "Scheme other than https or wss"),
    meaning=Text(
        "request、uploadFile、downloadFile 只能用 https://，connectSocket 只能用 wss://。现行规则只对与手机同一网段的局域网 IP 例外。",
        "request, uploadFile and downloadFile may only use https://, connectSocket only wss://. Today's rules make an exception for LAN addresses in the phone's own subnet.",
    ),
    causes=(
        Text("开发时用的 http:// 地址没有改", "an http:// address from development was never changed"),
        Text("服务器返回的图片或分页地址是 http://", "the server hands out http:// links for pictures or next pages"),
        Text("connectSocket 写成了 ws:// 或 https://", "connectSocket was given ws:// or https://"),
    ),
    phone=NOT_SENT,
    general_fix=Text(
        "服务器启用 HTTPS（TLS 1.2 及以上），把代码和接口返回的地址改成 https:// 或 wss://。",
        "Serve HTTPS (TLS 1.2 or later), and write https:// or wss:// in the code and in what the server hands out.",
    ),
    clause="seed-2017 §1; platform §1 [doc]",
    source=f"{PAGE_2017}：“域名只支持 https (request、uploadFile、downloadFile) 和 wss (connectSocket) 协议”; {PAGE_CURRENT}",
    message=message,
    fix=fix,
)

"""NETWORK_ERROR: the call did not get its answer to the end, by nobody's rule.

data: "host", "reason": "server", "client" (it left first), "unreached" (no connection came about; "dialled" and
    "instead_of" as with TLS_HANDSHAKE_FAILED), "malformed" (the request is none that could be sent on),
    "no_socket" (a WebSocket handshake that was answered with "status", and not with 101), "subprotocol" (one that was
    answered with another Sec-WebSocket-Protocol, "given", than was "asked" for)
    or "not_in_capture" (why is not known; no host),
    "error": what is known of it, "" for nothing

examples:
    {"host": "api.example.com", "reason": "server", "error": "connection reset"}
    {"host": "api.example.com", "reason": "server", "error": "[Errno -2] Name or service not known"}
    {"host": "api.example.com", "reason": "server", "error": ""}
    {"host": "api.example.com", "reason": "client"}
    {"host": "api.example.com", "reason": "unreached", "error": "connection refused", "dialled": "10.0.0.5:443", "instead_of": "api.example.com:443"}
    {"host": "api.example.com", "reason": "malformed", "error": "a header field holds a line break or a NUL"}
    {"host": "ws.example.com", "reason": "no_socket", "status": 403}
    {"host": "ws.example.com", "reason": "subprotocol", "asked": ["mqtt"], "given": ""}
    {"host": "ws.example.com", "reason": "subprotocol", "asked": [], "given": "mqtt"}
    {"reason": "not_in_capture"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.peers import dialled
from wxpolicy.catalogue.wording.peers import no_connection
from wxpolicy.catalogue.wording.peers import reason
from wxpolicy.catalogue.wording.sources import OBSERVED
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.catalogue.wording.values import listed
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    match data.raw("reason"):
        case "client":
            return Text(
                "客户端在收到完整回应前断开了（页面关闭、abort 或调试结束）",
                "The client hung up before the answer was complete (page closed, abort, or end of debugging)",
            )
        case "not_in_capture":
            return Text(
                "这份抓包里该调用没有得到（完整的）回应，跳转、状态码和返回内容无法判断。",
                "In this capture the call has no answer, or not all of it: redirects, status and content could not be judged.",
            )
        case "malformed":
            return data.say(
                "请求本身不合法{why}，没有发给服务器；小程序的客户端不会发出这样的请求",
                "The request itself is malformed{why} and was not sent on; no mini-program's client sends such a one",
                why=reason(data),
            )
        case "no_socket":
            return data.say(
                "{host} 用 {status} 而不是 101 回应了 WebSocket 握手，连接没有建立：无论状态码是多少，都进入 onError，不进入 onOpen。",
                "{host} answered the WebSocket handshake with {status} instead of 101, so no socket was opened:"
                " onError runs and not onOpen, whatever the status.",
            )
        case "subprotocol":
            return data.say(
                "{host} 回应的 WebSocket 子协议（{given}）不是代码请求的（{asked}）：Chromium 内核的客户端（开发者工具、桌面微信）断开连接并进入 onError，手机怎样未知。",
                "{host} answered the WebSocket handshake with the subprotocol {given}, and the code asked for {asked}: clients with"
                " Chromium's stack (devtools, desktop WeChat) hang up and run onError; what phones do is not known.",
                given=data.text("given") if data.raw("given") else Text("没有写", "none"),
                asked=listed(data.texts("asked")) if data.texts("asked") else Text("没有写", "none"),
            )
        case "unreached":
            return data.say(
                "无法连接 {whom}{why}", "{whom} cannot be reached{why}", whom=dialled(data), why=reason(data)
            )
    if (why := no_connection(data.raw("error"))) is not None:
        return data.say("无法连接 {host}：{why}", "{host} cannot be reached: {why}", why=why)
    return data.say("服务器没有给出完整的回应{why}", "The server gave no complete answer{why}", why=reason(data))


def fix(data: Values) -> Text:
    match data.raw("reason"):
        case "client":
            return Text(
                "若并非有意中止，请检查代码中的 abort() 与页面跳转。",
                "If that was not meant, look for abort() and page changes in the code.",
            )
        case "not_in_capture":
            return Text(
                "确认抓包时服务器可用且页面没有提前关闭，再录制一次。",
                "Make sure that the server was up and the page stayed open, then record again.",
            )
        case "malformed":
            return Text(
                "检查发出请求的测试程序：请求头里不能有换行或 NUL，也不能有互相矛盾的长度。",
                "Look at the program that sent it: no line break or NUL in a field, and one length for the body.",
            )
        case "no_socket":
            return Text(
                "检查这个路径上是否有 WebSocket 服务、鉴权参数是否正确；握手的跳转（3xx）不会被跟随，url 请写最终地址。"
                '前面有 nginx 时写上 `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`。',
                "See that a WebSocket server runs at this path and takes the call's credentials. No client follows a redirect (3xx)"
                " of a handshake: write the final address in url. Behind nginx set `proxy_http_version 1.1;"
                ' proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`.',
            )
        case "subprotocol":
            return Text(
                "让服务器从客户端请求的子协议中选一个，写进 Sec-WebSocket-Protocol 响应头；客户端没有请求时不要写。代码里用 wx.connectSocket 的 protocols 请求。",
                "Let the server choose one of the subprotocols that the client asks for and name it in Sec-WebSocket-Protocol, and"
                " none where none is asked for. In the code they stand in protocols of wx.connectSocket.",
            )
        case "unreached":
            return Text("检查域名解析、端口和防火墙。", "Check DNS, the port and the firewall.")
    return Text(
        "这与域名策略无关：请确认域名解析、服务器端口和网关是否正常。",
        "This has nothing to do with the domain policy: check DNS, the server's port and its gateway.",
    )


ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    failure=Failure.NETWORK,
    title=Text("网络错误", "Network failure"),
    meaning=Text(
        "没有收到完整的响应：域名解析失败、连接被拒绝或重置、服务器中途断开，或客户端自己取消。",
        "No complete answer came: the name did not resolve, the connection was refused or reset, the server stopped half-way, or the client gave up.",
    ),
    causes=(
        Text(
            "服务器没有监听，或防火墙、网关重置了连接",
            "the server does not listen, or a firewall or gateway reset the connection",
        ),
        Text("域名没有解析记录", "the name has no DNS record"),
        Text("页面关闭时调用了 abort()", "abort() ran when the page closed"),
        Text(
            "网关没有转发 Upgrade，WebSocket 握手得到 200、400 或 502",
            "a gateway does not pass Upgrade on, so the WebSocket handshake gets 200, 400 or 502",
        ),
    ),
    phone=Text(
        "进入 fail，errMsg 以 “request:fail” 开头，其余随客户端而异。打开调试也一样。",
        'fail runs; errMsg begins with "request:fail", the rest differs by client. With debugging on as well.',
    ),
    general_fix=Text(
        "检查 DNS、服务器端口、网关与 CDN 的日志；在 fail 回调里提示并允许重试。",
        "Check DNS, the server's port and the logs of gateway and CDN; tell the user in fail and allow another try.",
    ),
    clause="seed-2017 §3; platform §3",
    source=f"{PAGE_2017}：“只要成功接收到服务器返回”; {OBSERVED}",
    message=message,
    fix=fix,
)

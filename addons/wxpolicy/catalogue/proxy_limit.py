"""PROXY_LIMIT: something that this proxy cannot carry and a device can, so that it says nothing of the server.

data: "host", "what": "answer" (its HTTP parser refuses the answer), "upstream_proxy" (the proxy that it goes out
    through failed or inspects TLS; "proxy": its address) or "protocol",
    "error": what is known of it, "" for nothing, "device": what a device would do ("http_0_9", "too_long", or a
    sentence of somebody else's), "" where that is not known

examples:
    {"host": "api.example.com", "what": "answer", "error": "the answer has no status line", "device": "http_0_9"}
    {"host": "api.example.com", "what": "answer", "error": "the head of the answer is longer than 256 KB", "device": "too_long"}
    {"host": "api.example.com", "what": "upstream_proxy", "proxy": "http://proxy.example.com:3128", "error": "", "device": ""}
    {"host": "api.example.com", "what": "protocol", "error": "HTTP/3", "device": ""}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.peers import reason
from wxpolicy.catalogue.wording.sources import OBSERVED
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_DEVICES = {
    "http_0_9": Text(
        "Chromium 内核把收到的一切当作 HTTP/0.9 的内容，其他客户端多半会失败",
        "Chromium's stack takes all of it for the body of an HTTP/0.9 answer, other clients mostly fail",
    ),
    "too_long": Text("Chromium 内核不接受，其他客户端未知", "Chromium's stack refuses it, others are not known"),
}


def message(data: Values) -> Text:
    device = Text("", "")
    if data.raw("device"):
        known = data.raw("device")
        does = _DEVICES.get(known) if isinstance(known, str) else None
        device = data.say("；真机上：{does}", "; on a phone: {does}", does=does or data.text("device"))
    match data.raw("what"):
        case "upstream_proxy":
            return data.say(
                "经上级代理 {proxy} 访问 {host} 时失败{why}；这不说明服务器有问题{device}。",
                "The upstream proxy {proxy} failed on the way to {host}{why}; that says nothing of the server{device}.",
                why=reason(data),
                device=device,
            )
        case "protocol":
            return data.say(
                "本代理不能传输 {host} 使用的协议{why}{device}。",
                "This proxy cannot carry what {host} speaks{why}{device}.",
                why=reason(data),
                device=device,
            )
    usually = Text("；真机通常可以接受", "; a phone usually does")
    return data.say(
        "本代理的 HTTP 解析器不接受 {host} 的响应{why}{device}，因此无法判断这次调用。",
        "The HTTP parser of this proxy does not take the answer of {host}{why}{device}, so this call cannot be judged.",
        why=reason(data),
        device=device if device.en else usually,
    )


def fix(data: Values) -> Text:
    if data.raw("what") == "upstream_proxy":
        return Text(
            "检查上级代理的地址与规则，或让代理直接联网后再试一次。",
            "Check the upstream proxy's address and rules, or let this proxy go out directly and try again.",
        )
    if data.raw("what") == "protocol":
        return Text(
            "直接在手机上（不经代理）再试一次；有 HTTP/1.1 或 HTTP/2 可用时，封锁 UDP 443 让客户端改用它们。",
            "Try again on a phone without the proxy. Where the server speaks HTTP/1.1 or HTTP/2 as well, block UDP 443 so that"
            " clients use those.",
        )
    return Text(
        "直接在手机上（不经代理）再试一次；要让所有客户端都能解析，请让服务器按 RFC 9112 返回响应头。",
        "Try again on a phone without the proxy; to be read by every client, let the server write its headers as RFC 9112 asks.",
    )


ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.MEASURED,
    severity=Severity.WARNING,
    failure=Failure.NETWORK,
    title=Text("代理自身的限制", "Limit of this proxy"),
    meaning=Text(
        "代理无法传输手机可以传输的内容，例如它的 HTTP 解析器更严格，或上级代理拦截了连接。这不是小程序或服务器的问题，结果无法判断。",
        "This proxy cannot carry something that a phone can: its HTTP parser is stricter, or a proxy in front of it got in the way. Neither the mini-program nor the server is at fault, and the outcome cannot be told.",
    ),
    causes=(
        Text("响应头不合规范，但手机会容忍", "headers that break the standard and that phones put up with"),
        Text("公司的上级代理解密或拦截了连接", "a company's upstream proxy inspects or blocks the connection"),
    ),
    phone=Text(
        "真机通常能正常完成；经过代理的调用以网络错误失败。",
        "A phone usually completes the call; through the proxy it ends as a network failure.",
    ),
    general_fix=Text(
        "不经代理在手机上再试一次；换用能直接联网的机器运行代理。",
        "Try again on a phone without the proxy, or run the proxy where it reaches the internet directly.",
    ),
    clause="platform §3",
    source=OBSERVED,
    message=message,
    fix=fix,
)

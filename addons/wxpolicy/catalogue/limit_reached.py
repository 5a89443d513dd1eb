"""LIMIT_REACHED: a bound of this proxy ended the call, so that it says nothing of the server.

data: "host", "what": "message" (an unpacked WebSocket message), "body" (an unpacked body), "connections", "calls",
    "head" (the size of a request's head), "headers" (its fields), "names" (its Host fields), "ahead" (what was sent
    before the answer came), "resets" (requests taken back within a minute), "frames" (of HTTP/2 or a socket, that carry
    nothing), "fragments" (of a socket's message), "trailer" (of a request), "unfinished" (a head or handshake that does not end), "files" (the system lets
    the proxy open no more) or "memory"; "limit": the bound, "unit": "bytes", "seconds", "" for a count, "option": what
    raises it, "" for nothing, "count": of how many this tells, absent for one; "device" in place of the host where
    it is no call that ended

examples:
    {"host": "api.example.com", "what": "message", "limit": 67108864, "unit": "bytes", "option": "--set mp_message_limit=SIZE"}
    {"host": "api.example.com", "what": "body", "limit": 100, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "connections", "limit": 100, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "calls", "limit": 100, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "head", "limit": 262144, "unit": "bytes", "option": ""}
    {"host": "api.example.com", "what": "headers", "limit": 1000, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "names", "limit": 100, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "ahead", "limit": 262144, "unit": "bytes", "option": ""}
    {"host": "api.example.com", "what": "resets", "limit": 1000, "unit": "", "option": "", "count": 1200}
    {"host": "api.example.com", "what": "frames", "limit": 10000, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "fragments", "limit": 1000, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "trailer", "limit": 16384, "unit": "bytes", "option": ""}
    {"device": "192.0.2.7", "what": "unfinished", "limit": 60, "unit": "seconds", "option": "--set mp_head_timeout=SECONDS"}
    {"host": "api.example.com", "what": "files", "limit": 1024, "unit": "", "option": "ulimit -n"}
    {"host": "api.example.com", "what": "memory", "limit": 100, "unit": "", "option": ""}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_WHAT = {
    "message": Text("解压后的 WebSocket 消息", "an unpacked WebSocket message"),
    "body": Text("解压后的内容", "an unpacked body"),
    "connections": Text("这台设备的连接数", "the connections of this device"),
    "calls": Text("同时进行的调用数", "the calls at once"),
    "head": Text("请求头的大小", "the size of the request's head"),
    "headers": Text("请求头的行数", "the number of the request's fields"),
    "names": Text("请求里的 Host 行数", "the number of the request's Host fields"),
    "ahead": Text("收到响应前客户端继续发送的内容", "what the client sent before the answer came"),
    "resets": Text("一分钟内取消的请求数", "the requests taken back within a minute"),
    "fragments": Text("一条 WebSocket 消息里的小分片数", "the small fragments of one WebSocket message"),
    "trailer": Text("请求的 trailer 或分块行", "the request's trailer, or a line between its chunks"),
    "unfinished": Text("没有发完的请求头或握手的等待时间", "the wait for the rest of a request's head or handshake"),
    "frames": Text(
        "一分钟内不带内容的 HTTP/2 或 WebSocket 帧",
        "the frames without content of HTTP/2 or a WebSocket within a minute",
    ),
    "files": Text("系统允许代理打开的文件和连接数", "the files and connections that the system lets the proxy open"),
    "memory": Text("代理的内存", "the memory of the proxy"),
}

_UNITS = {"bytes": Text(" 字节", " bytes"), "seconds": Text(" 秒", " seconds")}
_OF_A_REQUEST = frozenset({"head", "headers", "names", "ahead", "resets", "frames", "trailer", "unfinished"})


def message(data: Values) -> Text:
    if data.has("device"):
        return data.say(
            "设备 {device}：{what}超过了代理的上限（{limit}{unit}），代理关闭了它的连接。",
            "device {device}: {what} went beyond the bound of the proxy ({limit}{unit}), which closed its connection.",
            what=_WHAT.get(str(data.raw("what")), _WHAT["memory"]),
            unit=_UNITS.get(str(data.raw("unit")), ""),
        )
    return data.say(
        "{what}超过了代理的上限（{limit}{unit}{counted}），代理结束了对 {host} 的这次调用；这不是小程序平台的限制。",
        "The proxy ended this call to {host}: {what} went beyond its bound ({limit}{unit}{counted}). That is no limit of the platform.",
        counted=data.say("，共 {count}", "; there were {count}") if data.has("count") else "",
        what=_WHAT.get(str(data.raw("what")), _WHAT["memory"]),
        unit=_UNITS.get(str(data.raw("unit")), ""),
    )


def fix(data: Values) -> Text:
    if data.raw("option"):
        return data.say(
            "确实需要这么多时，用 {option} 调大上限。", "If that much is meant, raise the bound with {option}."
        )
    if data.raw("what") in _OF_A_REQUEST:
        return Text(
            "检查发出请求的程序：小程序的客户端不会发出这样的请求。",
            "Look at the program that sent it: no mini-program's client sends such a request.",
        )
    return Text(
        "检查服务器为何发送这么多内容，或让调用分散一些。",
        "See why the server sends that much, or spread the calls.",
    )


ENTRY = Entry(
    family=Family.OURS,
    known=Known.SOURCE,
    failure=Failure.NETWORK,
    own_reason="ended by the proxy: limit reached",
    title=Text("达到代理的上限", "Bound of the proxy reached"),
    meaning=Text(
        "代理为保护自己设有上限（消息、内容、连接、内存），这次调用超过了其中一个而被结束。手机没有这个上限。",
        "The proxy has bounds that protect it (messages, bodies, connections, memory), and this call went beyond one of them. Phones have no such bound.",
    ),
    causes=(
        Text("解压后极大的内容（压缩炸弹）", "a body that unpacks to an enormous size"),
        Text("测试同时打开了太多连接", "a test that opens too many connections at once"),
        Text("同一网络里的扫描或攻击", "a scan or an attack in the same network"),
    ),
    phone=Text(
        "真机没有这个错误。经过代理的调用以网络错误失败。",
        "Phones know no such error. Through the proxy the call ends as a network failure.",
    ),
    general_fix=Text(
        "检查内容的大小和同时打开的连接数；需要时调大对应的选项。",
        "Check the size of the content and the number of connections; raise the option where that is meant.",
    ),
    clause="own rule",
    source="addons/wxgate/call/bodies.py",
    message=message,
    fix=fix,
)

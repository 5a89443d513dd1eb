"""LIMIT_REACHED: a bound of this proxy ended the call, so that it says nothing of the server.

data: "host", "what": "message" (an unpacked WebSocket message), "body" (an unpacked body), "connections", "calls",
    "headers" or "memory"; "limit": the bound, "unit": "bytes", "" for a count, "option": what raises it, "" for nothing

examples:
    {"host": "api.example.com", "what": "message", "limit": 67108864, "unit": "bytes", "option": "--set mp_message_limit=SIZE"}
    {"host": "api.example.com", "what": "body", "limit": 100, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "connections", "limit": 100, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "calls", "limit": 100, "unit": "", "option": ""}
    {"host": "api.example.com", "what": "headers", "limit": 100, "unit": "", "option": ""}
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
    "headers": Text("请求头或响应头", "the headers"),
    "memory": Text("代理的内存", "the memory of the proxy"),
}


def message(data: Values) -> Text:
    return data.say(
        "{what}超过了代理的上限（{limit}{unit}），代理结束了对 {host} 的这次调用；这不是小程序平台的限制。",
        "The proxy ended this call to {host}: {what} went beyond its bound ({limit}{unit}). That is no limit of the platform.",
        what=_WHAT.get(str(data.raw("what")), _WHAT["memory"]),
        unit=Text(" 字节", " bytes") if data.raw("unit") == "bytes" else "",
    )


def fix(data: Values) -> Text:
    if data.raw("option"):
        return data.say(
            "确实需要这么多时，用 {option} 调大上限。", "If that much is meant, raise the bound with {option}."
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

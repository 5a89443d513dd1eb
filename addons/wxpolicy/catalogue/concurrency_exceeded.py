"""CONCURRENCY_EXCEEDED: all slots were taken, so the call failed.

data: "host", "api", "limit": how many may run at once,
    "before": the base library before which that was so, where only old clients have the limit

examples:
    {"host": "api.example.com", "api": "request", "limit": 10}
    {"host": "api.example.com", "api": "connectSocket", "limit": 5}
    {"host": "ws.example.com", "api": "connectSocket", "limit": 1, "before": "1.7.0"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    if data.has("before"):
        return data.say(
            "连接 {host} 时另有 {api} 没有关闭。基础库 {before} 之前同时只能有 {limit} 个，那样的客户端上会失败；基础库版本在流量里看不到。",
            "Another {api} was open when this one went to {host}. Before base library {before} there was {limit} at a time,"
            " so a client as old as that fails here; the base library is not on the wire.",
        )
    return data.say(
        "已有 {limit} 个 {api} 同时进行，达到上限，对 {host} 的这次调用失败。",
        "{limit} calls of {api} were running, which is the limit, so this one to {host} failed.",
    )


def fix(data: Values) -> Text:
    if data.has("before"):
        return data.say(
            "不支持旧客户端时，在后台把最低基础库版本设为 {before} 或更高；否则合并成一个连接。",
            "Where old clients need no support, set the lowest base library to {before} or later on the admin site;"
            " otherwise share one connection.",
        )
    if data.raw("api") == "connectSocket":
        return Text(
            "先用 SocketTask.close 关闭不用的连接再新建，页面 onUnload 时也要关闭；能共用的连接合并成一个。",
            "Close unused sockets with SocketTask.close before opening another, also in onUnload of a page; share one where you can.",
        )
    return data.say(
        "在代码里自己排队：有调用结束（complete 回调）再发下一个，同时不超过 {limit} 个。若要模拟基础库 1.4.0 起的排队行为，在 policy.yaml 里写 concurrency: {excess: queue}。",
        "Queue in your own code: send the next call in the complete callback of another, at most {limit} at once."
        " To have them wait as they do since base library 1.4.0, write concurrency: {excess: queue} in policy.yaml.",
    )


ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    failure=Failure.OVER_THE_LIMIT,
    title=Text("超过并发上限，失败", "Too many calls at once"),
    meaning=Text(
        "同时进行的调用已达上限，多出的调用失败：connectSocket（现行规则最多 5 个），或基础库 1.4.0 之前的 request。",
        "As many calls as allowed were running and this one failed: connectSocket (at most 5 under today's rules), or request before base library 1.4.0.",
    ),
    causes=(
        Text("重连时没有关闭旧的 socket", "the old socket was not closed before connecting again"),
        Text("每个页面各开一个 socket", "each page opens a socket of its own"),
    ),
    phone=Text(
        "立即进入 fail：errno 600007，errMsg “request:fail exceed max task count”。打开调试也一样。",
        'fail runs at once: errno 600007, errMsg "request:fail exceed max task count". With debugging on as well.',
    ),
    general_fix=Text(
        "先关闭不用的 socket 再新建；自己排队，让同时进行的调用不超过上限。",
        "Close unused sockets before opening more; queue calls yourself so that no more than allowed run at once.",
    ),
    clause="seed-2017 §2; platform §1 [doc]",
    source=f"{PAGE_2017}：“最大并发限制是 10 个”; {PAGE_CURRENT}",
    message=message,
    fix=fix,
)

"""BACKGROUND_REFUSED: the call began while the mini-program was in the background.

data: "host", "api", "background_ms": how long it had been there,
    "pin_exempt_in": the edition in which a mini-program pinned to the chat top is exempt, absent in others

examples:
    {"host": "api.example.com", "api": "request", "background_ms": 61300, "pin_exempt_in": "2017"}
    {"host": "api.example.com", "api": "request", "background_ms": 9000}
"""

from wxpolicy.catalogue.wording.background import with_pin
from wxpolicy.catalogue.wording.durations import seconds
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    return data.say(
        "小程序进入后台已 {background}，此时对 {host} 调用 {api}，被拒绝：回到前台之前不能发起网络请求。",
        "{api} to {host} was called {background} after the mini-program went to the background,"
        " and refused: no call may begin before it is back in the foreground.",
        background=seconds(data, "background_ms"),
    )


def fix(data: Values) -> Text:
    return with_pin(
        data,
        "在 App.onHide 里停掉定时器和轮询（clearInterval），在 App.onShow 里再启动并立即刷新一次。",
        "Stop timers and polling in App.onHide (clearInterval); in App.onShow start them again and refresh once.",
    )


ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    failure=Failure.BACKGROUND,
    title=Text("在后台发起的调用被拒绝", "Call begun in the background"),
    meaning=Text(
        "小程序进入后台满 5 秒后，回到前台之前不能发起新的网络请求。2017 版中置顶聊天的小程序除外。",
        "Once a mini-program has been in the background for 5 s, no call may begin before it is back in the foreground. Edition 2017 exempts one that is pinned to the chat top.",
    ),
    causes=(
        Text("定时器或轮询没有在 onHide 停止", "a timer or poll was not stopped in onHide"),
        Text("埋点、心跳在后台继续发送", "statistics or heartbeats go on in the background"),
    ),
    phone=Text(
        "立即进入 fail：errno 600003，errMsg “request:fail interrupted”。打开调试也一样。",
        'fail runs at once: errno 600003, errMsg "request:fail interrupted". With debugging on as well.',
    ),
    general_fix=Text(
        "在 App.onHide 里停掉定时器，把要发的数据存下来，在 App.onShow 里再发。",
        "Stop timers in App.onHide, keep what is to be sent, and send it in App.onShow.",
    ),
    clause="seed-2017 §2",
    source=f"{PAGE_2017}：“在回到前台之前，网络请求接口调用都会无法调用”",
    message=message,
    fix=fix,
)

"""INTERRUPTED: the mini-program went to the background, and the call was not complete in time.

data: "host", "api", "grace_ms": how long a call may go on there,
    "what": "call", "late_call" (begun in the background) or "open_socket",
    "pin_exempt_in": the edition in which a mini-program pinned to the chat top is exempt, absent in others

examples:
    {"host": "api.example.com", "api": "request", "grace_ms": 5000, "what": "call", "pin_exempt_in": "2017"}
    {"host": "api.example.com", "api": "request", "grace_ms": 5000, "what": "late_call"}
    {"host": "api.example.com", "api": "connectSocket", "grace_ms": 5000, "what": "open_socket"}
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

_WHAT = {
    "late_call": Text("进入后台之后才发起的、对 {host} 的 {api} ", "{api} to {host}, begun after that,"),
    "call": Text("对 {host} 的 {api} ", "{api} to {host}"),
}


def message(data: Values) -> Text:
    if data.raw("what") == "open_socket":
        return data.say(
            "小程序进入后台 {grace} 后，与 {host} 的 WebSocket 连接仍未结束，被中断：进入 onClose，不进入 fail（建立连接时已经 success）。",
            "The mini-program had been in the background for {grace}: the WebSocket to {host} was still open and was closed."
            " onClose runs and not fail, since success ran when it was opened.",
            grace=seconds(data, "grace_ms"),
        )
    return data.say(
        "小程序进入后台 {grace} 后，{what}仍未结束，被中断。",
        "The mini-program had been in the background for {grace}: {what} was still open and was interrupted.",
        grace=seconds(data, "grace_ms"),
        what=data.say(*_WHAT.get(str(data.raw("what")), _WHAT["call"])),
    )


def fix(data: Values) -> Text:
    if data.raw("what") == "open_socket" or data.raw("api") == "connectSocket":
        return with_pin(
            data,
            "在 App.onHide 里主动 wx.closeSocket，在 App.onShow 里重新 wx.connectSocket，并补取断开期间的消息。",
            "Close the socket yourself in App.onHide, connect again in App.onShow, and fetch what was missed in between.",
        )
    return with_pin(
        data,
        "在 fail 回调里识别 interrupted，记下没有完成的调用，在 App.onShow 里重发；大文件请分片传输，以便从断点继续。",
        "In the fail callback recognise interrupted, keep the call, and send it again in App.onShow;"
        " move large files in parts so that the rest can follow.",
    )


ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    failure=Failure.BACKGROUND,
    title=Text("进入后台后被中断", "Interrupted in the background"),
    meaning=Text(
        "小程序进入后台 5 秒后，没有完成的网络请求会被中断。2017 版中置顶聊天的小程序除外。",
        "Calls that are unfinished 5 s after the mini-program went to the background are interrupted. Edition 2017 exempts one that is pinned to the chat top.",
    ),
    causes=(
        Text(
            "用户在上传或支付途中切换应用、锁屏",
            "the user switched apps or locked the screen during an upload or a payment",
        ),
        Text("WebSocket 长连接没有在 onHide 里关闭", "a socket was not closed in onHide"),
    ),
    phone=Text(
        "进入 fail：errno 600003，errMsg “request:fail interrupted”（新客户端为 network interrupted error）。已打开的 socket 由客户端关闭，进入 onClose [said]。打开调试也一样。",
        'fail runs: errno 600003, errMsg "request:fail interrupted" (newer clients: network interrupted error). An open socket is closed by the client: onClose runs [said]. With debugging on as well.',
    ),
    general_fix=Text(
        "在 fail 里识别 interrupted，回到前台（App.onShow）后重发；大文件分片；socket 在 onHide 关闭、onShow 重连。",
        "Recognise interrupted in fail and send the call again in App.onShow; move large files in parts; close sockets in onHide and connect again in onShow.",
    ),
    clause="seed-2017 §2",
    source=f"{PAGE_2017}：“如果 5s 内网络请求没有结束，会回调错误信息 fail interrupted”",
    message=message,
    fix=fix,
)

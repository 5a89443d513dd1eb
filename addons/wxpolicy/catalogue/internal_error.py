"""INTERNAL_ERROR: an exception of this proxy while it judged the call.

data: "subject": the part of the proxy that failed, "error": the exception

examples:
    {"subject": "domains", "error": "RuntimeError: broken"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

ENTRY = Entry(
    family=Family.OURS,
    known=Known.SOURCE,
    failure=Failure.NETWORK,
    own_reason="refused by the proxy: internal error",
    title=Text("代理内部错误", "Error inside the proxy"),
    meaning=Text(
        "代理在判断这次调用时出错。为了不放过违规的调用，它拒绝了这次调用；这不说明调用本身有问题。",
        "The proxy failed while it judged this call. It refused the call rather than let a forbidden one pass; that says nothing of the call itself.",
    ),
    causes=(
        Text("代理的缺陷", "a defect of the proxy"),
        Text(
            "没有测试过的 mitmproxy 版本或其他插件", "a mitmproxy version or another addon that it was not tested with"
        ),
    ),
    phone=Text(
        "真机没有这个错误。经过代理的调用以网络错误失败。",
        "Phones know no such error. Through the proxy the call ends as a network failure.",
    ),
    general_fix=Text(
        "把日志里的错误和这条记录一起反馈给维护者；需要继续时改用 mode: observe。",
        "Send the error in the log and this record to the maintainers; to go on meanwhile, use mode: observe.",
    ),
    clause="own rule",
    source="addons/wxgate/call/execution.py",
    message=Text(
        "代理自身在「{subject}」出错（{error}），为安全起见拒绝了该调用",
        "The proxy itself failed in {subject} ({error}) and refused the call to be safe",
    ),
    fix=Text(
        "这不是小程序的问题：请附上日志报告给本工具的维护者。",
        "This is no fault of the mini-program: report it to the maintainers of this tool with the log.",
    ),
)

"""The proxy's own troubles: neither the mini-program's nor the server's fault."""

from wxpolicy.catalogue.entry import Entry
from wxpolicy.finding import Code
from wxpolicy.terms import Text

ENTRIES = (
    Entry(
        Code.INTERNAL_ERROR,
        Text("代理内部错误", "Error inside the proxy"),
        Text(
            "代理在判断这次调用时出错。为了不放过违规的调用，它拒绝了这次调用；这不说明调用本身有问题。",
            "The proxy failed while it judged this call. It refused the call rather than let a forbidden one pass; that says nothing of the call itself.",
        ),
        (
            Text("代理的缺陷", "a defect of the proxy"),
            Text(
                "没有测试过的 mitmproxy 版本或其他插件",
                "a mitmproxy version or another addon that it was not tested with",
            ),
        ),
        Text(
            "真机没有这个错误。经过代理的调用以网络错误失败。",
            "Phones know no such error. Through the proxy the call ends as a network failure.",
        ),
        Text(
            "把日志里的错误和这条记录一起反馈给维护者；需要继续时改用 mode: observe。",
            "Send the error in the log and this record to the maintainers; to go on meanwhile, use mode: observe.",
        ),
        "own rule",
        "addons/wxgate/call/guard.py",
    ),
    Entry(
        Code.RECORD_DROPPED,
        Text("有记录没有写入", "Records not written"),
        Text(
            "磁盘写不进或跟不上，一部分调用没有记录下来。策略照常执行，但报告不完整。",
            "The disk was full or too slow and some calls were not recorded. The policy was imposed all the same, but the report is not complete.",
        ),
        (
            Text(
                "磁盘已满，或会话文件夹被删除、被锁住",
                "the disk is full, or the session's folder was deleted or locked",
            ),
            Text("网络盘或同步盘写入太慢", "a network or synchronised drive is too slow"),
        ),
        Text("与手机无关。", "Nothing to do with the phone."),
        Text(
            "清理磁盘，用 --session 把会话放到本地磁盘，再跑一次。",
            "Free some space, put the session on a local disk with --session, and run again.",
        ),
        "own rule",
        "addons/wxsession/writer.py",
    ),
)

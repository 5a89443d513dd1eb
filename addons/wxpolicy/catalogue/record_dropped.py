"""RECORD_DROPPED: calls that were judged and not written down.

data: "count": how many

examples:
    {"count": 3}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

ENTRY = Entry(
    family=Family.OURS,
    known=Known.SOURCE,
    severity=Severity.WARNING,
    failure=Failure.NETWORK,
    title=Text("有记录没有写入", "Records not written"),
    meaning=Text(
        "磁盘写不进或跟不上，一部分调用没有记录下来。策略照常执行，但报告不完整。",
        "The disk was full or too slow and some calls were not recorded. The policy was imposed all the same, but the report is not complete.",
    ),
    causes=(
        Text("磁盘已满，或会话文件夹被删除、被锁住", "the disk is full, or the session's folder was deleted or locked"),
        Text("网络盘或同步盘写入太慢", "a network or synchronised drive is too slow"),
    ),
    phone=Text("与手机无关。", "Nothing to do with the phone."),
    general_fix=Text(
        "清理磁盘，用 --session 把会话放到本地磁盘，再跑一次。",
        "Free some space, put the session on a local disk with --session, and run again.",
    ),
    clause="own rule",
    source="addons/wxsession/writer.py",
    message=Text(
        "有 {count} 条调用没有写入记录，报告不完整。",
        "{count} calls were not written down, so the report is not complete.",
    ),
    fix=Text(
        "清理磁盘，用 --session 把会话放到本地磁盘，再跑一次。",
        "Free some space, put the session on a local disk with --session, and run again.",
    ),
)

"""BOM_STRIPPED: the answer begins with a byte order mark, which mini-programs take away.

data: "host", "bom": the encoding whose mark it is, "may_be_file": true where the call may be a download

examples:
    {"host": "api.example.com", "bom": "UTF-8"}
    {"host": "api.example.com", "bom": "UTF-8", "may_be_file": true}
"""

from wxpolicy.catalogue.wording.charsets import WITHOUT_BOM
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import BOM
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    if data.flag("may_be_file"):
        return data.say(
            "返回内容以 {bom} 的 BOM 开头：wx.request 交给代码的文本会去掉它，wx.downloadFile 保存的文件则保留。",
            "The answer begins with the BOM of {bom}: text that wx.request hands to the code loses it, a file of"
            " wx.downloadFile keeps it.",
        )
    return data.say(
        "返回内容以 {bom} 的 BOM 开头，小程序会自动去掉；其他客户端不一定会。",
        "The answer begins with the BOM of {bom}; the mini-program takes it away, other clients may not.",
    )


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    severity=Severity.NOTE,
    failure=Failure.NETWORK,
    title=Text("响应开头的 BOM 被去掉", "BOM removed from the response"),
    meaning=Text(
        "响应以字节顺序标记（EF BB BF）开头。小程序会把它过滤掉，其他程序不一定。",
        "The response begins with a byte order mark (EF BB BF). Mini-programs remove it; other programs may not.",
    ),
    causes=(
        Text(
            "文件用 Windows 记事本等保存为“带 BOM 的 UTF-8”",
            'a file was saved as "UTF-8 with BOM", for example by Windows Notepad',
        ),
    ),
    phone=Text("没有影响，进入 success。", "No effect: success runs."),
    general_fix=Text("把源文件保存为不带 BOM 的 UTF-8。", "Save the source file as UTF-8 without a BOM."),
    clause="seed-2017 §3",
    source=BOM,
    message=message,
    fix=WITHOUT_BOM,
)

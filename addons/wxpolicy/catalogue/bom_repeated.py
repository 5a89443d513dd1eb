"""BOM_REPEATED: the answer begins with more than one byte order mark.

data: "host", "count": how many there are,
    "is_one_removed": whether the edition says that exactly one is taken away

examples:
    {"host": "api.example.com", "count": 2, "is_one_removed": true}
    {"host": "api.example.com", "count": 3, "is_one_removed": false}
"""

from wxpolicy.catalogue.wording.charsets import WITHOUT_BOM
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import BOM
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    if data.flag("is_one_removed"):
        return data.say(
            "返回内容开头有 {count} 个 BOM，小程序只去掉一个，其余会留在数据里，JSON.parse 会失败。",
            "The answer begins with {count} BOMs in a row; the mini-program takes away one, the rest stays in the data,"
            " where JSON.parse fails on it.",
        )
    return data.say(
        "返回内容开头有 {count} 个 BOM；2017 版规则写明会过滤 BOM，但没有说多个时如何处理，现行规则只去掉一个。",
        "The answer begins with {count} BOMs in a row; the 2017 page says that the BOM is filtered but not how many,"
        " today's takes away one.",
    )


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    severity=Severity.WARNING,
    failure=Failure.NETWORK,
    title=Text("响应开头有多个 BOM", "More than one BOM"),
    meaning=Text(
        "响应开头有不止一个 BOM。平台只过滤一个，剩下的会留在数据里。",
        "The response begins with more than one byte order mark. The platform removes exactly one; the rest stays in the data.",
    ),
    causes=(
        Text("模板与被包含的文件都带 BOM", "a template and a file that it includes both carry one"),
        Text("拼接了多个带 BOM 的文件", "several files with a BOM were joined"),
    ),
    phone=Text(
        "进入 success，但 JSON 解析失败，res.data 会是字符串。",
        "success runs, but the JSON does not parse and res.data is a string.",
    ),
    general_fix=Text(
        "检查模板和所有被包含的文件，保存为不带 BOM 的 UTF-8。",
        "Save the template and every included file as UTF-8 without a BOM.",
    ),
    clause="seed-2017 §3; platform §1 [doc]",
    source=f"{BOM}; {PAGE_CURRENT}",
    message=message,
    fix=WITHOUT_BOM,
)

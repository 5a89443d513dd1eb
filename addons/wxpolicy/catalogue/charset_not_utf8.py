"""CHARSET_NOT_UTF8: the answer is in another charset, and converts.

data: "host", "media_type", "detected": the charset that the bytes are in, absent where none fits,
    "confidence": how sure that is, 0 to 1, "offset": the first byte that is no UTF-8, absent where there is none

examples:
    {"host": "api.example.com", "media_type": "application/json", "detected": "gbk", "confidence": 0.8, "offset": 8}
    {"host": "api.example.com", "media_type": "application/json", "detected": "gbk", "confidence": 1.0}
"""

from wxpolicy.catalogue.wording.charsets import charset
from wxpolicy.catalogue.wording.charsets import sure
from wxpolicy.catalogue.wording.charsets import to_utf8
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import UTF8
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    return data.say(
        "返回内容是 {charset} 编码{sure}{offset}；小程序会尝试转换，本次可以完整转换，但不保证每台手机都成功。",
        "The answer is {charset}{sure}{offset}; the mini-program tries to convert it, which works "
        "for these bytes, but not surely on every phone.",
        charset=charset(data),
        sure=sure(data),
        offset=data.say("，从第 {offset} 字节起不是 UTF-8", ", not UTF-8 from byte {offset} on")
        if data.has("offset")
        else "",
    )


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    severity=Severity.WARNING,
    failure=Failure.NETWORK,
    title=Text("响应不是 UTF-8", "Response is not UTF-8"),
    meaning=Text(
        "响应是其他编码（例如 GBK）。小程序会尝试转换成 UTF-8，这次可以转换，但不保证每次都成功。",
        "The response is in another encoding, such as GBK. Mini-programs try to convert it; this one converts, but that is not promised.",
    ),
    causes=(
        Text("老系统或第三方接口返回 GBK", "an older system or a third party answers in GBK"),
        Text("文件或模板以 GBK 保存", "a file or template was saved as GBK"),
    ),
    phone=Text("通常进入 success，文字可能出现乱码。", "Usually success runs; the text may come out garbled."),
    general_fix=Text(
        "服务器统一输出 UTF-8，并声明 Content-Type: application/json; charset=utf-8。",
        "Let the server send UTF-8 and say so: Content-Type: application/json; charset=utf-8.",
    ),
    clause="seed-2017 §3",
    source=UTF8,
    message=message,
    fix=to_utf8,
)

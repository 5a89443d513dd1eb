"""CHARSET_UNDECLARED: the answer is more than ASCII and declares no charset.

data: "host", "media_type", "detected": the charset that the bytes are in, absent where none fits,
    "confidence": how sure that is, 0 to 1

examples:
    {"host": "api.example.com", "media_type": "application/json", "detected": "gbk", "confidence": 0.8}
    {"host": "api.example.com", "media_type": "text/html", "detected": "utf-8", "confidence": 1.0}
    {"host": "api.example.com", "media_type": "application/json", "detected": null, "confidence": 0.8}
"""

from wxpolicy.catalogue.wording.charsets import charset
from wxpolicy.catalogue.wording.charsets import header
from wxpolicy.catalogue.wording.charsets import media_type
from wxpolicy.catalogue.wording.charsets import sure
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
        "返回内容含非 ASCII 字符（{charset}{sure}），但没有声明字符集，客户端只能猜测。",
        "The answer has characters beyond ASCII ({charset}{sure}) and declares no charset, so that clients have to guess.",
        charset=charset(data) if data.raw("detected") else Text("编码未知", "unknown charset"),
        sure=sure(data),
    )


def fix(data: Values) -> Text:
    if data.raw("detected") != "utf-8":
        return data.say("改为输出 UTF-8，并返回 `{header}`。", "Write UTF-8 and send `{header}`.", header=header(data))
    return data.say(
        "返回 `{header}`。nginx：`charset utf-8; charset_types {kind};`；PHP：`header('{header}');`；"
        'Express：`res.type("{kind}; charset=utf-8")`。',
        "Send `{header}`. nginx: `charset utf-8; charset_types {kind};`; PHP: `header('{header}');`; "
        'Express: `res.type("{kind}; charset=utf-8")`.',
        header=header(data),
        kind=media_type(data),
    )


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    severity=Severity.WARNING,
    failure=Failure.NETWORK,
    title=Text("没有声明编码", "Encoding not declared"),
    meaning=Text(
        "响应不是纯 ASCII，而 Content-Type 没有 charset，客户端只能猜测。",
        "The response is more than ASCII and its Content-Type names no charset, so the client has to guess.",
    ),
    causes=(Text("服务器或静态文件没有设置 charset", "the server or static files set no charset"),),
    phone=Text(
        "内容是 UTF-8 时正常；否则可能出现乱码或转换失败。",
        "Fine for UTF-8; anything else may come out garbled or fail to convert.",
    ),
    general_fix=Text(
        "加上响应头 Content-Type: application/json; charset=utf-8（nginx 为 charset utf-8;）。",
        "Send Content-Type: application/json; charset=utf-8 (with nginx: charset utf-8;).",
    ),
    clause="seed-2017 §3",
    source=UTF8,
    message=message,
    fix=fix,
)

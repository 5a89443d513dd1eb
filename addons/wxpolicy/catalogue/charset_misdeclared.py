"""CHARSET_MISDECLARED: the answer, or its header, declares a charset that the bytes are not in.

data: "host", "media_type", "detected": the charset that the bytes are in, absent where none fits,
    "confidence": how sure that is, 0 to 1,
    "declared": [{"place": "header", "xml" or "meta", "label": what it says}, ...], those that are wrong,
    "is_known": false where none of them is a charset at all, "is_utf8": whether the bytes are UTF-8

examples:
    {"host": "api.example.com", "media_type": "application/json", "detected": "gbk", "confidence": 0.8, "declared": [{"place": "header", "label": "utf-8"}, {"place": "meta", "label": "big5"}], "is_known": true, "is_utf8": false}
    {"host": "api.example.com", "media_type": "application/json", "detected": "utf-8", "confidence": 1.0, "declared": [{"place": "header", "label": "utf8mb4"}], "is_known": false, "is_utf8": true}
    {"host": "api.example.com", "media_type": "application/json", "detected": "utf-8", "confidence": 1.0, "declared": [{"place": "xml", "label": "gbk"}], "is_known": true, "is_utf8": true}
    {"host": "api.example.com", "media_type": "application/json", "detected": "gbk", "confidence": 0.8, "declared": [{"place": "meta", "label": "utf-8"}], "is_known": true, "is_utf8": false}
"""

from wxpolicy.catalogue.wording.charsets import capital
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

_PLACES = {
    "header": Text("Content-Type 响应头", "the Content-Type header"),
    "xml": Text("XML 声明", "the XML declaration"),
    "meta": Text("HTML meta 标签", "the HTML meta tag"),
}


def message(data: Values) -> Text:
    wrong = [
        each.say("{at}写的是 {label}", "{at} says {label}", at=_PLACES.get(str(each.raw("place")), _PLACES["header"]))
        for each in data.parts("declared")
    ]
    said = Text("、".join(each.zh for each in wrong), capital(", ".join(each.en for each in wrong)))
    if data.raw("is_known") is False:
        return data.say("{said}，这不是有效的字符集名称。", "{said}, which is no charset.", said=said)
    return data.say(
        "{said}，实际内容是 {charset}{sure}；按声明解码会得到乱码。",
        "{said}, while the bytes are {charset}{sure}; read as declared they give garbage.",
        said=said,
        charset=charset(data),
        sure=sure(data),
    )


def fix(data: Values) -> Text:
    first = next((each.raw("place") for each in data.parts("declared")), "header")
    is_utf8 = data.flag("is_utf8")
    if first not in ("xml", "meta"):
        text = data.say(
            "{before}把响应头改为 `{header}`（nginx：`charset utf-8;`；PHP：`header('{header}');`；"
            'Spring：`produces = "{kind};charset=UTF-8"`）。',
            "{before}set the header to `{header}` (nginx: `charset utf-8;`; PHP: `header('{header}');`; "
            'Spring: `produces = "{kind};charset=UTF-8"`).',
            before="" if is_utf8 else Text("先让内容改为 UTF-8，再", "Make the content UTF-8, then "),
            header=header(data),
            kind=media_type(data),
        )
        return Text(text.zh, capital(text.en))
    right = data.text("detected") if data.raw("detected") and not is_utf8 else "utf-8"
    return data.say(
        "把文档里的声明改为 `{line}`，与响应头 `{header}` 一致。",
        "Change the declaration in the document to `{line}`, in line with the header `{header}`.",
        line=f'<?xml version="1.0" encoding="{right}"?>' if first == "xml" else f'<meta charset="{right}">',
        header=header(data),
    )


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    severity=Severity.WARNING,
    failure=Failure.NETWORK,
    title=Text("声明的编码与内容不符", "Declared encoding is wrong"),
    meaning=Text(
        "Content-Type 或内容里声明的编码，与实际的字节不一致。",
        "The encoding that Content-Type or the content declares is not the one that the bytes are in.",
    ),
    causes=(
        Text(
            "接口改成了 UTF-8，响应头仍写 GBK，或者相反",
            "the body went to UTF-8 and the header still says GBK, or the other way round",
        ),
        Text("网关统一加上了 charset", "a gateway adds the same charset to everything"),
    ),
    phone=Text(
        "可能进入 success 但文字是乱码；不同客户端表现不同。", "success may run with garbled text; clients differ."
    ),
    general_fix=Text("让响应头与内容一致，最好都用 UTF-8。", "Make header and body agree, best on UTF-8."),
    clause="seed-2017 §3",
    source=UTF8,
    message=message,
    fix=fix,
)

"""CHARSET_CONVERSION_FAILED: no charset reads the answer to its end.

data: "host", "media_type", "detected": the charset that the bytes are in, absent where none fits,
    "confidence": how sure that is, 0 to 1,
    "may_be_bytes": true where it looks like binary data that is called a text (then not observable),
    "offset": the byte that cannot be read, "is_cut_at_end": true where the answer ends inside a character

examples:
    {"host": "api.example.com", "media_type": "application/json", "detected": "gbk", "confidence": 0.8, "offset": 8, "is_cut_at_end": false}
    {"host": "api.example.com", "media_type": "application/json", "detected": "utf-8", "confidence": 1.0, "offset": 30, "is_cut_at_end": true}
    {"host": "api.example.com", "media_type": "application/json", "detected": "utf-8", "confidence": 1.0, "offset": 30, "is_cut_at_end": false}
    {"host": "api.example.com", "media_type": "application/json", "detected": null, "confidence": 0.8, "offset": 2, "is_cut_at_end": false}
    {"host": "api.example.com", "media_type": "text/html", "detected": null, "confidence": 0.0, "offset": 2, "is_cut_at_end": false, "may_be_bytes": true}
"""

from wxpolicy.catalogue.wording.charsets import charset
from wxpolicy.catalogue.wording.charsets import header
from wxpolicy.catalogue.wording.charsets import sure
from wxpolicy.catalogue.wording.charsets import to_utf8
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import UTF8
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    more: dict[str, Text | str] = {"charset": charset(data), "sure": sure(data)}
    if data.flag("may_be_bytes"):
        return data.say(
            '返回内容声明为 {media_type}，但看起来是二进制数据。代码以 responseType: "arraybuffer" 读取时完好；按文本读取会转换失败（errno 602302）。从流量看不出是哪一种。',
            'The answer is called {media_type} and looks like binary data. With responseType: "arraybuffer" the code gets it'
            " whole; read as a text it fails to convert (errno 602302). The traffic does not tell which.",
        )
    if data.raw("detected") == "utf-8" and data.flag("is_cut_at_end"):
        return data.say(
            "返回内容在第 {offset} 字节处断在一个 UTF-8 字符中间，转换失败（errno 602302）。",
            "The answer ends inside the UTF-8 character that begins at byte {offset}; "
            "the conversion fails (errno 602302).",
        )
    if data.raw("detected") == "utf-8":
        return data.say(
            "返回内容大部分是 UTF-8，但第 {offset} 字节处不是合法的 UTF-8，转换失败（errno 602302）。",
            "The answer is mostly UTF-8, but what stands at byte {offset} is not; the conversion fails (errno 602302).",
        )
    if data.raw("detected"):
        return data.say(
            "返回内容像是 {charset} 编码{sure}，但第 {offset} 字节无法按该编码读取，转换失败（errno 602302）。",
            "The answer looks like {charset}{sure}, but byte {offset} cannot be read in it; "
            "the conversion fails (errno 602302).",
            **more,
        )
    return data.say(
        "返回内容从第 {offset} 字节起不是 UTF-8，也不像任何已知编码，转换失败（errno 602302）。",
        "The answer is not UTF-8 from byte {offset} on, nor like any other charset; the conversion fails (errno 602302).",
    )


def fix(data: Values) -> Text:
    if data.flag("may_be_bytes"):
        return Text(
            '确认代码写了 responseType: "arraybuffer"；服务器请声明真实的类型，例如 Content-Type: application/octet-stream。',
            'See that the code says responseType: "arraybuffer", and let the server declare what it is, such as'
            " Content-Type: application/octet-stream.",
        )
    if data.raw("detected") == "utf-8":
        return data.say(
            "检查该位置的数据：常见原因是按字节截断字符串（PHP 用 `mb_substr` 代替 `substr`）、"
            "Content-Length 小于实际长度，或把 GBK 文本直接拼进 UTF-8 内容（先转码；MySQL 连接用 `SET NAMES utf8mb4`）。"
            "响应头写 `{header}`。",
            "Look at the data there: usually a string was cut by bytes (PHP: `mb_substr` instead of `substr`), "
            "Content-Length is too short, or GBK text was pasted into UTF-8 (convert it first; "
            "MySQL connection: `SET NAMES utf8mb4`). Send `{header}`.",
            header=header(data),
        )
    return data.say(
        "检查该位置的数据是否被截断或混入了别的编码。{more}",
        "See whether the data there is cut or mixed with another charset. {more}",
        more=to_utf8(data),
    )


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    failure=Failure.CONVERSION,
    title=Text("响应无法转换成 UTF-8", "Response cannot be converted to UTF-8"),
    meaning=Text(
        "响应里有字节既不是 UTF-8，也不能按声明或检测到的编码转换。",
        "The response holds bytes that are neither UTF-8 nor valid in the declared or detected encoding.",
    ),
    causes=(
        Text("按字节截断字符串，切断了一个汉字", "a string was cut by bytes, through the middle of a character"),
        Text("不同编码的内容拼在一起", "pieces in different encodings were joined"),
        Text("用文本方式返回二进制数据", "binary data was returned as text"),
    ),
    phone=Text(
        "进入 fail：errno 602302，errMsg “request:fail response data convert to UTF8 fail”。打开调试也一样。",
        'fail runs: errno 602302, errMsg "request:fail response data convert to UTF8 fail". With debugging on as well.',
    ),
    general_fix=Text(
        "服务器输出完整的 UTF-8，按字符而不是字节截断；二进制数据请设置 responseType: 'arraybuffer'。",
        "Send whole UTF-8 and cut by characters, not bytes; for binary data set responseType: 'arraybuffer'.",
    ),
    clause="seed-2017 §3; platform §3",
    source=UTF8,
    message=message,
    fix=fix,
)

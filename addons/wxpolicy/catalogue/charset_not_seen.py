"""CHARSET_NOT_SEEN: the answer's bytes, or some of them, were not looked at, so nothing is said of their encoding.

data: "host", "reason": "capture" (it does not hold the bytes; no host), "image", "large", "corrupt", "truncated" or
    "unknown_coding" (of Content-Encoding), "judged_bytes": how many were looked at

examples:
    {"reason": "capture"}
    {"host": "api.example.com", "reason": "image", "judged_bytes": 1024}
    {"host": "api.example.com", "reason": "large", "judged_bytes": 1048576}
    {"host": "api.example.com", "reason": "corrupt", "judged_bytes": 1048576}
    {"host": "api.example.com", "reason": "truncated", "judged_bytes": 1048576}
    {"host": "api.example.com", "reason": "unknown_coding", "judged_bytes": 1048576}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import UTF8
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_WHY = {
    "corrupt": Text("压缩数据已损坏", "the compressed data is damaged"),
    "truncated": Text("压缩数据不完整", "the compressed data ends too early"),
    "unknown_coding": Text("Content-Encoding 无法识别", "its Content-Encoding is not known"),
}


def message(data: Values) -> Text:
    match data.raw("reason"):
        case "image":
            return Text(
                '返回的是图片。代码以 responseType: "arraybuffer" 读取时完好，按文本读取会损坏；从流量看不出是哪一种。',
                'The answer is an image. With responseType: "arraybuffer" the code gets it whole, as a text it would be'
                " broken; the traffic does not tell which.",
            )
        case "large":
            return data.say(
                "返回内容过大，只检查了前 {judged_bytes} 字节的编码，其余未知。",
                "The answer is large: the encoding of its first {judged_bytes} bytes was judged, the rest is not known.",
            )
        case "corrupt" | "truncated" | "unknown_coding" as why:
            return data.say(
                "{why}，只能检查前 {judged_bytes} 字节的编码，其余未知。",
                "Of this answer only the first {judged_bytes} bytes could be judged, since {why}; the rest is not known.",
                why=_WHY[why],
            )
    return Text(
        "这份抓包里没有返回内容的原始字节（没有保存，或已被工具解码成文本），无法判断它的编码。",
        "This capture does not hold the answer's own bytes (left out, or decoded by the tool): its encoding could not be judged.",
    )


def fix(data: Values) -> Text:
    match data.raw("reason"):
        case "image":
            return Text(
                '用 wx.request 取图片时写 responseType: "arraybuffer"；存成文件请用 wx.downloadFile。',
                'To get an image with wx.request, set responseType: "arraybuffer"; to keep it as a file use wx.downloadFile.',
            )
        case "large":
            return Text(
                "接口请分页返回；大文件请用 wx.downloadFile。",
                "Send the data in pages; use wx.downloadFile for large files.",
            )
        case "corrupt" | "truncated" | "unknown_coding":
            return Text(
                "检查 Content-Encoding 响应头是否与实际压缩方式一致（gzip、deflate、br、zstd），以及是否被压缩了两次或中途断开。",
                "See that the Content-Encoding header names how the body is really compressed (gzip, deflate, br, zstd), "
                "and that it is not compressed twice or cut off on its way.",
            )
    return Text(
        "用 scripts/run.py 录制，或导出为 mitmproxy 的流量文件（.mitm）再检查。",
        "Record with scripts/run.py, or export a mitmproxy flow file (.mitm) and check that.",
    )


ENTRY = Entry(
    family=Family.RESPONSE,
    known=Known.DOCUMENTED,
    severity=Severity.NOTE,
    failure=Failure.NETWORK,
    title=Text("没有看到响应的编码", "Encoding not seen"),
    meaning=Text(
        "响应的字节没有（全部）看到：抓包里没有保存，内容太大，或压缩数据读不出来。没有看到，不等于通过。",
        "Not all bytes of the answer were seen: a capture left them out, there are too many, or their compression cannot be read. Not seen is not passed.",
    ),
    causes=(
        Text("抓包工具只保存了解码后的文本", "a capture tool kept decoded text only"),
        Text("响应很大", "a large answer"),
        Text("Content-Encoding 与实际压缩方式不一致", "Content-Encoding does not name the real compression"),
    ),
    phone=Text("不知道：取决于没有看到的内容。", "Not known: it depends on what was not seen."),
    general_fix=Text(
        "用 scripts/run.py 录制；大数据分页返回，并检查 Content-Encoding。",
        "Record with scripts/run.py; send large data in pages, and check Content-Encoding.",
    ),
    clause="seed-2017 §3",
    source=UTF8,
    message=message,
    fix=fix,
)

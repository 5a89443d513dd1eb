"""What the charset rules say, in both languages: where it is, and which header or setting to change."""

from collections.abc import Sequence

from wxpolicy.encoding.content_coding import Problem
from wxpolicy.encoding.declared import Declaration
from wxpolicy.encoding.declared import Place
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.terms import Text

_PLACES = {
    Place.HEADER: Text("Content-Type 响应头", "the Content-Type header"),
    Place.XML: Text("XML 声明", "the XML declaration"),
    Place.META: Text("HTML meta 标签", "the HTML meta tag"),
}
_BUFFER = Text(
    "服务器改不了时，可用 responseType: 'arraybuffer' 请求，自行解码",
    "if the server cannot be changed, request with responseType: 'arraybuffer' and decode the bytes yourself",
)


def _header(facts: EncodingFacts) -> str:
    return f"Content-Type: {facts.media_type or 'application/json'}; charset=utf-8"


def _name(facts: EncodingFacts) -> str:
    return (facts.detected or "").upper().replace("SHIFT_JIS", "Shift_JIS")


def _about(facts: EncodingFacts) -> Text:
    """How sure the name is, where it is not."""
    if facts.confidence >= 0.9:
        return Text("", "")
    share = f"{facts.confidence:.0%}"
    return Text(f"（按内容推断，可信度 {share}）", f" (judged by the bytes, confidence {share})")


def not_utf8(facts: EncodingFacts) -> Text:
    about = _about(facts)
    at = facts.first_bad_offset
    offset = Text("", "") if at is None else Text(f"，从第 {at} 字节起不是 UTF-8", f", not UTF-8 from byte {at} on")
    return Text(
        f"返回内容是 {_name(facts)} 编码{about.zh}{offset.zh}；小程序会尝试转换，本次可以完整转换，但不保证每台手机都成功。",
        f"The answer is {_name(facts)}{about.en}{offset.en}; the mini-program tries to convert it, which works "
        "for these bytes, but not surely on every phone.",
    )


def fix_not_utf8(facts: EncodingFacts) -> Text:
    header, name = _header(facts), facts.detected or "gbk"
    return Text(
        f"让服务器直接输出 UTF-8，并返回 `{header}`。"
        f"PHP：`header('{header}');`，旧数据用 `mb_convert_encoding($text, 'UTF-8', '{name}')`；"
        "Spring Boot：`server.servlet.encoding.charset=UTF-8` 和 `server.servlet.encoding.force=true`；"
        "MySQL 连接：`SET NAMES utf8mb4`（JDBC 加 `characterEncoding=UTF-8`）。"
        f"nginx 的 `charset utf-8;` 只改响应头，不会转换内容。{_BUFFER.zh}。",
        f"Let the server write UTF-8 and send `{header}`. "
        f"PHP: `header('{header}');`, old data through `mb_convert_encoding($text, 'UTF-8', '{name}')`; "
        "Spring Boot: `server.servlet.encoding.charset=UTF-8` and `server.servlet.encoding.force=true`; "
        "MySQL connection: `SET NAMES utf8mb4` (JDBC: `characterEncoding=UTF-8`). "
        f"nginx's `charset utf-8;` changes the header only, not the bytes. Or, {_BUFFER.en}.",
    )


def failed(facts: EncodingFacts) -> Text:
    at = facts.failed_offset if facts.failed_offset is not None else facts.first_bad_offset
    if facts.is_cut_at_end and facts.detected == "utf-8":
        return Text(
            f"返回内容在第 {at} 字节处断在一个 UTF-8 字符中间，转换失败（errno 602302）。",
            f"The answer ends inside the UTF-8 character that begins at byte {at}; "
            "the conversion fails (errno 602302).",
        )
    if facts.detected == "utf-8":
        return Text(
            f"返回内容大部分是 UTF-8，但第 {at} 字节处不是合法的 UTF-8，转换失败（errno 602302）。",
            f"The answer is mostly UTF-8, but what stands at byte {at} is not; the conversion fails (errno 602302).",
        )
    if facts.detected:
        about = _about(facts)
        return Text(
            f"返回内容像是 {_name(facts)} 编码{about.zh}，但第 {at} 字节无法按该编码读取，转换失败（errno 602302）。",
            f"The answer looks like {_name(facts)}{about.en}, but byte {at} cannot be read in it; "
            "the conversion fails (errno 602302).",
        )
    return Text(
        f"返回内容从第 {at} 字节起不是 UTF-8，也不像任何已知编码，转换失败（errno 602302）。",
        f"The answer is not UTF-8 from byte {at} on, nor like any other charset; the conversion fails (errno 602302).",
    )


def fix_failed(facts: EncodingFacts) -> Text:
    if facts.detected == "utf-8":
        return Text(
            "检查该位置的数据：常见原因是按字节截断字符串（PHP 用 `mb_substr` 代替 `substr`）、"
            "Content-Length 小于实际长度，或把 GBK 文本直接拼进 UTF-8 内容（先转码；MySQL 连接用 `SET NAMES utf8mb4`）。"
            f"响应头写 `{_header(facts)}`。",
            "Look at the data there: usually a string was cut by bytes (PHP: `mb_substr` instead of `substr`), "
            "Content-Length is too short, or GBK text was pasted into UTF-8 (convert it first; "
            f"MySQL connection: `SET NAMES utf8mb4`). Send `{_header(facts)}`.",
        )
    more = fix_not_utf8(facts)
    return Text(
        f"检查该位置的数据是否被截断或混入了别的编码。{more.zh}",
        f"See whether the data there is cut or mixed with another charset. {more.en}",
    )


def misdeclared(facts: EncodingFacts, wrong: Sequence[Declaration], unknown: Sequence[Declaration]) -> Text:
    zh = "、".join(f"{_PLACES[each.place].zh}写的是 {each.label}" for each in wrong)
    en = ", ".join(f"{_PLACES[each.place].en} says {each.label}" for each in wrong)
    if len(unknown) == len(wrong):
        return Text(f"{zh}，这不是有效的字符集名称。", f"{_capital(en)}, which is no charset.")
    about = _about(facts)
    return Text(
        f"{zh}，实际内容是 {_name(facts)}{about.zh}；按声明解码会得到乱码。",
        f"{_capital(en)}, while the bytes are {_name(facts)}{about.en}; read as declared they give garbage.",
    )


def fix_misdeclared(facts: EncodingFacts, wrong: Sequence[Declaration]) -> Text:
    header = _header(facts)
    if wrong[0].place is Place.HEADER:
        before = Text("", "") if facts.valid_utf8 else Text("先让内容改为 UTF-8，再", "Make the content UTF-8, then ")
        return Text(
            f"{before.zh}把响应头改为 `{header}`（nginx：`charset utf-8;`；PHP：`header('{header}');`；"
            f'Spring：`produces = "{facts.media_type or "application/json"};charset=UTF-8"`）。',
            _capital(
                f"{before.en}set the header to `{header}` (nginx: `charset utf-8;`; PHP: `header('{header}');`; "
                f'Spring: `produces = "{facts.media_type or "application/json"};charset=UTF-8"`).'
            ),
        )
    right = "utf-8" if facts.valid_utf8 else facts.detected or "utf-8"
    line = f'<?xml version="1.0" encoding="{right}"?>' if wrong[0].place is Place.XML else f'<meta charset="{right}">'
    return Text(
        f"把文档里的声明改为 `{line}`，与响应头 `{header}` 一致。",
        f"Change the declaration in the document to `{line}`, in line with the header `{header}`.",
    )


def undeclared(facts: EncodingFacts) -> Text:
    about = _about(facts)
    return Text(
        f"返回内容含非 ASCII 字符（{_name(facts) or '编码未知'}{about.zh}），但没有声明字符集，客户端只能猜测。",
        f"The answer has characters beyond ASCII ({_name(facts) or 'unknown charset'}{about.en}) "
        "and declares no charset, so that clients have to guess.",
    )


def fix_undeclared(facts: EncodingFacts) -> Text:
    header = _header(facts)
    kind = facts.media_type or "application/json"
    if facts.detected != "utf-8":
        return Text(f"改为输出 UTF-8，并返回 `{header}`。", f"Write UTF-8 and send `{header}`.")
    return Text(
        f"返回 `{header}`。nginx：`charset utf-8; charset_types {kind};`；PHP：`header('{header}');`；"
        f'Express：`res.type("{kind}; charset=utf-8")`。',
        f"Send `{header}`. nginx: `charset utf-8; charset_types {kind};`; PHP: `header('{header}');`; "
        f'Express: `res.type("{kind}; charset=utf-8")`.',
    )


def bom_stripped(facts: EncodingFacts) -> Text:
    name = (facts.bom or "").upper()
    return Text(
        f"返回内容以 {name} 的 BOM 开头，小程序会自动去掉；其他客户端不一定会。",
        f"The answer begins with the BOM of {name}; the mini-program takes it away, other clients may not.",
    )


def bom_repeated(facts: EncodingFacts, is_current: bool) -> Text:
    start = Text(f"返回内容开头有 {facts.bom_count} 个 BOM", f"The answer begins with {facts.bom_count} BOMs in a row")
    if is_current:
        return Text(
            f"{start.zh}，小程序只去掉一个，其余会留在数据里，JSON.parse 会失败。",
            f"{start.en}; the mini-program takes away one, the rest stays in the data, where JSON.parse fails on it.",
        )
    return Text(
        f"{start.zh}；2017 版规则写明会过滤 BOM，但没有说多个时如何处理，现行规则只去掉一个。",
        f"{start.en}; the 2017 page says that the BOM is filtered but not how many, today's takes away one.",
    )


def fix_bom() -> Text:
    return Text(
        "把输出该内容的源文件、模板和被包含的文件存为“UTF-8（无 BOM）”；PHP 里每个带 BOM 的 include 文件都会多输出一个。",
        "Save the source, template and included files that write this answer as UTF-8 without BOM; "
        "in PHP every included file with a BOM adds one.",
    )


def unread(facts: EncodingFacts) -> Text:
    seen = facts.judged_bytes
    if facts.is_truncated:
        return Text(
            f"返回内容过大，只检查了前 {seen} 字节的编码，其余未知。",
            f"The answer is large: the encoding of its first {seen} bytes was judged, the rest is not known.",
        )
    why = {
        Problem.CORRUPT: Text("压缩数据已损坏", "the compressed data is damaged"),
        Problem.TRUNCATED: Text("压缩数据不完整", "the compressed data ends too early"),
        Problem.UNKNOWN_CODING: Text("Content-Encoding 无法识别", "its Content-Encoding is not known"),
    }[facts.coding_problem or Problem.CORRUPT]
    return Text(
        f"{why.zh}，只能检查前 {seen} 字节的编码，其余未知。",
        f"Of this answer only the first {seen} bytes could be judged, since {why.en}; the rest is not known.",
    )


def fix_unread(facts: EncodingFacts) -> Text:
    if facts.is_truncated:
        return Text(
            "接口请分页返回；大文件请用 wx.downloadFile。",
            "Send the data in pages; use wx.downloadFile for large files.",
        )
    return Text(
        "检查 Content-Encoding 响应头是否与实际压缩方式一致（gzip、deflate、br、zstd），以及是否被压缩了两次或中途断开。",
        "See that the Content-Encoding header names how the body is really compressed (gzip, deflate, br, zstd), "
        "and that it is not compressed twice or cut off on its way.",
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

"""An answer's encoding in words: its name, how sure that is, and how to send UTF-8 instead."""

from wxpolicy.catalogue.wording.values import Values
from wxpolicy.terms import Text

WITHOUT_BOM = Text(
    "把输出该内容的源文件、模板和被包含的文件存为“UTF-8（无 BOM）”；PHP 里每个带 BOM 的 include 文件都会多输出一个。",
    "Save the source, template and included files that write this answer as UTF-8 without BOM; "
    "in PHP every included file with a BOM adds one.",
)


def media_type(data: Values) -> str:
    return data.text("media_type") if data.raw("media_type") else "application/json"


def header(data: Values) -> str:
    return f"Content-Type: {media_type(data)}; charset=utf-8"


def charset(data: Values) -> str:
    return data.text("detected").upper().replace("SHIFT_JIS", "Shift_JIS")


def sure(data: Values) -> Text:
    """How sure the name is, where it is not."""
    confidence = data.number("confidence")
    if confidence is None or confidence >= 0.9:
        return Text("", "")
    return Text(f"（按内容推断，可信度 {confidence:.0%}）", f" (judged by the bytes, confidence {confidence:.0%})")


def to_utf8(data: Values) -> Text:
    return data.say(
        "让服务器直接输出 UTF-8，并返回 `{header}`。"
        "PHP：`header('{header}');`，旧数据用 `mb_convert_encoding($text, 'UTF-8', '{from}')`；"
        "Spring Boot：`server.servlet.encoding.charset=UTF-8` 和 `server.servlet.encoding.force=true`；"
        "MySQL 连接：`SET NAMES utf8mb4`（JDBC 加 `characterEncoding=UTF-8`）。"
        "nginx 的 `charset utf-8;` 只改响应头，不会转换内容。"
        "服务器改不了时，可用 responseType: 'arraybuffer' 请求，自行解码。",
        "Let the server write UTF-8 and send `{header}`. "
        "PHP: `header('{header}');`, old data through `mb_convert_encoding($text, 'UTF-8', '{from}')`; "
        "Spring Boot: `server.servlet.encoding.charset=UTF-8` and `server.servlet.encoding.force=true`; "
        "MySQL connection: `SET NAMES utf8mb4` (JDBC: `characterEncoding=UTF-8`). "
        "nginx's `charset utf-8;` changes the header only, not the bytes. "
        "Or, if the server cannot be changed, request with responseType: 'arraybuffer' and decode the bytes yourself.",
        header=header(data),
        **{"from": data.text("detected") if data.raw("detected") else "gbk"},
    )


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

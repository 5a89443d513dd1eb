"""Why a host or a URL cannot be parsed, by name: findings store the name, the texts are made when they are read."""

from wxpolicy.terms import Text

# RFC 1035 §2.3.4, without the root's dot.
MAX_NAME_LENGTH = 253
MAX_LABEL_LENGTH = 63
MAX_PORT = 65535

EMPTY = Text("域名为空", "the host is empty")
EMPTY_LABEL = Text(
    "域名里有空的一段（连续的点或多余的点）", "the host has an empty label (two dots in a row, or one too many)"
)
TOO_LONG = Text(
    f"域名过长（整体最多 {MAX_NAME_LENGTH} 个字符，每段最多 {MAX_LABEL_LENGTH} 个）",
    f"the host is too long (at most {MAX_NAME_LENGTH} characters, {MAX_LABEL_LENGTH} a label)",
)
BAD_CHARACTER = Text(
    "域名里有不允许的字符（空白、控制字符、@、/、\\、?、# 等）",
    "the host has an invalid character (a blank, a control character, @, /, \\, ?, # or the like)",
)
BAD_ESCAPE = Text("域名里的百分号编码不正确", "the host has a broken percent escape")
BAD_IPV4 = Text("看起来是 IPv4 地址，但数值不合法", "it looks like an IPv4 address but its numbers are not valid")
BAD_IPV6 = Text(
    "只有 IPv6 地址里才有冒号或方括号，而这不是合法的 IPv6 地址",
    "only an IPv6 address has colons or brackets, and this is not a valid one",
)
TWO_READINGS = Text(
    "域名里的字符（如 ß）在不同系统上会变成不同的域名，请直接写 xn-- 形式",
    "the host has a letter (such as ß) that systems convert differently: write its xn-- form",
)
NOT_IDNA = Text("不是合法的（国际化）域名", "it is not a valid (internationalised) domain name")
CONTROL_CHARACTER = Text(
    "URL 中间有制表符、换行或其他控制字符，不同客户端的理解不一致",
    "the URL contains a tab, a newline or another control character, which clients parse differently",
)
NO_SCHEME = Text("URL 没有协议（应以 https:// 开头）", "the URL has no scheme (it should begin with https://)")
OTHER_SCHEME = Text("URL 的协议不是 https 或 wss", "the URL's scheme is neither https nor wss")
NO_SLASHES = Text(
    "URL 的协议后面不是两个斜杠，不同客户端的理解不一致",
    "the URL's scheme is not followed by two slashes, which clients parse differently",
)
BACKSLASH = Text(
    "URL 里有反斜杠，不同客户端会把它理解成不同的域名",
    "the URL has a backslash, which makes clients parse different hosts",
)
TWO_USERINFOS = Text(
    "URL 的域名部分有多个 @，不同客户端会理解成不同的域名",
    "the URL has more than one @ before its host, which makes clients parse different hosts",
)
NO_HOST = Text("URL 没有域名", "the URL has no host")
BAD_PORT = Text(f"端口不是 1 到 {MAX_PORT} 之间的数字", f"the port is not a number from 1 to {MAX_PORT}")

UNKNOWN = Text("无法读取", "it cannot be read")

WHY = {
    "empty": EMPTY,
    "empty_label": EMPTY_LABEL,
    "too_long": TOO_LONG,
    "bad_character": BAD_CHARACTER,
    "bad_escape": BAD_ESCAPE,
    "bad_ipv4": BAD_IPV4,
    "bad_ipv6": BAD_IPV6,
    "two_readings": TWO_READINGS,
    "not_idna": NOT_IDNA,
    "control_character": CONTROL_CHARACTER,
    "no_scheme": NO_SCHEME,
    "other_scheme": OTHER_SCHEME,
    "no_slashes": NO_SLASHES,
    "backslash": BACKSLASH,
    "two_userinfos": TWO_USERINFOS,
    "no_host": NO_HOST,
    "bad_port": BAD_PORT,
}


def name_of(why: Text) -> str:
    """The name of a reason above, "" for any other text."""
    return next((name for name, text in WHY.items() if text == why), "")

"""URL_INVALID: no build can send the call, because its url names no usable host or port.

data: "host": the host, "where": the places of the call that carried it ([] where all agree), and
    "reason": "no_host", "host" ("why": a name of wxpolicy/url/reasons.py), "spelling" ("spelled", "place": how
    and where the host is disguised), "port" ("port", "place"), "location" (a redirect's target; "why");
    of a url that somebody typed ("text"): "empty", "no_scheme", "scheme" ("scheme"), "url" ("why");
    "meant": the url to write instead, where it can be told

examples:
    {"reason": "no_host"}
    {"host": "a b", "where": ["CONNECT", "SNI"], "reason": "host", "why": "empty_label"}
    {"host": "api.example.com", "where": ["CONNECT", "SNI"], "reason": "spelling", "spelled": "%61pi.example.com", "place": "Host"}
    {"host": "api.example.com", "where": ["CONNECT", "SNI"], "reason": "port", "port": 70000, "place": "URL"}
    {"reason": "location", "why": "no_slashes"}
    {"host": "", "reason": "empty", "meant": "https://api.example.com/…"}
    {"host": "", "reason": "no_scheme", "text": "api.example.com/x", "meant": "wss://api.example.com/x"}
    {"host": "", "reason": "scheme", "text": "ftp://a", "scheme": "ftp://", "meant": "https://api.example.com/…"}
    {"host": "", "reason": "url", "text": "https://a:99999/", "why": "bad_port"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.hosts import where
from wxpolicy.catalogue.wording.sources import OBSERVED
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text
from wxpolicy.url.reasons import MAX_PORT
from wxpolicy.url.reasons import UNKNOWN
from wxpolicy.url.reasons import WHY


def message(data: Values) -> Text:
    why = WHY.get(str(data.raw("why")), UNKNOWN)
    match data.raw("reason"):
        case "no_host":
            return Text("请求没有带任何域名。", "The call names no host at all.")
        case "host":
            return data.say(
                "“{host}”{where}不是合法的域名：{why}。",
                '"{host}"{where} is not a valid host: {why}.',
                where=where(data),
                why=why,
            )
        case "spelling":
            return data.say(
                "{host} 在 {place} 中写成了“{spelled}”：线上的域名必须是普通的 ASCII 写法。",
                '{host} is spelled "{spelled}" in {place}: on the wire a host is plain ASCII.',
            )
        case "port":
            return data.say(
                "{host} 的端口 {port}（见于 {place}）不在 1 到 {max} 之间。",
                "Port {port} of {host} (in {place}) is not within 1 to {max}.",
                max=str(MAX_PORT),
            )
        case "location":
            return Text(f"{why.zh}。", f"{why.en[:1].upper()}{why.en[1:]}.")
        case "empty":
            return Text("URL 是空的。", "The URL is empty.")
        case "no_scheme":
            return data.say("“{text}”缺少协议。", 'The scheme is missing in "{text}".')
        case "scheme":
            return data.say("{scheme} 不是小程序能用的协议。", "{scheme} is no scheme that a mini-program can call.")
    return data.say("“{text}”：{why}。", '"{text}": {why}.', why=why)


def fix(data: Values) -> Text:
    if data.has("meant"):
        if data.text("meant").startswith("wss:"):
            return data.say("写成 {meant}。", "Write {meant}.")
        return data.say("写成 {meant}（connectSocket 用 wss://）。", "Write {meant} (wss:// for connectSocket).")
    if data.raw("reason") == "port" or data.raw("why") == "bad_port":
        return Text(
            f"去掉 url 里的端口，或改为 1 到 {MAX_PORT} 之间的端口。",
            f"Take the port out of the url, or write one from 1 to {MAX_PORT}.",
        )
    if data.raw("reason") == "location":
        return Text("Location 请写成完整的 https://域名/路径。", "Write Location as a whole https://host/path.")
    return Text(
        "检查代码里拼接 url 的地方，写成 https://域名/路径（connectSocket 用 wss://），域名前后和中间不要有空白、@ 或反斜杠。",
        "Check where the code puts the url together: write https://host/path (wss:// for connectSocket), with no blank,"
        " @ or backslash in or around the host.",
    )


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.MEASURED,
    failure=Failure.URL_INVALID,
    title=Text("url 不合法", "Invalid url"),
    meaning=Text(
        "url 里没有可用的域名或端口，任何构建都无法发出请求。",
        "The url has no usable host or port, so no build can send the call.",
    ),
    causes=(
        Text(
            "变量为空，拼出 https:///path 或 https://undefined/",
            "an empty variable made https:///path or https://undefined/",
        ),
        Text("域名里混入空格、换行、@ 或反斜杠", "a blank, line break, @ or backslash got into the host"),
        Text("端口写成 0 或超过 65535", "the port is 0 or above 65535"),
    ),
    phone=Text(
        "立即进入 fail：errno 600009，errMsg “request:fail invalid URL”。打开调试也一样。",
        'fail runs at once: errno 600009, errMsg "request:fail invalid URL". With debugging on as well.',
    ),
    general_fix=Text(
        "打印出最终的 url，检查 baseURL 与路径的拼接，写成 https://域名/路径。",
        "Print the final url, check how baseURL and path are joined, and write https://host/path.",
    ),
    clause="platform §3",
    source=OBSERVED,
    message=message,
    fix=fix,
)

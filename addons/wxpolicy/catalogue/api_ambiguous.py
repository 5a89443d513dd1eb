"""API_AMBIGUOUS: the wire admits several APIs, and only some of their lists have the host.

data: "host": the host, "where": the places of the call that carried it ([] where all agree),
    "admitting": the APIs whose lists have it, "refusing": those whose lists do not,
    "admitting_lists", "refusing_lists": what the platform's site calls them,
    "add": {"api", "line", "console", "list"}, the entry that would admit it and where it goes under the first of the refusing ones,
    "url": the call's URL without its query

examples:
    {"host": "api.example.com", "where": [], "admitting": ["request"], "refusing": ["downloadFile"], "admitting_lists": ["request合法域名"], "refusing_lists": ["downloadFile合法域名"], "add": {"api": "downloadFile", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "downloadFile合法域名"}, "url": "https://api.example.com/a.png"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.hosts import who
from wxpolicy.catalogue.wording.lists import how_to_add
from wxpolicy.catalogue.wording.lists import lowered
from wxpolicy.catalogue.wording.lists import titles
from wxpolicy.catalogue.wording.sources import OBSERVED
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    return data.say(
        "{who}配置在{yes}中，但不在{no}中。从流量看不出是哪个 API，所以没有因此拒绝；如果代码用的是 {calls}，正式版会失败。",
        "{who} is listed under {yes} but not under {no}. The traffic does not tell which"
        " API this is, so the lists do not refuse it; if the code calls {calls}, a release build fails.",
        who=who(data),
        yes=titles(data.texts("admitting_lists")),
        no=titles(data.texts("refusing_lists")),
        calls=_calls(data),
    )


def fix(data: Values) -> Text:
    add = how_to_add(data)
    said = data.say(
        "如果用的是 {calls}：{add}",
        "If the code calls {calls}: {add}",
        calls=_calls(data),
        add=Text(add.zh, lowered(add.en)),
    )
    if not data.has("url"):  # written by an older version
        return said
    declared = data.say(
        "如果用的是 wx.{api}，在 policy.yaml 的 apis 下写 {url}: {api}，就不再提示（不写路径则对整个域名有效）。",
        "If it calls wx.{api}, write {url}: {api} under apis in policy.yaml, and this is said no more (without the path it holds for the whole host).",
        api=(data.texts("admitting") or ["?"])[0],
    )
    return Text(said.zh + declared.zh, f"{said.en} {declared.en}")


def _calls(data: Values) -> str:
    return ", ".join(f"wx.{api}" for api in data.texts("refusing")) or "?"


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.MEASURED,
    severity=Severity.WARNING,
    failure=Failure.NOT_LISTED,
    title=Text("看不出是哪个 API", "Several APIs fit the call"),
    meaning=Text(
        "从流量看，这次调用可能是几个 API 中的任何一个，而域名只在其中一部分的列表里：代码用的是哪个 API，决定正式版是否放行。",
        "The traffic fits several APIs, and only some of their lists have the host: whether a release build lets it pass depends on the API that the code calls.",
    ),
    causes=(
        Text(
            "没有特征的 GET：wx.request 与 wx.downloadFile 发出的请求相同",
            "a bare GET, which wx.request and wx.downloadFile send alike",
        ),
        Text("域名只加进了一个类别", "the host was added to one category only"),
    ),
    phone=Text(
        "代码用的 API 在列表里有这个域名时正常，否则进入 fail：errno 600002，errMsg “request:fail url not in domain list:域名”。打开调试时不检查。",
        'Fine where the list of the API that the code calls has the host; otherwise fail runs: errno 600002, errMsg "request:fail url not in domain list:HOST". With debugging on it is not checked.',
    ),
    general_fix=Text(
        "确认代码用的是哪个 API，把域名加进它的类别；测试时可以用请求头 X-Miniprogram-Api 或 policy.yaml 的 apis 指明。",
        "See which API the code calls and list the host for it; a test can name the API with the request header X-Miniprogram-Api, policy.yaml with apis.",
    ),
    clause="platform §4",
    source=OBSERVED,
    message=message,
    fix=fix,
)

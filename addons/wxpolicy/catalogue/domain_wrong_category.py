"""DOMAIN_WRONG_CATEGORY: the host is listed, but not for the API that calls it.

data: "host": the host, "where": the places of the call that carried it ([] where all agree),
    "apis": the APIs that the call may be, "lists": what the platform's site calls their lists,
    "listed_under": the lists that have the host, "add": {"api", "line", "console", "list"}, the entry that would admit it and where it goes, and where there are more readings of the call
    "add_others": the same for each further API that it may be,
    "other": {"likely": the API that it looks like, "apis": what else it may be, "url": its URL without the query};
    or, where one call carries several hosts and no list has them all,
    "hosts": [{"host", "where"}, ...] in place of "where", "listed_under" and "add"
    "plugin_header": the request header that tells a plugin's call, whose lists are its own (then not observable)

examples:
    {"host": "api.example.com", "where": ["CONNECT", "SNI"], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}, "listed_under": ["downloadFile合法域名"]}
    {"host": "api.example.com", "hosts": [{"host": "api.example.com", "where": ["CONNECT", "SNI"]}, {"host": "b.example.com", "where": ["Host"]}], "apis": ["request", "downloadFile"], "lists": ["request合法域名", "downloadFile合法域名"]}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.hosts import who
from wxpolicy.catalogue.wording.lists import fix_with_plugin
from wxpolicy.catalogue.wording.lists import how_to_add
from wxpolicy.catalogue.wording.lists import titles
from wxpolicy.catalogue.wording.lists import with_plugin
from wxpolicy.catalogue.wording.phones import NOT_SENT
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    return with_plugin(data, _message(data))


def _message(data: Values) -> Text:
    under = titles(data.texts("lists"))
    if data.has("hosts"):
        hosts = [who(each) for each in data.parts("hosts")]
        return data.say(
            "一次调用带了不同的域名（{hosts}），{under}中没有任何一个类别同时包含它们。",
            "One call carries different hosts ({hosts}), and none of {under} lists them all.",
            hosts=Text("、".join(each.zh for each in hosts), ", ".join(each.en for each in hosts)),
            under=under,
        )
    return data.say(
        "{who}只配置在{has}中，而这次调用属于{under}，各类别互不通用。",
        "{who} is listed under {has} only, but this call is one of {under}; categories do not share entries.",
        who=who(data),
        has=titles(data.texts("listed_under")),
        under=under,
    )


def fix(data: Values) -> Text:
    return fix_with_plugin(data, _fix(data))


def _fix(data: Values) -> Text:
    if data.has("hosts"):
        return Text("让请求的各处使用同一个域名。", "Use one and the same host in every place of the request.")
    return how_to_add(data)


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    failure=Failure.NOT_LISTED,
    title=Text("域名配置在别的类别", "Domain listed in another category"),
    meaning=Text(
        "域名已经配置，但不在这个 API 的类别里。request、uploadFile、downloadFile、connectSocket 的列表互不通用。",
        "The host is listed, but not for this API. The lists of request, uploadFile, downloadFile and connectSocket are separate.",
    ),
    causes=(
        Text(
            "接口和上传共用一个域名，只填了 request 合法域名",
            "API calls and uploads share a host, and only the request list has it",
        ),
        Text(
            "用 wx.downloadFile 取图片，而域名只在 request 里",
            "wx.downloadFile fetches a picture from a host that only request lists",
        ),
        Text(
            "socket 域名写成 https://，没有填到 connectSocket（wss://）",
            "the socket's host was entered with https:// instead of wss:// under connectSocket",
        ),
    ),
    phone=NOT_SENT,
    general_fix=Text(
        "把同一个域名也加到所调用 API 的类别里。", "Add the same host to the category of the API that calls it as well."
    ),
    clause="seed-2017 §1",
    source=f"{PAGE_2017}：request、uploadFile、downloadFile、connectSocket 各有列表",
    message=message,
    fix=fix,
)

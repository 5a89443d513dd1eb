"""DOMAIN_NOT_LISTED: the host is in no list of the API that calls it.

data: "host": the host, "where": the places of the call that carried it ([] where all agree),
    "apis": the APIs that the call may be, "lists": what the platform's site calls their lists, "add": {"api", "line", "console", "list"}, the entry that would admit it and where it goes, and where there are more readings of the call
    "add_others": the same for each further API that it may be,
    "other": {"likely": the API that it looks like, "apis": what else it may be, "url": its URL without the query},
    and where one of these is the reason:
    "listed": the entries that have the host with another port, "ports": the ports that the call spells ("" for none)
    "tail_dot": true for a name that ends with a dot, "scheme": what the entry would begin with
    "unlistable": true for a name that no list takes (an underscore, a hyphen at an edge); there is no "add" then
    "parent" or "child": an entry that may mislead
    "plugin_header": the request header that tells a plugin's call, whose lists are its own (then not observable)

examples:
    {"host": "api.example.com", "where": [], "apis": ["request", "downloadFile"], "lists": ["request合法域名", "downloadFile合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}, "add_others": [{"api": "downloadFile", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "downloadFile合法域名"}]}
    {"host": "api.example.com", "where": [], "apis": ["uploadFile"], "lists": ["uploadFile合法域名"], "add": {"api": "uploadFile", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "uploadFile合法域名"}, "other": {"likely": "uploadFile", "apis": ["request"], "url": "https://api.example.com/form"}}
    {"host": "api.example.com", "where": ["CONNECT", "SNI"], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}}
    {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}, "parent": "example.com"}
    {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}, "child": "v1.api.example.com"}
    {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}, "listed": ["https://api.example.com:8443"], "ports": [null, 444]}
    {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}, "tail_dot": true, "scheme": "https"}
    {"host": "captcha.example.org", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://captcha.example.org", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}, "plugin_header": "X-WECHAT-HOSTSIGN"}
    {"host": "my_host.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "unlistable": true}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.hosts import where
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
    more: dict[str, Text | str] = {"who": who(data), "under": titles(data.texts("lists"))}
    if data.flag("tail_dot"):
        return data.say(
            "{host}.{where}末尾多了一个点，域名逐字比较，永远不会与列表中的配置相同。",
            "{host}.{where} ends with a dot; names compare exactly, so it never equals an entry.",
            where=where(data),
        )
    if data.has("listed"):
        return data.say(
            "{who}在{under}中的配置是 {listed}，而 url 里的端口（{spelled}）与它不一致，端口必须完全一致。",
            "{who} is listed under {under} as {listed}, but the port in the url ({spelled}) differs,"
            " and ports must match exactly.",
            spelled=_ports(data),
            **more,
        )
    if data.flag("unlistable"):
        return data.say(
            "{who}里有下划线，或有一段以 - 开头或结尾：这不是合法的主机名，{under}不能配置它，有的客户端也会拒绝它的证书。",
            "{who} holds an underscore, or a label that starts or ends with a hyphen: that is no host name, {under} cannot"
            " list it, and some clients refuse its certificate.",
            **more,
        )
    if data.has("parent"):
        more["hint"] = data.say(
            "列表中的 {parent} 是它的父域名，父域名不覆盖子域名。",
            " {parent} is listed, but a parent domain never covers its subdomains.",
        )
    elif data.has("child"):
        more["hint"] = data.say(
            "列表中的 {child} 是它的子域名，子域名也不覆盖父域名。",
            " {child} is listed, but a subdomain does not cover its parent either.",
        )
    return data.say(
        "{who}不在{under}列表中。{hint}", "{who} is not listed under {under}.{hint}", **{"hint": "", **more}
    )


def fix(data: Values) -> Text:
    return fix_with_plugin(data, _fix(data))


def _fix(data: Values) -> Text:
    if data.flag("unlistable"):
        return Text(
            "给服务器换一个只含字母、数字和 - 的域名（- 不在每段的开头或结尾），再配置这个域名。",
            "Give the server a name of letters, digits and hyphens, with no hyphen at the edge of a label, and list that.",
        )
    add = how_to_add(data)
    if data.flag("tail_dot"):
        return data.say(
            "去掉 url 里域名末尾的点：{scheme}://{host}。如果还没有配置：{add}",
            "Remove the dot behind the host in the url: {scheme}://{host}. If that is not listed yet: {add}",
            add=add,
        )
    if data.has("listed"):
        return data.say("按列表里的写法修改 url；或者：{add}", "Write the url as it is listed. Or: {add}", add=add)
    return add


def _ports(data: Values) -> Text:
    ports = data.raw("ports")
    spelled = [str(port) if isinstance(port, int) else "" for port in ports[:9]] if isinstance(ports, list) else [""]
    return Text("、".join(port or "没有写" for port in spelled), ", ".join(port or "none" for port in spelled))


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    failure=Failure.NOT_LISTED,
    title=Text("域名不在合法域名列表", "Domain not in the list"),
    meaning=Text(
        "这个域名不在所调用 API 的服务器域名列表里。比较是逐字的：父域名不覆盖子域名，子域名也不覆盖父域名。",
        "The host is not in the server-domain list of the API that calls it. Names compare exactly: a parent domain does not cover its subdomains, nor the other way round.",
    ),
    causes=(
        Text(
            "新增了接口、图床或统计域名，忘了在后台配置",
            "a new API, image or statistics host was never entered in the admin console",
        ),
        Text(
            "只配置了 example.com，代码用的是 api.example.com", "example.com is listed, the code calls api.example.com"
        ),
        Text("测试环境的地址留在了代码里", "a test environment's address was left in the code"),
        Text("设备上缓存了旧列表（代理看不到）", "the device still holds an older list (a proxy cannot see that)"),
    ),
    phone=NOT_SENT,
    general_fix=Text(
        "在小程序后台「开发设置 - 服务器域名」的对应类别里加上 https://域名（connectSocket 用 wss://域名），policy.yaml 同样加上；手机上删除小程序后重新打开，让新列表生效。",
        "Add https://HOST (wss://HOST for connectSocket) to that category under Development settings - Server domains in the admin console, and to policy.yaml. On the phone delete the mini-program and open it again to get the new list.",
    ),
    clause="seed-2017 §1",
    source=f"{PAGE_2017}：“每个微信小程序需要事先设置一个通讯域名”",
    message=message,
    fix=fix,
)

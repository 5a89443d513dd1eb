"""PORT_NOT_ALLOWED: the url spells a port that no entry allows.

data: "host": the host, "where": the places of the call that carried it ([] where all agree), "port": the port that the url spells;
    where a list may have ports: "listed": the entries that have the host, "add": {"api", "line", "console", "list"}, the entry that would admit it and where it goes, and where there are more readings of the call
    "add_others": the same for each further API that it may be,
    "other": {"likely": the API that it looks like, "apis": what else it may be, "url": its URL without the query}
    "plugin_header": the request header that tells a plugin's call, whose lists are its own (then not observable)

examples:
    {"host": "api.example.com", "where": ["CONNECT", "SNI"], "port": 8443}
    {"host": "api.example.com", "where": [], "port": 443, "listed": ["https://api.example.com"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.hosts import who
from wxpolicy.catalogue.wording.lists import fix_with_plugin
from wxpolicy.catalogue.wording.lists import how_to_add
from wxpolicy.catalogue.wording.lists import with_plugin
from wxpolicy.catalogue.wording.phones import NOT_SENT
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    return with_plugin(data, _message(data))


def _message(data: Values) -> Text:
    if not data.has("listed"):
        return data.say(
            "{who}的 url 写了端口 {port}，而服务器域名不能带端口号。",
            "The url of {who} spells port {port}, and a server domain carries no port.",
            who=who(data),
        )
    spelled = Text("（写明默认的 443 也算端口）", " (a spelled 443 counts as a port)")
    return data.say(
        "{who}的 url 写了端口 {port}{default}，而列表里是 {listed}，端口必须完全一致。",
        "The url of {who} spells port {port}{default}, but what is listed is {listed}, and ports must match exactly.",
        who=who(data),
        default=spelled if data.number("port") == 443 else "",
    )


def fix(data: Values) -> Text:
    return fix_with_plugin(data, _fix(data))


def _fix(data: Values) -> Text:
    if data.has("listed"):
        return data.say(
            "按列表里的写法修改 url；或者：{add}", "Write the url as it is listed. Or: {add}", add=how_to_add(data)
        )
    return data.say(
        "让服务器在默认端口 443 上提供服务，去掉 url 里的 :{port}。",
        "Serve it on the default port 443 and take :{port} out of the url.",
    )


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    failure=Failure.NOT_LISTED,
    title=Text("url 里的端口不被允许", "Port in the url"),
    meaning=Text(
        "2017 版：服务器域名不能带端口。现行规则：https 可以配置端口，但 url 必须与之完全一致；没有配置端口时，连写明 :443 也会失败。wss 域名不限端口。",
        "Edition 2017: a server domain carries no port. Today: an https entry may carry one and the url must then match it exactly; without one in the entry even a spelled :443 fails. A wss entry covers every port.",
    ),
    causes=(
        Text("测试服务开在 8080、8443 等端口", "a test service runs on 8080, 8443 or the like"),
        Text("代码拼接 url 时加上了 :443", "the code adds :443 when it builds the url"),
    ),
    phone=NOT_SENT,
    general_fix=Text(
        "用反向代理把服务放到 443，并去掉 url 里的端口；现行规则下也可以把带端口的域名配置进列表。",
        "Put the service behind a reverse proxy on 443 and take the port out of the url; under today's rules you may list the host with its port instead.",
    ),
    clause="seed-2017 §1; platform §1 [doc]",
    source=f"{PAGE_2017}：“且不能带端口号”; {PAGE_CURRENT}",
    message=message,
    fix=fix,
)

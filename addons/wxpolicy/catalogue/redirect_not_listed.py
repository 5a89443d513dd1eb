"""REDIRECT_NOT_LISTED: a hop of a redirect that the domain rules refuse.

data: "host": the target's host, "status": the HTTP status, "to": the target as it is shown,
    "causes": [{"code", "data"}, ...], what the domain rules find on the hop,
    "reason": "refused" (it is followed and refused), "unclear" (it is followed and may be refused),
    "not_followed" (clients were not seen to follow this status), "default_port" (the target spells its default port,
    and nothing else is wrong with it) or "manual" (the call may have said not to follow it),
    "followed": true where the client was seen to follow what could not be told before

examples:
    {"host": "cdn.example.com", "status": 302, "to": "http://cdn.example.com", "reason": "refused", "causes": [{"code": "DOMAIN_NOT_LISTED", "data": {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}}}, {"code": "URL_INVALID", "data": {"reason": "location", "why": "backslash"}}]}
    {"host": "cdn.example.com", "status": 302, "to": "http://cdn.example.com", "reason": "unclear", "causes": [{"code": "DOMAIN_NOT_LISTED", "data": {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}}}, {"code": "URL_INVALID", "data": {"reason": "location", "why": "backslash"}}]}
    {"host": "cdn.example.com", "status": 302, "to": "http://cdn.example.com", "reason": "not_followed", "causes": [{"code": "DOMAIN_NOT_LISTED", "data": {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}}}, {"code": "URL_INVALID", "data": {"reason": "location", "why": "backslash"}}]}
    {"host": "cdn.example.com", "status": 302, "to": "http://cdn.example.com", "reason": "manual", "causes": [{"code": "DOMAIN_NOT_LISTED", "data": {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}}}, {"code": "URL_INVALID", "data": {"reason": "location", "why": "backslash"}}]}
    {"host": "cdn.example.com", "status": 302, "to": "http://cdn.example.com", "reason": "refused", "followed": true, "causes": [{"code": "DOMAIN_NOT_LISTED", "data": {"host": "api.example.com", "where": [], "apis": ["request"], "lists": ["request合法域名"], "add": {"api": "request", "line": "https://api.example.com", "console": "设置-开发设置-服务器域名", "list": "request合法域名"}}}, {"code": "URL_INVALID", "data": {"reason": "location", "why": "backslash"}}]}
    {"host": "cdn.example.com", "status": 302, "to": "https://cdn.example.com:443", "reason": "default_port", "causes": [{"code": "PORT_NOT_ALLOWED", "data": {"host": "cdn.example.com", "where": [], "port": 443}}]}
"""

from collections.abc import Iterator

from wxpolicy.catalogue.wording import rendering
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.lists import how_to_declare
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Code
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    causes = [rendering.message(code, inner) for code, inner in _causes(data)]
    more: dict[str, Text | str] = {
        "causes": Text("".join(each.zh for each in causes), " ".join(each.en for each in causes))
    }
    match data.raw("reason"):
        case "not_followed":
            return data.say(
                "服务器用 {status} 跳转到 {to}。没有观察到客户端跟随 {status}，无法确定；如果跟随，这一跳会被拒绝：{causes}",
                "The server redirects ({status}) to {to}. Clients were not seen to follow {status}, so this cannot be"
                " told; where one does, that hop is refused: {causes}",
                **more,
            )
        case "manual":
            return data.say(
                '服务器用 {status} 跳转到 {to}，客户端没有请求这个地址。代码写了 redirect: "manual" 就不跟随，以 {status} 进入 success；'
                "没有写，这一跳会被拒绝：{causes}",
                "The server redirects ({status}) to {to}, and the client was not seen to go there. Where the code says"
                ' redirect: "manual" it does not, and success runs with {status}; otherwise that hop is refused: {causes}',
                **more,
            )
        case "default_port":
            return data.say(
                "服务器用 {status} 跳转到 {to}，写明了默认端口。Chromium 内核的客户端先去掉它再检查；其他客户端怎样未知，如果不去掉，这一跳会被拒绝：{causes}",
                "The server redirects ({status}) to {to}, which spells the default port. Clients with Chromium's stack take it out"
                " before they check; of others that is not known: where one does not, that hop is refused: {causes}",
                **more,
            )
        case "unclear":
            return data.say(
                "服务器用 {status} 跳转到 {to}：{causes}", "The server redirects ({status}) to {to}: {causes}", **more
            )
    if data.flag("followed"):
        return data.say(
            "服务器用 {status} 跳转到 {to}，客户端跟随了，这一跳会被拒绝：{causes}",
            "The server redirects ({status}) to {to}; the client followed, and that hop is refused: {causes}",
            **more,
        )
    return data.say(
        "服务器用 {status} 跳转到 {to}，这一跳会被拒绝：{causes}",
        "The server redirects ({status}) to {to}, and that hop is refused: {causes}",
        **more,
    )


def fix(data: Values) -> Text:
    if data.raw("reason") == "default_port":
        return Text(
            "让服务器的 Location 不带默认端口：反向代理后面的应用要按 X-Forwarded-Host 和 X-Forwarded-Proto 生成地址。",
            "Let the server leave the default port out of Location: an application behind a reverse proxy should build its"
            " addresses from X-Forwarded-Host and X-Forwarded-Proto.",
        )
    fixes = list(dict.fromkeys(rendering.fix(code, inner) for code, inner in _causes(data)))
    said = data.say(
        "让服务器直接返回内容，或只跳转到已配置的 https 域名。{fixes}",
        "Let the server answer directly, or redirect only to a listed https domain. {fixes}",
        fixes=Text("".join(each.zh for each in fixes), " ".join(each.en for each in fixes)),
    )
    declare = how_to_declare(data)
    return Text(said.zh + declare.zh, f"{said.en.rstrip()} {declare.en}".rstrip())


def _causes(data: Values) -> Iterator[tuple[Code, object]]:
    for each in data.parts("causes"):
        code, inner = each.raw("code"), each.raw("data")
        # A hop has no hop of its own; a stranger's file could say so without end.
        if code in Code and code != "REDIRECT_NOT_LISTED":
            yield Code(code), inner


ENTRY = Entry(
    family=Family.DOMAIN,
    known=Known.DOCUMENTED,
    failure=Failure.REDIRECT_NOT_LISTED,
    title=Text("跳转到未配置的地址", "Redirect to an unlisted address"),
    meaning=Text(
        '服务器返回了重定向，而目标不符合域名规则。每一跳都按同一个 API 的列表检查。现行版本的 wx.request 可以写 redirect: "manual" 不跟随'
        "（基础库 3.2.2 起），流量里看不出来：等到客户端请求下一跳才拒绝；没有下一跳，就无法判断。",
        "The server answered with a redirect to a target that the domain rules refuse. Every hop is checked against the same API's list."
        ' In the edition current, wx.request may follow nothing (redirect: "manual", base library 3.2.2), which is not on the wire:'
        " the hop is refused when it comes, and where none comes that cannot be told.",
    ),
    causes=(
        Text("文件下载跳转到 CDN 或对象存储的域名", "a download redirects to a CDN or object store"),
        Text(
            "服务器把 https 跳回 http，或补斜杠时用了 http",
            "the server sends https back to http, or uses http when it adds a slash",
        ),
        Text("登录失效时跳转到另一个域名的登录页", "an expired login redirects to a login page on another host"),
    ),
    phone=Text(
        "进入 fail：errno 600002，errMsg “request:fail redirect url not in domain list:域名”。打开调试时不检查。",
        'fail runs: errno 600002, errMsg "request:fail redirect url not in domain list:HOST". With debugging on it is not checked.',
    ),
    general_fix=Text(
        "把跳转目标的域名也配置到同一类别，或让服务器直接返回内容；反向代理后面的服务要认 X-Forwarded-Proto，避免跳回 http。",
        "List the target's host in the same category, or answer without a redirect. Behind a reverse proxy honour X-Forwarded-Proto, so that nothing is sent back to http.",
    ),
    clause="platform §1 [doc]",
    source=f"{PAGE_CURRENT}, changelog 2017-01",
    message=message,
    fix=fix,
)

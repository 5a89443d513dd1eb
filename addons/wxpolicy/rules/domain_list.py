"""DOMAIN_NOT_LISTED, DOMAIN_WRONG_CATEGORY: each API may reach only the hosts in its own list.

seed-2017 §1: a mini-program talks to the domains that were set up, per
category. Comparison is exact: a parent never covers a child (platform §1), a
trailing dot makes another name, homographs have other A-labels.

Passes:
    wx.request https://api.example.com/ with it under request
    a bare GET (request or downloadFile) with the host under either; where only one
    has it, a note says so
Fails:
    wx.request https://api.example.com/ with https://example.com listed
    wx.request https://cdn.example.com/ with it under downloadFile only (wrong category)
    https://api.example.com./ with https://api.example.com listed

Hosts that no list could admit (unreadable, IP, localhost, reserved) are the
other rules' and are left out here.
"""

from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import Policy
from wxpolicy.rules.listing import admits
from wxpolicy.rules.listing import entries_for
from wxpolicy.rules.listing import how_to_add
from wxpolicy.rules.listing import line_to_add
from wxpolicy.rules.listing import scheme_of
from wxpolicy.rules.listing import titles
from wxpolicy.rules.names import NamedHost
from wxpolicy.rules.names import named_hosts
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxpolicy.url.hosts import HostKind

_CLAUSE = "seed-2017 §1"
_CLAUSE_EXACT = "platform §1 [seen]"
_CLAUSE_AMBIGUOUS = "platform §4"


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding a host that is refused, or one note a host that only some of the APIs list."""
    apis = classification.apis
    hosts = [named for named in named_hosts(call) if _is_listable(named, policy)]
    # 1) One API that lists every host is enough; what the others would do is not on the wire.
    refusing = [api for api in apis if not all(_admitted(policy, api, named) for named in hosts)]
    if len(refusing) < len(apis):
        admitting = [api for api in apis if api not in refusing]
        for named in hosts:
            refusing_it = [api for api in refusing if not _admitted(policy, api, named)]
            if refusing_it:
                yield _ambiguous(named, admitting, refusing_it, policy)
        return
    # 2) Each host that no API admits.
    refused = [named for named in hosts if not any(_admitted(policy, api, named) for api in apis)]
    for named in refused:
        yield from _refusal(named, apis, policy)
    # 3) Each host is admitted by some API, but no API admits them all.
    if not refused:
        yield _no_common_category(hosts, apis, policy)


def _is_listable(named: NamedHost, policy: Policy) -> bool:
    return named.host.kind is HostKind.DOMAIN and named.host.ascii not in policy.edition.reserved_hosts


def _admitted(policy: Policy, api: Api, named: NamedHost) -> bool:
    return all(admits(policy, api, named.host, port) for port in named.ports)


def _refusal(named: NamedHost, apis: tuple[Api, ...], policy: Policy) -> Iterator[Finding]:
    host, api = named.host, apis[0]
    add = how_to_add(policy, api, line_to_add(policy, api, host.ascii, named.ports))
    under = titles(apis, policy.edition)
    who = Text(f"{host.ascii}{named.where.zh}", f"{host.ascii}{named.where.en}")

    # 2a) The host is listed, its port is what differs.
    entries = [entry for each in apis for entry in entries_for(policy, each, host)]
    if entries:
        spelled = [port for port in named.ports if port is not None]
        if not all(any(admits(policy, each, host, port) for each in apis) for port in spelled):
            return  # rules/port.py says it
        origins = sorted({entry.origin for entry in entries})
        ports_zh = "、".join("没有写" if port is None else str(port) for port in named.ports)
        ports_en = ", ".join("none" if port is None else str(port) for port in named.ports)
        message = Text(
            f"{who.zh}在{under.zh}中的配置是 {'、'.join(origins)}，而 url 里的端口（{ports_zh}）与它不一致，端口必须完全一致。",
            f"{who.en} is listed under {under.en} as {', '.join(origins)}, but the port in the url ({ports_en}) differs,"
            " and ports must match exactly.",
        )
        fix = Text(f"按列表里的写法修改 url；或者：{add.zh}", f"Write the url as it is listed. Or: {add.en}")
        yield _finding(Code.DOMAIN_NOT_LISTED, message, fix, named, "platform §1 [doc]")
        return

    # 2b) A trailing dot makes it another name.
    if host.tail_dot:
        message = Text(
            f"{host.ascii}.{named.where.zh}末尾多了一个点，域名逐字比较，永远不会与列表中的配置相同。",
            f"{host.ascii}.{named.where.en} ends with a dot; names compare exactly, so it never equals an entry.",
        )
        fix = Text(
            f"去掉 url 里域名末尾的点：{scheme_of(api)}://{host.ascii}。如果还没有配置：{add.zh}",
            f"Remove the dot behind the host in the url: {scheme_of(api)}://{host.ascii}. If that is not listed yet: {add.en}",
        )
        yield _finding(Code.DOMAIN_NOT_LISTED, message, fix, named, _CLAUSE_EXACT)
        return

    # 2c) Another category has it.
    elsewhere = [other for other in Api if other not in apis and entries_for(policy, other, host)]
    if elsewhere:
        has = titles(elsewhere, policy.edition)
        message = Text(
            f"{who.zh}只配置在{has.zh}中，而这次调用属于{under.zh}，各类别互不通用。",
            f"{who.en} is listed under {has.en} only, but this call is one of {under.en}; categories do not share entries.",
        )
        yield _finding(Code.DOMAIN_WRONG_CATEGORY, message, add, named, _CLAUSE)
        return

    # 2d) No category has it; a parent or a child may mislead.
    hint = _relatives(host.ascii, apis, policy)
    message = Text(f"{who.zh}不在{under.zh}列表中。{hint.zh}", f"{who.en} is not listed under {under.en}.{hint.en}")
    yield _finding(Code.DOMAIN_NOT_LISTED, message, add, named, _CLAUSE)


def _relatives(host: str, apis: tuple[Api, ...], policy: Policy) -> Text:
    listed = sorted({entry.host for api in apis for entry in policy.listed(api)})
    parents = [other for other in listed if host.endswith("." + other)]
    children = [other for other in listed if other.endswith("." + host)]
    if parents:
        return Text(
            f"列表中的 {parents[-1]} 是它的父域名，父域名不覆盖子域名。",
            f" {parents[-1]} is listed, but a parent domain never covers its subdomains.",
        )
    if children:
        return Text(
            f"列表中的 {children[0]} 是它的子域名，子域名也不覆盖父域名。",
            f" {children[0]} is listed, but a subdomain does not cover its parent either.",
        )
    return Text("", "")


def _ambiguous(named: NamedHost, admitting: list[Api], refusing: list[Api], policy: Policy) -> Finding:
    yes, no = titles(admitting, policy.edition), titles(refusing, policy.edition)
    add = how_to_add(policy, refusing[0], line_to_add(policy, refusing[0], named.host.ascii, named.ports))
    names = ", ".join(f"wx.{api.value}" for api in refusing)
    return Finding(
        Code.DOMAIN_WRONG_CATEGORY,
        Text(
            f"{named.shown}{named.where.zh}配置在{yes.zh}中，但不在{no.zh}中。从流量看不出是哪个 API，先按允许处理；"
            f"如果代码用的是 {names}，正式版会失败。",
            f"{named.shown}{named.where.en} is listed under {yes.en} but not under {no.en}. The traffic does not tell which"
            f" API this is, so it passes; if the code calls {names}, a release build fails.",
        ),
        Text(f"如果用的是 {names}：{add.zh}", f"If the code calls {names}: {add.en}"),
        _CLAUSE_AMBIGUOUS,
        Severity.NOTE,
        Status.NOT_OBSERVABLE,
        subject=named.shown,
    )


def _no_common_category(hosts: list[NamedHost], apis: tuple[Api, ...], policy: Policy) -> Finding:
    under = titles(apis, policy.edition)
    shown_zh = "、".join(f"{named.shown}{named.where.zh}" for named in hosts)
    shown_en = ", ".join(f"{named.shown}{named.where.en}" for named in hosts)
    return Finding(
        Code.DOMAIN_WRONG_CATEGORY,
        Text(
            f"一次调用带了不同的域名（{shown_zh}），{under.zh}中没有任何一个类别同时包含它们。",
            f"One call carries different hosts ({shown_en}), and none of {under.en} lists them all.",
        ),
        Text("让请求的各处使用同一个域名。", "Use one and the same host in every place of the request."),
        _CLAUSE,
        subject=hosts[0].shown,
    )


def _finding(code: Code, message: Text, fix: Text, named: NamedHost, clause: str) -> Finding:
    return Finding(code, message, fix, clause, subject=named.shown)

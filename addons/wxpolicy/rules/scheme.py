"""SCHEME_NOT_SECURE: https for request, uploadFile and downloadFile, wss for connectSocket.

seed-2017 §1: "域名只支持 https (request、uploadFile、downloadFile) 和 wss
(connectSocket) 协议". Edition current also lets http and ws through to a LAN
address in the device's own subnet (platform §1 [doc]).

Passes:
    wx.request https://api.example.com/  wx.connectSocket wss://ws.example.com/
    wx.request http://192.168.1.20/ from 192.168.1.5, edition current
Fails:
    wx.request http://api.example.com/  wx.connectSocket ws://ws.example.com/
    wx.connectSocket https://ws.example.com/  wx.request wss://api.example.com/
"""

from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import Policy
from wxpolicy.rules.lan import Lan
from wxpolicy.rules.lan import lan_place
from wxpolicy.rules.listing import scheme_of
from wxpolicy.rules.names import NamedHost
from wxpolicy.rules.names import named_hosts
from wxpolicy.terms import Text
from wxpolicy.url.hosts import with_brackets
from wxpolicy.url.urls import NETWORK_SCHEMES

_SECURE = {"http": "https", "ws": "wss", "https": "https", "wss": "wss"}
_CLAUSE_2017 = "seed-2017 §1"
_CLAUSE_LAN = "platform §1 [doc]"


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """At most one finding a call: a call has one scheme."""
    hosts = named_hosts(call)
    wanted = list(dict.fromkeys(scheme_of(api, policy.edition) for api in classification.apis))
    secure = _SECURE.get(call.scheme)
    if secure not in wanted:
        yield _wrong_kind(call, classification, hosts, wanted[0])
    elif call.scheme != secure:
        places = {lan_place(named.host, call, policy) for named in hosts}
        if places == {Lan.OWN_SUBNET}:
            return
        if places and places <= {Lan.OWN_SUBNET, Lan.UNKNOWN}:
            yield _unknown(call, hosts, secure)
        else:
            yield _plain(call, hosts, secure)


def _plain(call: CallFacts, hosts: tuple[NamedHost, ...], secure: str) -> Finding:
    who = _who(hosts)
    return Finding(
        Code.SCHEME_NOT_SECURE,
        Text(
            f"{who.zh}用的是 {call.scheme}://，小程序只能用 {secure}://。",
            f"{who.en} is called over {call.scheme}://; a mini-program may only use {secure}://.",
        ),
        _use(hosts, secure),
        _CLAUSE_2017,
        subject=_subject(hosts),
    )


def _unknown(call: CallFacts, hosts: tuple[NamedHost, ...], secure: str) -> Finding:
    who = _who(hosts)
    return Finding(
        Code.SCHEME_NOT_SECURE,
        Text(
            f"{who.zh}用的是 {call.scheme}://，只有与设备在同一网段时才允许；代理看不到设备自己的局域网地址，无法判断。",
            f"{who.en} is called over {call.scheme}://, which is allowed only inside the device's own subnet;"
            " the proxy does not see the device's LAN address and cannot tell.",
        ),
        _use(hosts, secure),
        _CLAUSE_LAN,
        Severity.WARNING,
        Status.NOT_OBSERVABLE,
        subject=_subject(hosts),
    )


def _wrong_kind(call: CallFacts, classification: Classification, hosts: tuple[NamedHost, ...], wanted: str) -> Finding:
    who, api = _who(hosts), classification.api
    # A scheme comes from a capture as it is: only those of the network are safe to print.
    found = f"{call.scheme}://" if call.scheme in NETWORK_SCHEMES else "another scheme"
    found_zh = f"{call.scheme}://" if call.scheme in NETWORK_SCHEMES else "其他协议"
    return Finding(
        Code.SCHEME_NOT_SECURE,
        Text(
            f"{who.zh}用的是 {found_zh}，而 {api.value} 只能用 {wanted}://。",
            f"{who.en} is called over {found}, but {api.value} may only use {wanted}://.",
        ),
        _use(hosts, wanted),
        _CLAUSE_2017,
        subject=_subject(hosts),
    )


def _who(hosts: tuple[NamedHost, ...]) -> Text:
    if not hosts:
        return Text("请求", "The call")
    return Text(f"{hosts[0].shown}{hosts[0].where.zh}", f"{hosts[0].shown}{hosts[0].where.en}")


def _subject(hosts: tuple[NamedHost, ...]) -> str:
    return hosts[0].shown if hosts else ""


def _use(hosts: tuple[NamedHost, ...], scheme: str) -> Text:
    host = with_brackets(hosts[0].host.ascii) if hosts else ""
    url = f"{scheme}://{host}/…" if host else f"{scheme}://…"
    return Text(
        f"把代码里的 url 改为 {url}，并在服务器上启用 TLS 1.2 及以上版本。",
        f"Change the url in the code to {url} and let the server offer TLS 1.2 or later.",
    )

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
from wxpolicy.rules.names import named_hosts
from wxpolicy.rules.stage import Stage
from wxpolicy.url.hosts import with_brackets
from wxpolicy.url.urls import NETWORK_SCHEMES

STAGE = Stage.TARGET

_SECURE = {"http": "https", "ws": "wss", "https": "https", "wss": "wss"}
_CLAUSE_2017 = "seed-2017 §1"
_CLAUSE_LAN = "platform §1 [doc]"


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """At most one finding per call: a call has one scheme."""
    hosts = named_hosts(call)
    wanted = list(dict.fromkeys(scheme_of(api, policy.edition) for api in classification.apis))
    secure = _SECURE.get(call.scheme)
    data = {
        **(hosts[0].data if hosts else {}),
        # The scheme of a capture may be anything: only those of network protocols are reported.
        "scheme": call.scheme if call.scheme in NETWORK_SCHEMES else "",
        "wanted": secure if secure in wanted else wanted[0],
        "api": classification.api.value,
    }
    if hosts and hosts[0].host.ascii:
        data["url_host"] = with_brackets(hosts[0].host.ascii)
    if secure not in wanted:
        yield Finding(Code.SCHEME_NOT_SECURE, data | {"reason": "wrong_kind"}, clause=_CLAUSE_2017)
    elif call.scheme != secure:
        places = {lan_place(named.host, call, policy) for named in hosts}
        if places == {Lan.OWN_SUBNET}:
            return
        if places and places <= {Lan.OWN_SUBNET, Lan.UNKNOWN}:
            data["reason"] = "unknown_subnet"
            yield Finding(Code.SCHEME_NOT_SECURE, data, Severity.WARNING, Status.NOT_OBSERVABLE, clause=_CLAUSE_LAN)
        else:
            yield Finding(Code.SCHEME_NOT_SECURE, data | {"reason": "plain"}, clause=_CLAUSE_2017)

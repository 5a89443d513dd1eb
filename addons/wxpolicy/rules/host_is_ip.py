"""HOST_IS_IP: a call names a domain, not an address.

seed-2017 §1: "域名不能使用 IP 地址或 localhost", so edition 2017 knows no
exception. Edition current allows a private IPv4 address in the device's own
subnet, never the device's own (platform §1 [doc]). The netmask is not on the
wire, a /24 is guessed, and a note says so.

Loopback and unspecified addresses belong here, not to ``host_is_localhost``.

Passes:
    https://api.example.com/
    http://192.168.1.20/ from 192.168.1.5, edition current (with a note)
Fails:
    https://203.0.113.7/  https://2130706433/  https://0x7f.1/  https://[::ffff:10.0.0.1]/
    http://192.168.1.5/ from 192.168.1.5  http://192.168.2.20/ from 192.168.1.5
Not observable:
    http://192.168.1.20/ from 127.0.0.1 (devtools on the proxy's machine), edition current
"""

import ipaddress
from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.editions.edition import Topic
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import Policy
from wxpolicy.rules.lan import GUESSED_PREFIX_LENGTH
from wxpolicy.rules.lan import Lan
from wxpolicy.rules.lan import lan_place
from wxpolicy.rules.names import NamedHost
from wxpolicy.rules.names import named_hosts
from wxpolicy.terms import Text

_CLAUSE_2017 = "seed-2017 §1"
_CLAUSE_LAN = "platform §1 [doc]"


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding an address: violation, warning (not observable) or note (allowed by a guess)."""
    for named in named_hosts(call):
        if named.host.ip is None:
            continue
        match lan_place(named.host, call, policy):
            case Lan.OWN_SUBNET:
                yield _allowed_by_guess(named, call)
            case Lan.UNKNOWN:
                yield _unknown(named)
            case Lan.OWN_ADDRESS:
                yield _forbidden(named, _OWN_ADDRESS, _CLAUSE_LAN)
            case Lan.OUTSIDE:
                yield _forbidden(named, *_why(named, policy))


def _why(named: NamedHost, policy: Policy) -> tuple[Text, str]:
    address = named.host.ip
    if address is not None and (address.is_loopback or address.is_unspecified):
        return _THE_DEVICE_ITSELF, _CLAUSE_2017
    clause = policy.edition.clauses[Topic.ADDRESS]
    if policy.edition.has_lan:
        if isinstance(address, ipaddress.IPv4Address) and address.is_private:
            return _OTHER_SUBNET, clause
        return _NOT_LAN, clause
    return _NEVER, clause


def _forbidden(named: NamedHost, why: Text, clause: str) -> Finding:
    return Finding(
        Code.HOST_IS_IP,
        Text(
            f"{_told(named)}{named.where.zh}是 IP 地址：{why.zh}。",
            f"{_told(named)}{named.where.en} is an IP address: {why.en}.",
        ),
        _USE_A_DOMAIN,
        clause,
        subject=named.shown,
    )


def _allowed_by_guess(named: NamedHost, call: CallFacts) -> Finding:
    return Finding(
        Code.HOST_IS_IP,
        Text(
            f"{named.shown}{named.where.zh}是局域网 IP，按子网掩码 /{GUESSED_PREFIX_LENGTH} 推测与设备 {call.device} 在同一网段，因此允许；"
            "真实的子网掩码代理看不到。",
            f"{named.shown}{named.where.en} is a LAN address, allowed because a guessed /{GUESSED_PREFIX_LENGTH} netmask puts"
            f" it into the subnet of device {call.device}; the proxy cannot see the real netmask.",
        ),
        Text(
            "局域网 IP 只适合调试；正式版请换成已配置的域名。",
            "A LAN address only serves debugging; use a listed domain in what you publish.",
        ),
        _CLAUSE_LAN,
        Severity.NOTE,
        Status.NOT_OBSERVABLE,
        subject=named.shown,
    )


def _unknown(named: NamedHost) -> Finding:
    return Finding(
        Code.HOST_IS_IP,
        Text(
            f"{named.shown}{named.where.zh}是局域网 IP，只有与设备在同一网段、且不是设备自己时才允许；"
            "代理看不到设备自己的局域网地址，无法判断。",
            f"{named.shown}{named.where.en} is a LAN address, allowed only inside the device's own subnet and never the"
            " device itself; the proxy does not see the device's LAN address and cannot tell.",
        ),
        Text(
            "用手机连上代理再试一次，或换成已配置的域名。",
            "Try again from a phone that uses this proxy, or use a listed domain.",
        ),
        _CLAUSE_LAN,
        Severity.WARNING,
        Status.NOT_OBSERVABLE,
        subject=named.shown,
    )


def _told(named: NamedHost) -> str:
    """The spelling, with the address where the spelling hides it."""
    shown = named.host.shown
    return shown if shown.strip("[]") == named.host.ascii else f"{shown} = {named.host.ascii}"


_NEVER = Text("小程序的域名不能是 IP 地址", "a mini-program's server domain is never one")
_NOT_LAN = Text(
    "只有与设备同一网段的局域网 IPv4 地址才允许", "only a LAN IPv4 address in the device's own subnet is allowed"
)
_THE_DEVICE_ITSELF = Text("它就是设备自己，任何时候都不允许", "it is the device itself, which is never allowed")
_OWN_ADDRESS = Text(
    "它是设备自己的局域网地址，不允许访问", "it is the device's own LAN address, which is never allowed"
)
_OTHER_SUBNET = Text(
    f"它不在设备所在的网段（按子网掩码 /{GUESSED_PREFIX_LENGTH} 推测），或没有写成普通的点分十进制",
    f"it is not in the device's own subnet (guessing a /{GUESSED_PREFIX_LENGTH} netmask), or not written in plain dotted form",
)
_USE_A_DOMAIN = Text(
    "为服务器绑定一个已备案的域名，把代码里的 IP 换成它（例如 https://api.example.com），并加入服务器域名列表。",
    "Give the server a domain that is filed (ICP), use it in the code instead of the address"
    " (for example https://api.example.com), and list it as a server domain.",
)

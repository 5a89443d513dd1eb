"""HOST_IS_IP: a call names a domain, not an address.

seed-2017 §1: "域名不能使用 IP 地址或 localhost", so edition 2017 knows no
exception. Edition current allows a private IPv4 address in the device's own
subnet, never the device's own (platform §1 [doc]). Neither the netmask nor, behind a tunnel, the
device's own address is on the wire: a private address is never a violation there. A /24 is
guessed, and a note says so.

Loopback and unspecified addresses belong here, not to ``host_is_localhost``.

Passes:
    https://api.example.com/
    http://192.168.1.20/ from 192.168.1.5, edition current (with a note)
Fails:
    https://203.0.113.7/  https://2130706433/  https://0x7f.1/  https://[::ffff:10.0.0.1]/
Not observable:
    http://192.168.1.20/ from 127.0.0.1 (devtools on the proxy's machine), edition current
    http://192.168.1.5/ from 192.168.1.5, http://192.168.2.20/ from 192.168.1.5, edition current
    http://[fd00::1]/  http://169.254.1.1/  (private, and not known to be a LAN address to a client), edition current
"""

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
from wxpolicy.rules.lan import is_lan_address
from wxpolicy.rules.lan import lan_place
from wxpolicy.rules.names import NamedHost
from wxpolicy.rules.names import named_hosts
from wxpolicy.rules.stage import Stage

STAGE = Stage.TARGET

_CLAUSE_2017 = "seed-2017 §1"
_CLAUSE_LAN = "platform §1 [doc]"


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding per address: violation, warning (not observable) or note (allowed by a guess)."""
    for named in named_hosts(call):
        if named.host.ip is None:
            continue
        data = {**named.data, "shown": _spelled(named), "prefix_length": GUESSED_PREFIX_LENGTH}
        place = lan_place(named.host, call, policy)
        if place is Lan.OWN_SUBNET:
            data |= {"reason": "same_subnet", "device": call.device}
            yield Finding(Code.HOST_IS_IP, data, Severity.NOTE, Status.NOT_OBSERVABLE, clause=_CLAUSE_LAN)
        elif place is Lan.UNKNOWN:
            data["reason"] = "unknown_subnet" if is_lan_address(named.host.ip) else "unknown_private"
            yield Finding(Code.HOST_IS_IP, data, Severity.WARNING, Status.NOT_OBSERVABLE, clause=_CLAUSE_LAN)
        else:
            reason, clause = _why(named, policy)
            if reason == "disguised":
                data["plain"] = str(named.host.ip)
            yield Finding(Code.HOST_IS_IP, data | {"reason": reason}, clause=clause)


def _why(named: NamedHost, policy: Policy) -> tuple[str, str]:
    address = named.host.ip
    if address is not None and (address.is_loopback or address.is_unspecified):
        return "device_itself", _CLAUSE_2017
    clause = policy.edition.clauses[Topic.ADDRESS]
    if not policy.edition.has_lan:
        return "never", clause
    # In its plain spelling it would depend on the subnet.
    return "disguised" if is_lan_address(address) else "not_lan", clause


def _spelled(named: NamedHost) -> str:
    """The spelling, with the address if the spelling hides it."""
    shown = named.host.shown
    return shown if shown.strip("[]") == named.host.ascii else f"{shown} = {named.host.ascii}"

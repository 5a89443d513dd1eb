"""HOST_IS_LOCALHOST: no call may go to localhost or a name below it.

seed-2017 §1: "域名不能使用 IP 地址或 localhost". This rule judges names; loopback and unspecified addresses (127.0.0.1, ::1,
0.0.0.0 in every spelling) are IP addresses and get HOST_IS_IP from ``host_is_ip`` alone, so that one mistake is
reported once.

Passes:
    https://api.example.com/  https://localhost.example.com/  (the list decides)
Fails:
    https://localhost/  https://LOCALHOST./  https://app.localhost/
    https://localhost.localdomain/  https://ip6-localhost/
"""

from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.names import named_hosts
from wxpolicy.rules.stage import Stage
from wxpolicy.url.hosts import HostKind

STAGE = Stage.TARGET


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding per localhost name, in every edition."""
    for named in named_hosts(call):
        if named.host.kind is HostKind.LOCALHOST:
            yield Finding(Code.HOST_IS_LOCALHOST, named.data)

"""PORT_NOT_ALLOWED: the URL spells a port that no list entry allows.

Edition 2017: any port fails, seed-2017 §1 "且不能带端口号". Edition current
(platform §1 [doc]): an https entry's port matches exactly, and an entry without
one requires a URL without one, "even :443 fails"; a wss entry covers every port.

A CONNECT target always spells a port: 443 (80 for http and ws) there says
nothing about the URL (platform §4). A host that no list names at all is left to
``domain_list``, as is an entry with a port when the URL has none.

Passes:
    https://api.example.com/ through CONNECT api.example.com:443
    https://api.example.com:8443/ with https://api.example.com:8443 listed, edition current
    wss://ws.example.com/ with Host: ws.example.com:443, which socket libraries write by themselves
    wss://ws.example.com:9000/ with wss://ws.example.com listed, edition current
Fails:
    https://api.example.com:8443/, edition 2017
    https://api.example.com:443/ (Host: api.example.com:443), both editions
"""

from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.editions.edition import PortRule
from wxpolicy.editions.edition import Topic
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.listing import additions
from wxpolicy.rules.listing import admits
from wxpolicy.rules.listing import entries_for
from wxpolicy.rules.listing import of_a_plugin
from wxpolicy.rules.names import NamedHost
from wxpolicy.rules.names import named_hosts
from wxpolicy.rules.stage import Stage
from wxpolicy.url.reasons import MAX_PORT

STAGE = Stage.TARGET


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """At most one finding per host: its first port that no API of ``classification`` allows."""
    for named in named_hosts(call):
        for port in named.ports:
            # Ports outside this range are handled by url_invalid.
            if port is None or not 0 < port <= MAX_PORT or not named.host.ascii:
                continue
            if all(policy.edition.ports[api] is PortRule.NEVER for api in classification.apis):
                yield _never(named, port, policy.edition.clauses[Topic.PORT])
                break
            entries = [entry for api in classification.apis for entry in entries_for(policy, api, named.host)]
            if entries and not any(admits(policy, api, named.host, port) for api in classification.apis):
                listed = sorted({entry.origin for entry in entries})
                data = {**named.data, "port": port, "listed": listed}
                data |= additions(policy, classification, call, named.host.ascii, (port,))
                found = Finding(Code.PORT_NOT_ALLOWED, data, clause=policy.edition.clauses[Topic.PORT])
                yield of_a_plugin(found, call, policy)
                break


def _never(named: NamedHost, port: int, clause: str) -> Finding:
    return Finding(Code.PORT_NOT_ALLOWED, {**named.data, "port": port}, clause=clause)

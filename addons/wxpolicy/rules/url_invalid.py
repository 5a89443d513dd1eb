"""URL_INVALID: a call must name a host, and every host and port in it must be valid.

Fails in every build, with debugging on too: there is no host to compare
(platform §3, errno 600009).

Passes:
    https://api.example.com/  https://api.example.com:8443/  (the port is another rule's)
Fails:
    https://a..example.com/  https://api.example.com\\@evil.example/  https:///path
    https://api.example.com:0/  https://api.example.com:70000/
    Host: %61pi.example.com
"""

from collections.abc import Iterator
from typing import Any

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.call.facts import Where
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.names import NamedHost
from wxpolicy.rules.names import named_hosts
from wxpolicy.rules.stage import Stage
from wxpolicy.text.printable import printable
from wxpolicy.url.hosts import HostKind
from wxpolicy.url.reasons import MAX_PORT
from wxpolicy.url.reasons import name_of

STAGE = Stage.TARGET

# platform §9: mitmproxy hands these out decoded; what was on the wire are A-labels, which are compared.
_DECODED = frozenset({Where.URL, Where.CONNECT, Where.AUTHORITY})


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding per host that is unreadable or has an impossible port, one if there is no host at all."""
    if not call.names:
        yield Finding(Code.URL_INVALID, {"reason": "no_host"})
    for named in named_hosts(call):
        wrong = _wrong_host(named) or _disguised(named) or _wrong_port(named)
        if wrong:
            yield Finding(Code.URL_INVALID, {**named.data, **wrong})


def _wrong_host(named: NamedHost) -> dict[str, Any] | None:
    why = named.host.why
    return None if why is None else {"reason": "host", "why": name_of(why)}


def _disguised(named: NamedHost) -> dict[str, Any] | None:
    """A name that a client's URL parser would have normalised before it compared or sent it.

    On the wire hosts are ASCII (RFC 9110, RFC 6066), and the list is compared exactly (platform §1). In a URL in code,
    Chinese letters are fine.
    """
    if named.host.kind is not HostKind.DOMAIN:
        return None
    for name in named.names:
        plain = name.host.rstrip(".").isascii() or name.where in _DECODED
        if not plain or "%" in name.host:
            return {"reason": "spelling", "spelled": printable(name.host), "place": name.where.value}
    return None


def _wrong_port(named: NamedHost) -> dict[str, Any] | None:
    for name in named.names:
        if name.port is not None and not 0 < name.port <= MAX_PORT:
            return {"reason": "port", "port": name.port, "place": name.where.value}
    return None

"""Matching a host against the server-domain lists, and what would fix a list.

Scheme, host and port compare exactly, per category; path, query and user info
do not count (platform §1 [seen]).
"""

from collections.abc import Iterable

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.editions.edition import PortRule
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.url.hosts import Host
from wxpolicy.url.hosts import HostKind


def scheme_of(api: Api, edition: Edition = DEFAULT) -> str:
    """seed-2017 §1: https for request, uploadFile and downloadFile, wss for connectSocket."""
    return edition.schemes[api]


def entries_for(policy: Policy, api: Api, host: Host) -> tuple[ListedDomain, ...]:
    """The entries of ``api``'s list that name ``host``, whatever their port.

    Only a domain without a trailing dot can equal an entry: the comparison is exact.
    """
    if host.kind is not HostKind.DOMAIN or host.tail_dot:
        return ()
    scheme = scheme_of(api, policy.edition)
    return tuple(entry for entry in policy.listed(api) if entry.scheme == scheme and entry.host == host.ascii)


def admits(policy: Policy, api: Api, host: Host, port: int | None) -> bool:
    """Whether ``api``'s list has ``host`` with ``port`` (None: the URL spells none)."""
    return any(_port_fits(policy.edition.ports[api], entry, port) for entry in entries_for(policy, api, host))


def _port_fits(rule: PortRule, entry: ListedDomain, port: int | None) -> bool:
    match rule:
        case PortRule.NEVER:
            return entry.port is None and port is None
        case PortRule.ANY:
            return True
        case PortRule.EXACT:
            return entry.port == port


def line_to_add(policy: Policy, api: Api, ascii_host: str, ports: Iterable[int | None] = (None,)) -> str:
    """The entry that would admit the host. It carries a port only where entries do and it counts."""
    port = next((port for port in ports if port is not None), None)
    if policy.edition.ports[api] is not PortRule.EXACT:
        port = None
    return ListedDomain("", scheme_of(api, policy.edition), ascii_host, port).origin


def how_to_add(policy: Policy, api: Api, ascii_host: str, ports: Iterable[int | None] = (None,)) -> dict[str, str]:
    """The entry that would admit the host and where it goes, as findings keep it."""
    return {
        "api": api.value,
        "line": line_to_add(policy, api, ascii_host, ports),
        "console": policy.edition.console,
        "list": policy.edition.category_names[api],
    }


def titles(apis: Iterable[Api], edition: Edition = DEFAULT) -> list[str]:
    """The headings of the lists on the platform's admin page."""
    return [edition.category_names[api] for api in apis]

"""Matching a host against the server-domain lists, and the words for fixing a list.

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
from wxpolicy.terms import Text
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


def how_to_add(policy: Policy, api: Api, line: str) -> Text:
    """Where to write ``line``: on the admin page and in policy.yaml."""
    page, category = policy.edition.console, policy.edition.category_names[api]
    return Text(
        f"登录小程序后台，在「{page}」的「{category}」中加入 {line}；并在 policy.yaml 的 domains.{api.value} 下加一行「- {line}」。",
        f"Log in to the mini-program admin site (小程序后台), open 「{page}」 and add {line} under 「{category}」;"
        f' also add the line "- {line}" under domains.{api.value} in policy.yaml.',
    )


def titles(apis: Iterable[Api], edition: Edition = DEFAULT) -> Text:
    """The headings of the categories on the platform's admin page, as a list in a sentence."""
    names = [f"「{edition.category_names[api]}」" for api in apis]
    return Text("、".join(names), ", ".join(names))

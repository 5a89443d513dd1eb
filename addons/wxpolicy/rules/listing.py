"""Matches a host against the server-domain lists, and suggests additions.

Scheme, host and port compare exactly, per category; path, query and user info do not count (platform §1 [seen]).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.editions.edition import PortRule
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.url.hosts import Host
from wxpolicy.url.hosts import HostKind
from wxpolicy.url.hosts import read_host
from wxpolicy.url.hosts import with_brackets
from wxpolicy.url.urls import DEFAULT_PORTS


def scheme_of(api: Api, edition: Edition = DEFAULT) -> str:
    """seed-2017 §1: https for request, uploadFile and downloadFile, wss for connectSocket."""
    return edition.schemes[api]


def entries_for(policy: Policy, api: Api, host: Host) -> tuple[ListedDomain, ...]:
    """The entries of ``api``'s list with this ``host``, whatever their port.

    Only a domain without a trailing dot can equal an entry: the comparison is exact.
    """
    if host.kind is not HostKind.DOMAIN or host.tail_dot:
        return ()
    entries = policy.listed(api).by_host.get(host.ascii)
    if entries is None:
        return ()
    scheme = scheme_of(api, policy.edition)
    return tuple(entry for entry in entries if entry.scheme == scheme)


def admits(policy: Policy, api: Api, host: Host, port: int | None) -> bool:
    """Whether ``api``'s list has ``host`` with ``port`` (None: the URL has none)."""
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
    """The entry that would allow the host. It has a port only if entries may have one and it matters."""
    port = next((port for port in ports if port is not None), None)
    if policy.edition.ports[api] is not PortRule.EXACT:
        port = None
    return ListedDomain("", scheme_of(api, policy.edition), ascii_host, port).origin


def how_to_add(policy: Policy, api: Api, ascii_host: str, ports: Iterable[int | None] = (None,)) -> dict[str, str]:
    """The entry that would allow the host and its list, in the form of findings."""
    return {
        "api": api.value,
        "line": line_to_add(policy, api, ascii_host, ports),
        "console": policy.edition.console,
        "list": policy.edition.category_names[api],
    }


def additions(
    policy: Policy,
    classification: Classification,
    call: CallFacts,
    ascii_host: str,
    ports: Iterable[int | None] = (None,),
) -> dict[str, Any]:
    """What would allow the host, in the form of findings: for each API that decides, and what to write if it is
    another.

    "add" is the likeliest, "add_others" the rest of those that decide; "other" names the readings that do not decide
    and the URL by which to declare them.
    """
    ports = tuple(ports)
    first, *rest = (how_to_add(policy, api, ascii_host, ports) for api in classification.apis)
    data: dict[str, Any] = {"add": first}
    if rest:
        data["add_others"] = rest
    return data | other_reading(classification, call)


def other_reading(classification: Classification, call: CallFacts) -> dict[str, Any]:
    """The readings that do not decide, and where to declare that one of them is meant."""
    if not classification.others:
        return {}
    return {
        "other": {
            "likely": classification.api.value,
            "apis": [api.value for api in classification.others],
            "url": declarable_url(call),
        }
    }


def declarable_url(call: CallFacts) -> str:
    """The call's URL in the form of ``apis`` in policy.yaml: without its query."""
    if not call.names:
        return ""
    host, port = (
        read_host(call.host).ascii or "?",
        next((name.port for name in call.names if name.port is not None), None),
    )
    shown_port = "" if port is None or port == DEFAULT_PORTS.get(call.scheme) else f":{port}"
    path = call.path.partition("?")[0]
    return f"{call.scheme}://{with_brackets(host)}{shown_port}{path if path.startswith('/') else '/'}"


def of_a_plugin(finding: Finding, call: CallFacts, policy: Policy) -> Finding:
    """What a list says of a call, where it may not be the list that decides: a plugin has lists of its own.

    plugin [doc]: "插件的请求域名列表与小程序相互独立". Which plugin called is not on the wire, nor what it lists.
    """
    header = policy.edition.plugin_header
    if header is None or header not in call.headers or not finding.fails:
        return finding
    data = {**finding.data, "plugin_header": header.upper()}
    return replace(
        finding,
        data=data,
        severity=Severity.WARNING,
        status=Status.NOT_OBSERVABLE,
        known=Known.DOCUMENTED,
        clause="plugin [doc]",
    )


def titles(apis: Iterable[Api], edition: Edition = DEFAULT) -> list[str]:
    """The headings of the lists on the platform's admin page."""
    return [edition.category_names[api] for api in apis]

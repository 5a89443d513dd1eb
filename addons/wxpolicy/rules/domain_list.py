"""DOMAIN_NOT_LISTED, DOMAIN_WRONG_CATEGORY, API_AMBIGUOUS: each API may reach only the hosts in its own list.

seed-2017 §1: a mini-program talks to the domains that were set up, per
category. Comparison is exact: a parent never covers a child (platform §1), a
trailing dot makes another name, homographs have other A-labels.

Passes:
    wx.request https://api.example.com/ with it under request
    a bare GET (request or downloadFile) with the host under either; where only one
    has it, a warning says so
Fails:
    wx.request https://api.example.com/ with https://example.com listed
    wx.request https://cdn.example.com/ with it under downloadFile only (wrong category)
    https://api.example.com./ with https://api.example.com listed

Not observable:
    wx.request to a host that is not listed, with X-WECHAT-HOSTSIGN: a plugin called, and its lists are its own

Where one API is likely, its list decides alone, and what is refused names the other
reading and how to declare it.

Hosts that no list could admit (unreadable, IP, localhost, reserved) are the
other rules' and are left out here.
"""

from collections.abc import Iterator
from typing import Any

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.policy import Policy
from wxpolicy.policy import parents_of
from wxpolicy.rules.listing import additions
from wxpolicy.rules.listing import admits
from wxpolicy.rules.listing import declarable_url
from wxpolicy.rules.listing import entries_for
from wxpolicy.rules.listing import how_to_add
from wxpolicy.rules.listing import of_a_plugin
from wxpolicy.rules.listing import scheme_of
from wxpolicy.rules.listing import titles
from wxpolicy.rules.names import NamedHost
from wxpolicy.rules.names import named_hosts
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api
from wxpolicy.url.hosts import HostKind

STAGE = Stage.TARGET

_CLAUSE = "seed-2017 §1"
_CLAUSE_EXACT = "platform §1 [seen]"
_CLAUSE_NAME = "RFC 1123 §2.1"
_CLAUSE_AMBIGUOUS = "platform §4"


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding per refused host, or one note per host that only some of the APIs list."""
    for finding in _check(call, classification, policy):
        yield of_a_plugin(finding, call, policy)


def _check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    apis = classification.apis
    hosts = [named for named in named_hosts(call) if _is_listable(named, policy)]
    # 1) One API that lists every host is enough; what the others would do is not on the wire.
    refusing = [api for api in apis if not all(_admitted(policy, api, named) for named in hosts)]
    if len(refusing) < len(apis):
        admitting = [api for api in apis if api not in refusing]
        for named in hosts:
            refusing_it = [api for api in refusing if not _admitted(policy, api, named)]
            if refusing_it:
                yield _ambiguous(named, admitting, refusing_it, policy, call)
        return
    # 2) Each host that no API allows.
    refused = [named for named in hosts if not any(_admitted(policy, api, named) for api in apis)]
    for named in refused:
        yield from _refusal(named, classification, policy, call)
    # 3) Each host is allowed by some API, but no API allows all of them.
    if not refused:
        yield _no_common_category(hosts, apis, policy)


def _is_listable(named: NamedHost, policy: Policy) -> bool:
    return named.host.kind is HostKind.DOMAIN and named.host.ascii not in policy.edition.reserved_hosts


def _admitted(policy: Policy, api: Api, named: NamedHost) -> bool:
    return all(admits(policy, api, named.host, port) for port in named.ports)


def _refusal(named: NamedHost, classification: Classification, policy: Policy, call: CallFacts) -> Iterator[Finding]:
    host, api, apis = named.host, classification.api, classification.apis
    data: dict[str, Any] = {
        **named.data,
        "apis": [each.value for each in apis],
        "lists": titles(apis, policy.edition),
        **additions(policy, classification, call, host.ascii, named.ports),
    }
    # 2a) The host is listed with another port.
    entries = [entry for each in apis for entry in entries_for(policy, each, host)]
    if entries:
        spelled = [port for port in named.ports if port is not None]
        if not all(any(admits(policy, each, host, port) for each in apis) for port in spelled):
            return  # reported by rules/port.py
        data["listed"] = sorted({entry.origin for entry in entries})
        data["ports"] = list(named.ports)
        yield Finding(Code.DOMAIN_NOT_LISTED, data, clause="platform §1 [doc]")
        return

    # 2b) A trailing dot makes it another name.
    if host.tail_dot:
        data |= {"host": host.ascii, "tail_dot": True, "scheme": scheme_of(api, policy.edition)}
        yield Finding(Code.DOMAIN_NOT_LISTED, data, known=Known.MEASURED, clause=_CLAUSE_EXACT)
        return

    # 2c) No list can contain it.
    if not named.host.has_plain_labels:
        del data["add"]
        data.pop("add_others", None)
        yield Finding(Code.DOMAIN_NOT_LISTED, data | {"unlistable": True}, clause=_CLAUSE_NAME)
        return

    # 2d) It is in another category.
    elsewhere = [other for other in Api if other not in apis and entries_for(policy, other, host)]
    if elsewhere:
        data["listed_under"] = titles(elsewhere, policy.edition)
        yield Finding(Code.DOMAIN_WRONG_CATEGORY, data, clause=_CLAUSE)
        return

    # 2e) It is in no category; a parent or a child may be mistaken for it.
    yield Finding(Code.DOMAIN_NOT_LISTED, data | _relatives(host.ascii, apis, policy), clause=_CLAUSE)


def _relatives(host: str, apis: tuple[Api, ...], policy: Policy) -> dict[str, str]:
    lists = [policy.listed(api) for api in apis]
    parents = [parent for parent in parents_of(host) if any(parent in listed.by_host for listed in lists)]
    if parents:
        return {"parent": max(parents)}
    children = [listed.first_below[host] for listed in lists if host in listed.first_below]
    return {"child": min(children)} if children else {}


def _ambiguous(named: NamedHost, admitting: list[Api], refusing: list[Api], policy: Policy, call: CallFacts) -> Finding:
    data = {
        **named.data,
        "admitting": [api.value for api in admitting],
        "refusing": [api.value for api in refusing],
        "admitting_lists": titles(admitting, policy.edition),
        "refusing_lists": titles(refusing, policy.edition),
        "add": how_to_add(policy, refusing[0], named.host.ascii, named.ports),
        "url": declarable_url(call),
    }
    return Finding(Code.API_AMBIGUOUS, data, clause=_CLAUSE_AMBIGUOUS)


def _no_common_category(hosts: list[NamedHost], apis: tuple[Api, ...], policy: Policy) -> Finding:
    data = {
        "host": hosts[0].shown,
        "hosts": [named.data for named in hosts],
        "apis": [api.value for api in apis],
        "lists": titles(apis, policy.edition),
    }
    return Finding(Code.DOMAIN_WRONG_CATEGORY, data, clause=_CLAUSE)

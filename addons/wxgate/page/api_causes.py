"""Causes, and the server domains: what is listed, what was called, what is missing."""

from collections.abc import Mapping
from typing import Any

from wxgate.page.calls_of_policy import calls_of
from wxgate.page.causes import MOST_CAUSES
from wxgate.page.causes import causes_of
from wxgate.page.causes import in_order
from wxgate.page.causes import missing_lines
from wxgate.page.causes import told as told_causes
from wxgate.page.handlers import Handler
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Api
from wxpolicy.text.printable import printable
from wxsession.filters import EVERY_CALL
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term
from wxsession.filters import host_of
from wxsession.store import StoreReader
from wxsession.store import Tally

MOST_HOSTS = 1000


class Causes(Handler):
    async def get(self) -> None:
        wanted, policies = self.wanted(), self.sources.policies()
        key = ("causes", wanted)
        told = await self.sources.store.ask_once(
            key, lambda reader: _causes(reader, wanted, policies), depends_on=policies
        )
        self.finish(told)


class Domains(Handler):
    async def get(self) -> None:
        """With several policies, ``policy`` is the appid of the one that is meant; without it, the first."""
        policies, policy = self.sources.policies(), self.policy_of(self.query("policy"))
        key = ("domains", policy.appid)
        told = await self.sources.store.ask_once(
            key, lambda reader: _domains(reader, policy, policies), depends_on=policies
        )
        self.finish(told)


def _causes(reader: StoreReader, wanted: CallFilter, policies: PolicySet) -> dict[str, Any]:
    """For each policy separately: what one mini-program may do, another may not."""
    lists, causes = [], []
    for policy in policies:
        its_own = calls_of(policy, policies, wanted)
        found = causes_of(reader.groups(its_own), policy) if its_own is not None else []
        lists += _lists(missing_lines(found, reader, policy), policy)
        causes += found
    causes = in_order(causes)
    shown = told_causes(causes, reader)
    return {
        "causes": shown,
        "more": len(causes) - len(shown),
        "most": MOST_CAUSES,
        "lists": lists,
        "matching": reader.count(wanted),
        "total": reader.count(),
    }


def _domains(reader: StoreReader, policy: Policy, policies: PolicySet) -> dict[str, Any]:
    """``entries`` count the calls to their host and port; ``missing_calls`` those to missing entries; ``unlisted`` are
    hosts that were called and are in no list, whatever the reason."""
    its_own = calls_of(policy, policies) or EVERY_CALL
    calls = {(tally.values[0], tally.values[1]): tally for tally in reader.tally((Field.API, Field.HOST), its_own)}
    missing = missing_lines(causes_of(reader.groups(its_own), policy), reader, policy)
    lists = _lists(missing, policy)
    named: set[str] = set()
    for told_list in lists:
        api = Api(told_list["api"])
        entries = list(policy.listed(api))
        named |= {entry.host for entry in entries} | {host_of(line) for line in told_list["missing"]}
        told_list["entries"] = [
            {"entry": each.origin, **_hits(reader, api, each, entries, calls, its_own)} for each in entries
        ]
        found = [calls.get((api.value, host_of(line))) for line in told_list["missing"]]
        told_list["missing_calls"] = [tally.calls if tally is not None else 0 for tally in found]
    hosts = [
        {"api": api, "host": host, **_counted(tally), "unlisted": host not in named}
        for (api, host), tally in sorted(calls.items(), key=lambda pair: -pair[1].calls)
    ]
    return {"lists": lists, "hosts": hosts[:MOST_HOSTS], "more_hosts": max(0, len(hosts) - MOST_HOSTS)}


def _hits(
    reader: StoreReader,
    api: Api,
    entry: ListedDomain,
    entries: list[ListedDomain],
    calls: Mapping[tuple[str, str], Tally],
    its_own: CallFilter,
) -> dict[str, Any]:
    ports = {other.port for other in entries if other.host == entry.host and other.port is not None}
    if not ports:
        return _counted(calls.get((api.value, entry.host)))
    # The URLs tell which of them was meant.
    terms = [Term(Field.API, api.value), Term(Field.HOST, entry.host)]
    if entry.port is not None:
        terms.append(Term(Field.TEXT, f"//{entry.host}:{entry.port}/"))
    else:
        terms += [Term(Field.TEXT, f"//{entry.host}:{port}/", is_negated=True) for port in ports]
    found = reader.tally((Field.API,), CallFilter((*its_own.terms, *terms)))
    return _counted(found[0] if found else None)


def _counted(tally: Tally | None) -> dict[str, Any]:
    if tally is None:
        return {"calls": 0, "release_failed": 0, "debug_only": 0, "last_at": None}
    return {
        "calls": tally.calls,
        "release_failed": tally.release_failed,
        "debug_only": tally.debug_only,
        "last_at": tally.last_at,
    }


def _lists(missing: Mapping[Api, list[str]], policy: Policy) -> list[dict[str, Any]]:
    """Each category with its name on the admin page, its missing entries, and the complete list in the format of that
    page."""
    made = []
    for api in Api:
        listed = [entry.origin for entry in policy.listed(api)]
        lacking = [printable(line) for line in missing.get(api, []) if line not in listed]
        made.append(
            {
                "api": api.value,
                "policy": policy.recorded_as,
                "category": policy.edition.category_names[api],
                "listed": listed,
                "missing": lacking,
            }
        )
    return made

"""Causes, and the server domains: what is listed, what was called, what is missing."""

from collections.abc import Mapping
from typing import Any

from wxgate.page.causes import MOST_CAUSES
from wxgate.page.causes import causes_of
from wxgate.page.causes import missing_lines
from wxgate.page.causes import told as told_causes
from wxgate.page.handlers import Handler
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.text.printable import printable
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term
from wxsession.filters import host_of
from wxsession.store import StoreReader
from wxsession.store import Tally

MOST_HOSTS = 1000


class Causes(Handler):
    async def get(self) -> None:
        wanted, policy = self.wanted(), self.sources.policy()
        key = ("causes", wanted)
        told = await self.sources.store.ask_once(key, lambda reader: _causes(reader, wanted, policy), depends_on=policy)
        self.finish(told)


class Domains(Handler):
    async def get(self) -> None:
        policy = self.sources.policy()
        told = await self.sources.store.ask_once("domains", lambda reader: _domains(reader, policy), depends_on=policy)
        self.finish(told)


def _causes(reader: StoreReader, wanted: CallFilter, policy: Policy) -> dict[str, Any]:
    causes = causes_of(reader.groups(wanted))
    shown = told_causes(causes, reader, policy)
    return {
        "causes": shown,
        "more": len(causes) - len(shown),
        "most": MOST_CAUSES,
        "lists": _lists(missing_lines(causes, reader, policy), policy),
        "matching": reader.count(wanted),
        "total": reader.count(),
    }


def _domains(reader: StoreReader, policy: Policy) -> dict[str, Any]:
    """``entries`` count the calls to their host and port; ``missing_calls`` those to what is missing;
    ``unlisted`` are hosts that were called and stand nowhere, whatever the reason."""
    calls = {(tally.values[0], tally.values[1]): tally for tally in reader.tally((Field.API, Field.HOST))}
    missing = missing_lines(causes_of(reader.groups()), reader, policy)
    lists = _lists(missing, policy)
    named: set[str] = set()
    for told_list in lists:
        api = Api(told_list["api"])
        entries = list(policy.listed(api))
        named |= {entry.host for entry in entries} | {host_of(line) for line in told_list["missing"]}
        told_list["entries"] = [{"entry": each.origin, **_hits(reader, api, each, entries, calls)} for each in entries]
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
    found = reader.tally((Field.API,), CallFilter(tuple(terms)))
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
    """Each category with its name on the admin page, what it lacks, and the whole of it as that page takes it."""
    made = []
    for api in Api:
        listed = [entry.origin for entry in policy.listed(api)]
        lacking = [printable(line) for line in missing.get(api, []) if line not in listed]
        made.append(
            {
                "api": api.value,
                "category": policy.edition.category_names[api],
                "listed": listed,
                "missing": lacking,
            }
        )
    return made

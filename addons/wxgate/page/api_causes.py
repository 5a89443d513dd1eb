"""Causes, and the server domains: what is listed, what was called, what is missing."""

from collections import Counter
from typing import Any

from wxgate.page.causes import MOST_CAUSES
from wxgate.page.causes import causes_of
from wxgate.page.causes import missing_lines
from wxgate.page.causes import told as told_causes
from wxgate.page.handlers import Handler
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.text.printable import printable
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.store import StoreReader


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
    calls: dict[tuple[str, str], Counter[str]] = {}
    for tally in reader.tally((Field.API, Field.HOST)):
        calls[(tally.values[0], tally.values[1])] = Counter(
            calls=tally.calls, release_failed=tally.release_failed, debug_only=tally.debug_only
        )
    missing = missing_lines(causes_of(reader.groups()), reader, policy)
    lists = _lists(missing, policy)
    for told_list in lists:
        api = told_list["api"]
        told_list["entries"] = [
            {"entry": listed.origin, **calls.get((api, listed.host), Counter(calls=0, release_failed=0, debug_only=0))}
            for listed in policy.listed(Api(api))
        ]
    hosts = [{"api": api, "host": host, **counted} for (api, host), counted in list(calls.items())[:1000]]
    return {"lists": lists, "hosts": hosts, "more_hosts": max(0, len(calls) - 1000)}


def _lists(missing: dict[Api, list[str]], policy: Policy) -> list[dict[str, Any]]:
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

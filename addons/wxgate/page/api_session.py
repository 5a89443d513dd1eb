"""The session itself: its facts, how many calls it has, and what went wrong in it."""

from collections.abc import Mapping
from typing import Any

from wxgate.page.handlers import Handler
from wxgate.page.shown_policy import shown_policy
from wxredact.records import redact_facts
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term
from wxsession.store import StoreReader

MOST_UNTRUSTING = 10
_FAILED = CallFilter((Term(Field.OUTCOME, "fail"),))
_RELEASE_FAILED = CallFilter((Term(Field.RELEASE, "fail"),))
_DEBUG_ONLY = CallFilter((Term(Field.DEBUG_ONLY, "1"),))


class Session(Handler):
    async def get(self) -> None:
        told = await self.sources.store.ask_once("session", _told)
        policies = self.sources.policies()
        policy = shown_policy(policies.policies[0], policies, self.sources.editor)
        now = {
            "appid": policies.agreed(lambda each: each.appid),
            "edition": policies.agreed(lambda each: each.edition.name),
            "mode": policies.agreed(lambda each: each.mode.value),
            "scope": policies.nameless.scope.value,
        }
        now = now if self.sources.editor else {}
        self.finish({**told, **now, "policy": policy, **self.sources.live()})


class Sessions(Handler):
    def get(self) -> None:
        others = self.sources.others
        self.finish({"others": others.names() if others is not None else []})


def _told(reader: StoreReader) -> dict[str, Any]:
    facts = redact_facts(reader.facts())
    return {
        "name": facts.name,
        "folder": facts.path,
        "live": False,
        "started_at": facts.started_at,
        "ended_at": facts.ended_at,
        "appid": facts.appid,
        "edition": facts.edition,
        "mode": facts.mode,
        "scope": facts.scope,
        "calls": reader.count(),
        "failed": reader.count(_FAILED),
        "release_failed": reader.count(_RELEASE_FAILED),
        "debug_only": reader.count(_DEBUG_ONLY),
        "counts": dict(facts.counts),
        "foreign_appids": dict(facts.foreign_appids),
        "untrusting": _by_device(facts.untrusting),
        "passed_unopened": list(facts.passed_unopened),
        "dropped_records": facts.dropped_records,
        "notices": [text._asdict() for text in (*facts.notices, *facts.unread)],
    }


def _by_device(untrusting: Mapping[str, int]) -> dict[str, list[str]]:
    """The hosts whose apps refused the certificate, a few for each device."""
    found: dict[str, list[str]] = {}
    for pair in untrusting:
        device, _, host = pair.partition(" ")
        if len(found) < MOST_UNTRUSTING or device in found:
            hosts = found.setdefault(device, [])
            if len(hosts) < MOST_UNTRUSTING:
                hosts.append(host)
    return found

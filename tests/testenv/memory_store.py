"""A second store, in memory: what recording and reports ask of a store is enough to make one."""

from collections import Counter
from concurrent.futures import Future
from pathlib import Path

from wxpolicy.call.record import SessionFacts
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text
from wxsession.filters import EVERY_CALL
from wxsession.filters import Field
from wxsession.filters import host_of
from wxsession.portion import Made
from wxsession.store import AppState
from wxsession.store import Group
from wxsession.store import InUse
from wxsession.store import SessionUnreadable
from wxsession.store import Tally
from wxsession.store import Window


def _done() -> Future:
    done: Future = Future()
    done.set_result(True)
    return done


class MemorySession:
    """Both sides of one session."""

    dropped = 0
    behind = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.trouble: list[Text] = []
        self.policies: list[str] = []
        self._calls: dict = {}
        self._flows: dict = {}
        self._facts: dict[str, str] = {}
        self._notices: list[Text] = []
        self._refused: Counter = Counter()
        self._states: list[AppState] = []
        self._version = 0

    # Written

    def call(self, record, flow=None, *, is_last=True):
        self._calls[record.id] = record
        if flow is not None:
            self._flows[record.id] = flow
        self._version += 1
        return _done()

    def keep(self, record, flow):
        self.call(record, flow)

    def changed(self, record):
        return self.call(record)

    def handshake(self, at, device, host, side, trouble):
        self._refused[f"{device} {host}"] += side == "client"
        return _done()

    def app_state(self, at, device, appid, state, source):
        self._states.append(AppState(at, device, appid, state, source))
        return _done()

    def notice(self, at, text):
        self._notices.append(text)
        return _done()

    def fact(self, name, value):
        self._facts[name] = value
        return _done()

    def policy(self, at, text):
        self.policies.append(text)

    def discard(self):
        self._calls.clear()

    def close(self, timeout_s=0.0):
        return 0

    # Read

    def _sorted(self, wanted):
        return sorted(filter(wanted.admits, self._calls.values()), key=lambda record: record.started_at)

    def count(self, wanted=EVERY_CALL):
        return len(self._sorted(wanted))

    def records(self, wanted=EVERY_CALL):
        return iter(self._sorted(wanted))

    def portions(self, wanted=EVERY_CALL):
        return iter([Made(tuple(self._sorted(wanted)))])

    def say_unreadable(self, count):
        assert not count

    def window(self, wanted, start, length, *, newest_first=True):
        found = self._sorted(wanted)
        found = found[::-1] if newest_first else found
        return Window(tuple(found[start : start + length]), start, len(found), len(self._calls))

    def record(self, call_id):
        return self._calls.get(call_id)

    def flow(self, call_id):
        return self._flows.get(call_id)

    def groups(self, wanted=EVERY_CALL):
        counted: Counter = Counter()
        first: dict = {}
        for record in self._sorted(wanted):
            for each in record.findings:
                key = (each.code, each.subject, each.severity, each.status, each.platforms, record.api, record.client)
                key += (host_of(record.url), record.debug_only)
                counted[key] += 1
                first.setdefault(key, record.id)
        return [Group(*key, count, first[key]) for key, count in counted.most_common()]

    def tally(self, by, wanted=EVERY_CALL):
        made: dict = {}
        for record in self._sorted(wanted):
            seen = {
                Field.API: record.api,
                Field.HOST: host_of(record.url),
                Field.DEVICE: record.device,
                Field.APPID: record.appid or "",
            }
            made.setdefault(tuple(seen[field] for field in by), []).append(record)
        tallies = [
            Tally(
                values,
                len(calls),
                sum(call.outcome is Outcome.FAIL for call in calls),
                sum(call.release.outcome is Outcome.FAIL for call in calls),
                sum(call.debug_only for call in calls),
                min(call.started_at for call in calls),
                max(call.started_at for call in calls),
            )
            for values, calls in made.items()
        ]
        return sorted(tallies, key=lambda tally: -tally.calls)

    def app_states(self):
        return list(self._states)

    def version(self):
        return self._version

    def scope(self):
        return self._facts.get("scope")

    def kept(self, name):
        return self._facts.get(name)

    def facts(self):
        named = {name: self._facts[name] for name in ("mode", "scope", "edition", "appid") if name in self._facts}
        return SessionFacts(
            self.folder.name, str(self.folder), untrusting=dict(self._refused), notices=tuple(self._notices), **named
        )


class MemoryStore:
    """``sessions`` by their folder, none of which is ever made."""

    def __init__(self) -> None:
        self.sessions: dict[Path, MemorySession] = {}

    def create(self, folder, on_trouble):
        if folder in self.sessions:
            raise InUse(str(folder))
        self.sessions[folder] = MemorySession(folder)
        return self.sessions[folder]

    def open(self, folder):
        if folder not in self.sessions:
            raise SessionUnreadable(Text(f"{folder} 不存在", f"{folder} is not there"))
        return self.sessions[folder]

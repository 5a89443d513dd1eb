"""Invariant: whatever happens in whatever order, no slot leaks, nothing is cut in the foreground, nothing outlives its end.

The machine acts like the proxy: it carries out what it is told, wakes late now
and then, and keeps its own books of who lives, since when, and until when.
"""

from dataclasses import dataclass
from types import MappingProxyType

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import invariant
from hypothesis.stateful import rule

from wxpolicy.editions import EDITIONS
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.policy import Background
from wxpolicy.policy import Concurrency
from wxpolicy.policy import Policy
from wxpolicy.state.app import App
from wxpolicy.state.deadlines import TimedOut
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.lifecycle import InBackground
from wxpolicy.state.lifecycle import Interrupted
from wxpolicy.state.slots import Admitted
from wxpolicy.state.slots import Exceeded
from wxpolicy.state.slots import Queued
from wxpolicy.state.slots import Started
from wxpolicy.terms import Api

GRACE_MS = 50
APIS = (Api.REQUEST, Api.CONNECT_SOCKET)


@dataclass
class Call:
    api: Api
    began_ms: int
    deadline_ms: int | None
    runs: bool
    timeout_ms: int


class AnyOrderOfEvents(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.policy = policy_with(2, "queue", 80, WECHAT_2017)
        self.app = App(self.policy)
        self.now_ms = 0
        self.calls = {}  # in the order of beginning
        self.next_id = 0
        self.foreground, self.pinned = True, False
        self.exposed_since = None  # in the background and not exempt
        self.may_run = dict.fromkeys(APIS, 2)

    # The books.

    def running(self, api):
        return [name for name, call in self.calls.items() if call.api is api and call.runs]

    def waiting(self, api):
        return [name for name, call in self.calls.items() if call.api is api and not call.runs]

    @property
    def grace_end_ms(self):
        return None if self.exposed_since is None else self.exposed_since + GRACE_MS

    @property
    def in_background(self):
        return self.exposed_since is not None and self.now_ms >= self.grace_end_ms

    def end_of(self, call):
        """When and how a call's time ends, if it does."""
        ends = []
        if call.deadline_ms is not None:
            ends.append((call.deadline_ms, 0, TimedOut))
        if self.exposed_since is not None:
            ends.append((self.grace_end_ms, 1, Interrupted))
        return min(ends, default=None)

    def carry_out(self, events):
        """Check each event, then settle: by the books nobody may be left whose end has come."""
        for event in events:
            call = self.calls[event.call_id]
            if isinstance(event, Started):
                assert event.call_id == self.waiting(call.api)[0], "overtaken"
                assert event.queued_ms == self.now_ms - call.began_ms
                call.runs = True
                call.deadline_ms = self.now_ms + call.timeout_ms
                continue
            at_ms, _, kind = self.end_of(call)
            assert (type(event), event.at_ms) == (kind, at_ms), "cut for the wrong reason or at the wrong time"
            assert at_ms <= self.now_ms, "cut too early"
            del self.calls[event.call_id]
        overdue = [name for name, call in self.calls.items() if (end := self.end_of(call)) and end[0] <= self.now_ms]
        assert not overdue, "outlived its end"

    def reexpose(self):
        exposed = not self.foreground and not (self.pinned and self.policy.edition.pinned_is_exempt)
        if not exposed:
            self.exposed_since = None
        elif self.exposed_since is None:
            self.exposed_since = self.now_ms

    # What can happen.

    @rule(ms=st.sampled_from([0, 1, 10, 29, 30, 49, 50, 51, 80]))
    def time_passes_unseen(self, ms):
        self.now_ms += ms

    @rule()
    def time_passes_until_the_next_deadline(self):
        at_ms = self.app.next_deadline_ms()
        if at_ms is not None:
            self.now_ms = max(self.now_ms, at_ms)
            self.carry_out(self.app.due(self.now_ms))

    @rule(api=st.sampled_from(APIS))
    def begin(self, api):
        self.next_id += 1
        name = str(self.next_id)
        begun = self.app.begin(name, api, self.policy, self.now_ms)
        self.carry_out(begun.events)
        limit = self.policy.concurrency.limit(api)
        timeout_ms = self.policy.network_timeout_ms[api]
        call = Call(api, self.now_ms, self.now_ms + timeout_ms, runs=True, timeout_ms=timeout_ms)
        if self.in_background:
            assert begun.standing == InBackground(self.exposed_since, self.grace_end_ms)
        elif len(self.running(api)) < limit:
            assert begun.standing == Admitted()
            self.calls[name] = call
        elif self.policy.excess_of(api) == "fail":
            assert begun.standing == Exceeded(limit, len(self.running(api)))
        else:
            call.runs, call.deadline_ms = False, None
            self.calls[name] = call
            assert begun.standing == Queued(len(self.waiting(api)))

    @rule(data=st.data())
    def end(self, data):
        """Of any call that ever was: running, waiting, over, refused."""
        name = str(data.draw(st.integers(0, self.next_id)))
        self.calls.pop(name, None)
        self.carry_out(self.app.end(name, self.now_ms))

    @rule(data=st.data())
    def open_socket(self, data):
        name = str(data.draw(st.integers(0, self.next_id)))
        if name in self.calls:
            self.calls[name].deadline_ms = None
        self.carry_out(self.app.opened(name, self.now_ms))

    @rule(change=st.sampled_from(Change))
    def change(self, change):
        self.carry_out(self.app.apply(change, self.now_ms))
        if change in (Change.BACKGROUND, Change.FOREGROUND):
            self.foreground = change is Change.FOREGROUND
        else:
            self.pinned = change is Change.PINNED
        self.reexpose()

    @rule(
        limit=st.integers(1, 3),
        excess=st.sampled_from(["queue", "fail"]),
        timeout_ms=st.sampled_from([30, 80, 200]),
        edition=st.sampled_from(list(EDITIONS.values())),
    )
    def edit_policy(self, limit, excess, timeout_ms, edition):
        self.policy = policy_with(limit, excess, timeout_ms, edition)
        self.carry_out(self.app.adopt(self.policy, self.now_ms))
        self.reexpose()

    # What always holds.

    @invariant()
    def no_slot_leaks_and_no_limit_is_passed(self):
        for api in APIS:
            running, waiting = self.running(api), self.waiting(api)
            assert (self.app.running(api), list(self.app.waiting(api))) == (len(running), waiting)
            limit = self.policy.concurrency.limit(api)
            # A lowered limit cuts nobody; it only lets nobody in.
            assert len(running) <= max(limit, self.may_run[api])
            self.may_run[api] = max(limit, len(running))
            assert not waiting or len(running) >= limit
        assert self.app.call_count == len(self.calls)

    @invariant()
    def it_asks_to_be_woken_for_the_next_end(self):
        ends = [end[0] for call in self.calls.values() if (end := self.end_of(call))]
        assert self.app.next_deadline_ms() == min(ends, default=None)

    def teardown(self):
        for name in list(self.calls):
            self.calls.pop(name, None)
            self.carry_out(self.app.end(name, self.now_ms))
        assert self.app.call_count == 0
        assert self.app.next_deadline_ms() is None
        assert all(self.app.running(api) == 0 and not self.app.waiting(api) for api in Api)


def policy_with(limit, excess, timeout_ms, edition):
    return Policy(
        edition=edition,
        network_timeout_ms=MappingProxyType(dict.fromkeys(Api, timeout_ms)),
        concurrency=Concurrency(limit, limit, limit, limit, excess),
        background=Background(grace_ms=GRACE_MS),
    )


TestAnyOrderOfEvents = AnyOrderOfEvents.TestCase
TestAnyOrderOfEvents.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)

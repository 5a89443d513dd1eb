"""Invariant: never more than the limit run, nobody overtakes, and no slot is free while somebody waits."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import invariant
from hypothesis.stateful import rule

from wxpolicy.state.slots import Admitted
from wxpolicy.state.slots import Exceeded
from wxpolicy.state.slots import Queued
from wxpolicy.state.slots import Slots
from wxpolicy.state.slots import Started


def full(limit=2, excess="queue", waiting=()):
    slots = Slots(limit, excess)
    for number in range(limit):
        assert slots.ask(f"runs{number}", 0) == Admitted()
    for name in waiting:
        slots.ask(name, 0)
    return slots


def test_the_eleventh_call_waits():
    slots = full(10)
    assert slots.ask("k", 5) == Queued(1)
    assert slots.ask("l", 6) == Queued(2)
    assert (slots.running, slots.waiting) == (10, ("k", "l"))


def test_the_eleventh_call_fails_where_excess_fails_and_leaves_no_trace():
    slots = full(10, "fail")
    assert slots.ask("k", 5) == Exceeded(limit=10, running=10)
    assert (slots.running, slots.waiting) == (10, ())
    slots.leave("runs0", 6)
    assert slots.ask("k", 7) == Admitted()


def test_no_limit_admits_everybody():
    slots = Slots(None, "fail")
    assert all(slots.ask(str(number), 0) == Admitted() for number in range(1000))


def test_the_first_in_the_queue_starts_with_its_waiting_time():
    slots = full()
    slots.ask("a", 100)
    slots.ask("b", 200)
    assert slots.leave("runs1", 350.4) == (Started("a", 250),)
    assert slots.leave("a", 400) == (Started("b", 200),)


def test_a_client_that_leaves_while_waiting_leaves_the_queue():
    slots = full(waiting=("a", "b", "c"))
    assert slots.leave("b", 1) == ()
    assert slots.leave("runs0", 2) == (Started("a", 2),)
    assert slots.leave("runs1", 3) == (Started("c", 3),)
    assert slots.running == 2


def test_thirty_of_ninety_waiting_clients_hang_up_and_no_slot_is_lost():
    slots = full(10, waiting=[f"w{number}" for number in range(90)])
    for number in range(0, 90, 3):
        assert slots.leave(f"w{number}", 1) == ()
    served = []
    running = [f"runs{number}" for number in range(10)]
    while running:
        started = [each.call_id for each in slots.leave(running.pop(0), 2)]
        assert len(started) <= 1
        served += started
        running += started
    assert served == [f"w{number}" for number in range(90) if number % 3]
    assert (slots.running, slots.waiting) == (0, ())


@pytest.mark.parametrize("call_id", ["runs0", "a", "never seen"], ids=["running", "waiting", "unknown"])
def test_leaving_twice_is_leaving_once(call_id):
    slots = full(waiting=("a", "b", "c", "d"))
    slots.leave(call_id, 1)
    before = (slots.running, slots.waiting)
    assert slots.leave(call_id, 2) == ()
    assert (slots.running, slots.waiting) == before


def test_asking_again_keeps_the_place():
    slots = full(waiting=("a", "b"))
    assert slots.ask("b", 9) == Queued(2)
    assert slots.ask("runs0", 9) == Admitted()
    assert slots.waiting == ("a", "b")
    assert slots.leave("runs0", 10) == (Started("a", 10),)


def test_calls_that_leave_together_do_not_start_each_other():
    slots = full(waiting=("a", "b"))
    assert slots.leave_all(("runs0", "runs1", "a"), 1) == (Started("b", 1),)


def test_a_raised_limit_starts_those_that_wait():
    slots = full(waiting=("a", "b", "c"))
    assert slots.set_limit(4, "queue", 7) == (Started("a", 7), Started("b", 7))
    assert slots.set_limit(None, "queue", 8) == (Started("c", 8),)


def test_a_lowered_limit_cuts_nobody_and_starts_nobody_until_there_is_room():
    slots = full(3, waiting=("a",))
    assert slots.set_limit(1, "queue", 1) == ()
    assert slots.running == 3
    assert slots.leave("runs0", 2) == slots.leave("runs1", 3) == ()
    assert slots.leave("runs2", 4) == (Started("a", 4),)


def test_a_call_that_waits_keeps_waiting_when_excess_becomes_fail():
    slots = full(waiting=("a",))
    slots.set_limit(2, "fail", 1)
    assert slots.ask("b", 2) == Exceeded(2, 2)
    assert slots.leave("runs0", 3) == (Started("a", 3),)


@pytest.mark.parametrize("limit, excess", [(0, "queue"), (-1, "queue"), (10, "wait")])
def test_rules_that_cannot_work_are_refused(limit, excess):
    with pytest.raises(ValueError):
        Slots(limit, excess)


class AnyOrderOfEvents(RuleBasedStateMachine):
    """Against a model of two plain lists."""

    def __init__(self):
        super().__init__()
        self.slots = Slots(2, "queue")
        self.limit, self.excess = 2, "queue"
        self.now_ms = 0
        self.running, self.waiting = [], []
        self.most_running = 0  # a lowered limit cuts nobody, it only lets nobody in

    ids = st.integers(0, 9).map(str)

    @rule(ms=st.integers(0, 1000))
    def time_passes(self, ms):
        self.now_ms += ms

    @rule(call_id=ids)
    def ask(self, call_id):
        standing = self.slots.ask(call_id, self.now_ms)
        waiting = [name for name, _ in self.waiting]
        if call_id in self.running:
            assert standing == Admitted()
        elif call_id in waiting:
            assert standing == Queued(waiting.index(call_id) + 1)
        elif self.limit is None or len(self.running) < self.limit:
            assert standing == Admitted()
            self.running.append(call_id)
        elif self.excess == "fail":
            assert standing == Exceeded(self.limit, len(self.running))
        else:
            self.waiting.append((call_id, self.now_ms))
            assert standing == Queued(len(self.waiting))

    @rule(call_id=ids)
    def leave(self, call_id):
        self.running = [name for name in self.running if name != call_id]
        self.waiting = [each for each in self.waiting if each[0] != call_id]
        self.expect_starts(self.slots.leave(call_id, self.now_ms))

    @rule(limit=st.none() | st.integers(1, 4), excess=st.sampled_from(["queue", "fail"]))
    def edit_policy(self, limit, excess):
        self.limit, self.excess = limit, excess
        self.expect_starts(self.slots.set_limit(limit, excess, self.now_ms))

    def expect_starts(self, started):
        room = len(self.waiting) if self.limit is None else max(0, self.limit - len(self.running))
        expected, self.waiting = self.waiting[:room], self.waiting[room:]
        assert started == tuple(Started(name, self.now_ms - asked_ms) for name, asked_ms in expected)
        self.running += [name for name, _ in expected]

    @invariant()
    def no_more_run_than_may(self):
        if self.limit is not None:
            assert self.slots.running <= max(self.limit, self.most_running)
        self.most_running = self.slots.running

    @invariant()
    def no_slot_leaks(self):
        assert self.slots.running == len(self.running)
        assert self.slots.waiting == tuple(name for name, _ in self.waiting)
        if self.slots.waiting:
            assert self.limit is not None and self.slots.running >= self.limit


TestAnyOrderOfEvents = AnyOrderOfEvents.TestCase
TestAnyOrderOfEvents.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)

"""Invariant: nothing is cut in the foreground, nothing survives the grace in the background."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import invariant
from hypothesis.stateful import rule

from wxpolicy.state.lifecycle import Change
from wxpolicy.state.lifecycle import InBackground
from wxpolicy.state.lifecycle import Interrupted
from wxpolicy.state.lifecycle import Lifecycle
from wxpolicy.state.lifecycle import Phase

GRACE_MS = 5000


def app(*, edition_2017=True, pinned=False, calls=("a",), grace_ms=GRACE_MS):
    """In the foreground, with calls that began at 0."""
    life = Lifecycle(grace_ms, edition_2017, pinned)
    for call_id in calls:
        assert life.begin(call_id, 0) is None
    return life


def names(cut):
    return [each.call_id for each in cut]


def test_in_the_foreground_nothing_is_ever_due():
    life = app()
    assert life.next_deadline_ms() is None
    assert life.due(10**12) == ()
    assert life.phase(10**12) is Phase.FOREGROUND


def test_all_unfinished_calls_are_cut_at_the_same_instant():
    life = app(calls=("a", "b", "c"))
    life.end("b")
    assert life.apply(Change.BACKGROUND, 1000) == ()
    assert life.next_deadline_ms() == 6000
    assert life.due(5999.9) == ()
    assert life.due(6000) == (Interrupted("a", 0, 1000, 6000), Interrupted("c", 0, 1000, 6000))
    assert life.due(6001) == ()
    assert life.next_deadline_ms() is None


def test_a_call_begun_within_the_grace_starts_and_shares_the_end():
    life = app()
    life.apply(Change.BACKGROUND, 1000)
    assert life.begin("late", 5999) is None
    assert life.due(6000) == (Interrupted("a", 0, 1000, 6000), Interrupted("late", 5999, 1000, 6000))


@pytest.mark.parametrize("now_ms", [6000, 6001, 10**9])
def test_a_call_begun_after_the_grace_is_refused_and_leaves_no_trace(now_ms):
    life = app(calls=())
    life.apply(Change.BACKGROUND, 1000)
    assert life.begin("late", now_ms) == InBackground(1000, 6000)
    assert life.calls == ()
    assert life.phase(now_ms) is Phase.BACKGROUND


def test_back_in_the_foreground_before_the_grace_ends_nothing_is_cut():
    life = app()
    life.apply(Change.BACKGROUND, 1000)
    assert life.apply(Change.FOREGROUND, 5999) == ()
    assert life.due(10**9) == ()
    assert life.calls == ("a",)


@pytest.mark.parametrize("change", [Change.FOREGROUND, Change.PINNED])
def test_a_message_after_the_grace_comes_too_late_even_if_nobody_looked(change):
    life = app()
    life.apply(Change.BACKGROUND, 1000)
    assert names(life.apply(change, 6000)) == ["a"]
    assert life.begin("new", 6001) is None


def test_repeated_background_messages_do_not_extend_the_grace():
    life = app()
    for now_ms in (1000, 3000, 5999):
        assert life.apply(Change.BACKGROUND, now_ms) == ()
    assert names(life.due(6000)) == ["a"]
    assert life.apply(Change.BACKGROUND, 7000) == ()
    assert life.begin("b", 7001) == InBackground(1000, 6000)


def test_each_time_in_the_background_has_its_own_grace():
    life = app()
    life.apply(Change.BACKGROUND, 0)
    life.apply(Change.FOREGROUND, 4000)
    life.apply(Change.BACKGROUND, 4500)
    assert life.next_deadline_ms() == 9500


def test_pinned_exempts_in_edition_2017():
    life = app(pinned=True)
    life.apply(Change.BACKGROUND, 0)
    assert life.phase(10**9) is Phase.EXEMPT
    assert life.begin("b", 10**9) is None
    assert life.due(10**9) == ()


def test_pinned_has_no_effect_in_edition_current():
    life = app(edition_2017=False, pinned=True)
    life.apply(Change.BACKGROUND, 0)
    assert names(life.due(GRACE_MS)) == ["a"]
    assert life.begin("b", GRACE_MS) == InBackground(0, GRACE_MS)
    assert life.pinned


def test_a_pin_within_the_grace_saves_the_calls():
    life = app()
    life.apply(Change.BACKGROUND, 0)
    assert life.apply(Change.PINNED, 4999) == ()
    assert life.due(10**9) == ()


def test_a_pin_after_the_grace_lets_new_calls_begin():
    life = app(calls=())
    life.apply(Change.BACKGROUND, 0)
    life.apply(Change.PINNED, 9000)
    assert life.begin("b", 9001) is None


def test_unpinned_in_the_background_the_grace_begins_then():
    life = app(pinned=True)
    life.apply(Change.BACKGROUND, 0)
    assert life.apply(Change.UNPINNED, 20_000) == ()
    assert life.apply(Change.UNPINNED, 21_000) == ()
    assert life.due(24_999) == ()
    assert life.due(25_000) == (Interrupted("a", 0, 20_000, 25_000),)


def test_unpinned_without_a_pin_does_not_restart_the_grace():
    life = app()
    life.apply(Change.BACKGROUND, 0)
    life.apply(Change.UNPINNED, 3000)
    assert life.next_deadline_ms() == 5000


def test_a_grace_of_zero_cuts_at_once():
    life = app(grace_ms=0)
    assert life.apply(Change.BACKGROUND, 100) == (Interrupted("a", 0, 100, 100),)
    assert life.begin("b", 100) == InBackground(100, 100)


def test_an_edited_grace_counts_from_the_next_time_in_the_background():
    life = app()
    life.apply(Change.BACKGROUND, 0)
    assert life.set_rules(1000, True, 2000) == ()
    assert life.next_deadline_ms() == 5000
    life.apply(Change.FOREGROUND, 3000)
    life.apply(Change.BACKGROUND, 4000)
    assert life.next_deadline_ms() == 5000


def test_an_edit_to_edition_current_ends_a_pins_exemption():
    life = app(pinned=True)
    life.apply(Change.BACKGROUND, 0)
    life.set_rules(GRACE_MS, False, 10_000)
    assert names(life.due(15_000)) == ["a"]


class AnyOrderOfEvents(RuleBasedStateMachine):
    """Against the time since when the app is in the background unexempted, kept by hand."""

    def __init__(self):
        super().__init__()
        self.life = Lifecycle(50, True)
        self.now_ms = 0
        self.live = {}
        self.next_id = 0
        self.foreground, self.pinned = True, False
        self.exposed_since = None

    @property
    def is_over(self):
        return self.exposed_since is not None and self.now_ms - self.exposed_since >= 50

    def check_cut(self, cut):
        if self.is_over:
            assert names(cut) == list(self.live)
            assert {each.at_ms for each in cut} <= {self.exposed_since + 50}
            self.live.clear()
        else:
            assert cut == ()

    @rule(ms=st.sampled_from([0, 1, 10, 24, 25, 49, 50, 51, 200]))
    def time_passes(self, ms):
        self.now_ms += ms

    @rule()
    def wake(self):
        self.check_cut(self.life.due(self.now_ms))
        assert not self.is_over or self.life.calls == ()

    @rule()
    def begin(self):
        self.next_id += 1
        refusal = self.life.begin(str(self.next_id), self.now_ms)
        assert (refusal is not None) == self.is_over
        if refusal is None:
            self.live[str(self.next_id)] = self.now_ms

    @rule(data=st.data())
    def end(self, data):
        call_id = str(data.draw(st.integers(0, self.next_id)))
        self.live.pop(call_id, None)
        self.life.end(call_id)

    @rule(change=st.sampled_from(Change))
    def change(self, change):
        self.check_cut(self.life.apply(change, self.now_ms))
        if change in (Change.BACKGROUND, Change.FOREGROUND):
            self.foreground = change is Change.FOREGROUND
        else:
            self.pinned = change is Change.PINNED
        exposed = not self.foreground and not self.pinned
        self.exposed_since = (self.now_ms if self.exposed_since is None else self.exposed_since) if exposed else None

    @invariant()
    def the_calls_are_those_that_live(self):
        assert list(self.life.calls) == list(self.live)
        expected = self.exposed_since + 50 if self.exposed_since is not None and self.live else None
        assert self.life.next_deadline_ms() == expected


TestAnyOrderOfEvents = AnyOrderOfEvents.TestCase
TestAnyOrderOfEvents.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)

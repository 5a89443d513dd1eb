"""Invariant: each call is given exactly once, at its deadline or when first asked after it, and never after its removal."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.state.deadlines import Deadlines
from wxpolicy.state.deadlines import TimedOut


def test_a_call_times_out_at_its_deadline_and_not_before():
    deadlines = Deadlines()
    deadlines.add("a", 1000.5, 60_000)
    assert deadlines.next_deadline_ms() == 61_000.5
    assert deadlines.due(61_000.4) == ()
    assert deadlines.due(61_000.5) == (TimedOut("a", 61_000.5, 60_000),)
    assert deadlines.due(99_999) == ()
    assert deadlines.next_deadline_ms() is None


def test_the_earliest_deadline_comes_first_whatever_the_order_of_beginning():
    deadlines = Deadlines()
    deadlines.add("slow", 0, 300)
    deadlines.add("fast", 10, 100)
    deadlines.add("middle", 20, 200)
    assert deadlines.next_deadline_ms() == 110
    assert [each.call_id for each in deadlines.due(1000)] == ["fast", "middle", "slow"]


def test_a_removed_call_never_times_out():
    deadlines = Deadlines()
    deadlines.add("a", 0, 100)
    deadlines.add("b", 0, 200)
    deadlines.remove("a")
    deadlines.remove("a")
    deadlines.remove("never seen")
    assert deadlines.next_deadline_ms() == 200
    assert deadlines.due(150) == ()


def test_adding_again_replaces_the_deadline_both_ways():
    deadlines = Deadlines()
    deadlines.add("later", 0, 100)
    deadlines.add("later", 0, 300)
    deadlines.add("sooner", 0, 300)
    deadlines.add("sooner", 0, 100)
    assert deadlines.due(200) == (TimedOut("sooner", 100, 100),)
    assert deadlines.due(300) == (TimedOut("later", 300, 300),)


def test_fast_calls_leave_nothing_behind():
    deadlines = Deadlines()
    for number in range(5000):
        deadlines.add(str(number), number, 60_000)
        deadlines.remove(str(number))
    assert len(deadlines) == 0
    assert len(deadlines._heap) <= 64


_STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "due"]), st.integers(0, 5).map(str), st.integers(0, 60)), max_size=60
)


@settings(max_examples=200)
@given(_STEPS)
def test_any_order_of_events_against_a_plain_dict(steps):
    deadlines, model, now_ms = Deadlines(), {}, 0
    for what, call_id, ms in steps:
        if what == "add":
            deadlines.add(call_id, now_ms, ms)
            model[call_id] = now_ms + ms
        elif what == "remove":
            deadlines.remove(call_id)
            model.pop(call_id, None)
        else:
            now_ms += ms
            due = deadlines.due(now_ms)
            assert {each.call_id: each.at_ms for each in due} == {key: at for key, at in model.items() if at <= now_ms}
            assert [each.at_ms for each in due] == sorted(each.at_ms for each in due)
            model = {key: at for key, at in model.items() if at > now_ms}
        assert len(deadlines) == len(model)
        assert deadlines.next_deadline_ms() == min(model.values(), default=None)

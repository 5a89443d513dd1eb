"""What one app's calls meet when slots, background and deadlines act together."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
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


def policy(timeout_ms=60_000, limit=1, excess="queue", edition=WECHAT_2017, **background):
    return Policy(
        edition=edition,
        network_timeout_ms=MappingProxyType(dict.fromkeys(Api, timeout_ms)),
        concurrency=Concurrency(limit, limit, limit, limit, excess),
        background=Background(**background),
    )


def app_with(rules, *calls, api=Api.REQUEST):
    app = App(rules)
    for call_id in calls:
        app.begin(call_id, api, rules, 0)
    return app


def test_time_in_the_queue_does_not_count_towards_the_timeout():
    app = app_with(policy(100), "runs")
    assert app.begin("waits", Api.REQUEST, policy(100), 50).standing == Queued(1)
    assert app.end("runs", 90) == (Started("waits", 40),)
    assert app.next_deadline_ms() == 190
    assert app.due(190) == (TimedOut("waits", 190, 100),)
    assert app.call_count == app.running(Api.REQUEST) == 0


def test_a_waiting_call_has_all_its_time_however_long_it_waits():
    app = App(policy())
    app.begin("runs", Api.REQUEST, policy(1000), 0)
    app.begin("waits", Api.REQUEST, policy(100), 0)
    assert app.due(999) == ()
    assert app.due(1000) == (TimedOut("runs", 1000, 1000), Started("waits", 1000))
    assert app.due(1099) == ()
    assert app.due(1100) == (TimedOut("waits", 1100, 100),)


@pytest.mark.parametrize("waits", [False, True])
def test_a_client_that_keeps_its_own_time_is_never_timed_out(waits):
    app = App(policy())
    if waits:
        app.begin("runs", Api.REQUEST, policy(1000), 0)
    app.begin("own", Api.REQUEST, policy(100), 0, is_timed=False)
    app.due(1000)
    assert app.due(10**9) == () and app.running(Api.REQUEST) == 1
    assert app.next_deadline_ms() is None


def test_a_timed_out_call_gives_its_slot_to_the_next():
    app = App(policy())
    app.begin("slow", Api.REQUEST, policy(100), 0)
    app.begin("waits", Api.REQUEST, policy(500), 30)
    assert app.due(101) == (TimedOut("slow", 100, 100), Started("waits", 71))


def test_each_api_has_its_own_slots():
    app = App(policy())
    for api in Api:
        assert app.begin(api.value, api, policy(), 0).standing == Admitted()


def test_a_call_over_the_limit_fails_and_holds_nothing():
    rules = policy(excess="fail")
    app = app_with(rules, "runs")
    assert app.begin("more", Api.REQUEST, rules, 1).standing == Exceeded(1, 1)
    app.end("runs", 2)
    assert app.next_deadline_ms() is None
    app.apply(Change.BACKGROUND, 3)
    assert app.due(10**9) == ()


def test_waiting_calls_are_interrupted_with_the_others_and_none_is_started_first():
    app = app_with(policy(), "runs", "waits", "waits too")
    app.apply(Change.BACKGROUND, 0)
    events = app.due(5000)
    assert events == tuple(Interrupted(name, 0, 0, 5000) for name in ("runs", "waits", "waits too"))
    assert (app.running(Api.REQUEST), app.waiting(Api.REQUEST), app.call_count) == (0, (), 0)
    assert app.begin("late", Api.REQUEST, policy(), 5001).standing == InBackground(0, 5000)


def test_an_open_socket_outlives_its_timeout_and_not_the_grace():
    app = app_with(policy(100), "socket", api=Api.CONNECT_SOCKET)
    assert app.opened("socket", 99) == ()
    assert app.due(10_000) == ()
    assert app.running(Api.CONNECT_SOCKET) == 1
    app.apply(Change.BACKGROUND, 10_000)
    assert app.due(15_000) == (Interrupted("socket", 0, 10_000, 15_000),)


@pytest.mark.parametrize("timeout_ms, end", [(4999, TimedOut), (5000, TimedOut), (5001, Interrupted)])
def test_asked_late_each_call_meets_the_end_that_came_first(timeout_ms, end):
    app = app_with(policy(timeout_ms), "a")
    app.apply(Change.BACKGROUND, 0)
    (event,) = app.due(9999)
    assert type(event) is end
    assert event.at_ms == min(timeout_ms, 5000)


@pytest.mark.parametrize(
    "later",
    [
        lambda app: app.begin("b", Api.UPLOAD_FILE, policy(100), 200).events,
        lambda app: app.end("unknown", 200),
        lambda app: app.opened("unknown", 200),
        lambda app: app.apply(Change.FOREGROUND, 200),
        lambda app: app.adopt(policy(7), 200),
    ],
    ids=["begin", "end", "opened", "apply", "adopt"],
)
def test_every_method_settles_what_was_due(later):
    app = app_with(policy(100), "a")
    assert later(app) == (TimedOut("a", 100, 100),)


def test_a_call_that_ended_by_itself_is_not_timed_out_although_nobody_looked_in_time():
    app = app_with(policy(100), "a")
    assert app.end("a", 105) == ()
    assert app.due(200) == ()


def test_what_ends_at_the_moment_of_the_cut_starts_nobody_who_is_cut():
    app = app_with(policy(), "runs", "waits")
    app.apply(Change.BACKGROUND, 0)
    assert app.end("runs", 5001) == (Interrupted("waits", 0, 0, 5000),)


def test_ending_twice_is_ending_once():
    app = app_with(policy(), "a", "b", "c")
    assert app.end("a", 1) == (Started("b", 1),)
    assert app.end("a", 2) == ()
    assert app.waiting(Api.REQUEST) == ("c",)


def test_beginning_twice_is_beginning_once():
    app = app_with(policy(100), "a")
    assert app.begin("a", Api.UPLOAD_FILE, policy(100), 50).standing == Admitted()
    assert (app.running(Api.REQUEST), app.running(Api.UPLOAD_FILE)) == (1, 0)
    assert app.next_deadline_ms() == 100


def test_a_newer_policy_is_adopted_with_the_next_call_and_moves_no_deadline():
    app = app_with(policy(100), "a", "b")
    begun = app.begin("c", Api.REQUEST, policy(9000, limit=2), 10)
    assert begun.events == (Started("b", 10),)
    assert begun.standing == Queued(1)
    # "b" has its own timeout from its slot on, and not the newer policy's.
    assert app.due(100) == (TimedOut("a", 100, 100), Started("c", 90))
    assert app.due(110) == (TimedOut("b", 110, 100),)


def test_an_edited_pin_acts_only_where_the_edit_changed_it():
    app = app_with(policy(), "a")
    app.apply(Change.PINNED, 0)
    app.adopt(policy(limit=2), 1)
    assert app.pinned
    app.adopt(policy(pinned=True), 2)
    app.adopt(policy(), 3)
    assert not app.pinned


def test_an_edit_to_edition_current_ends_a_pins_exemption():
    app = app_with(policy(pinned=True), "a")
    app.apply(Change.BACKGROUND, 0)
    assert app.due(50_000) == ()
    app.adopt(policy(pinned=True, edition=WECHAT_CURRENT), 50_000)
    assert app.due(55_000) == (Interrupted("a", 0, 50_000, 55_000),)


BOTH = (Api.REQUEST, Api.DOWNLOAD_FILE)


def started(events):
    return [event.call_id for event in events if isinstance(event, Started)]


def test_a_call_of_two_readings_waits_only_where_it_would_under_both():
    app, rules = App(policy()), policy()
    for call_id, api, apis, standing in (
        ("a request", Api.REQUEST, (), Admitted()),
        ("either", Api.REQUEST, BOTH, Admitted()),
        ("either too", Api.REQUEST, BOTH, Queued(1)),
        ("a download", Api.DOWNLOAD_FILE, (), Queued(1)),
    ):
        assert app.begin(call_id, api, rules, 0, apis=apis).standing == standing, call_id
    # The first to wait may run as either; the download gets what is left.
    assert started(app.end("a request", 10)) == ["either too"]
    assert started(app.end("either", 20)) == ["a download"]


@pytest.mark.parametrize("excess", ["queue", "fail"])
def test_a_call_of_two_readings_makes_room_for_one_that_has_no_choice(excess):
    rules = policy(excess=excess)
    app = App(rules)
    app.begin("either", Api.REQUEST, rules, 0, apis=BOTH)
    assert app.begin("a request", Api.REQUEST, rules, 0).standing == Admitted()
    assert (app.running(Api.REQUEST), app.running(Api.DOWNLOAD_FILE)) == (1, 1)


def test_where_a_slot_of_another_reading_becomes_free_a_call_moves_there_and_the_next_starts():
    rules = policy()
    app = App(rules)
    app.begin("a download", Api.DOWNLOAD_FILE, rules, 0)
    app.begin("either", Api.REQUEST, rules, 0, apis=BOTH)
    assert app.begin("a request", Api.REQUEST, rules, 0).standing == Queued(1)
    assert app.end("a download", 30) == (Started("a request", 30),)
    assert app.next_deadline_ms() == 60_000
    for call_id in ("either", "a request"):
        app.end(call_id, 40)
    assert (app.call_count, app.running(Api.REQUEST), app.running(Api.DOWNLOAD_FILE)) == (0, 0, 0)


def test_a_call_of_two_readings_has_the_longer_time():
    rules = replace(policy(), network_timeout_ms=MappingProxyType({**dict.fromkeys(Api, 500), Api.REQUEST: 100}))
    app = App(rules)
    app.begin("either", Api.REQUEST, rules, 0, apis=BOTH)
    assert app.due(499) == ()
    assert app.due(500) == (TimedOut("either", 500, 500),)

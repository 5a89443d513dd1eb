"""When a call waits, is cut or is only told of: queue, networkTimeout, background, and a client that keeps its own time."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from testenv.domain_calls import codes
from testenv.domain_calls import listing
from testenv.judged_call import POLICY
from testenv.judged_call import REFERER
from testenv.judged_call import Call
from testenv.judged_call import head
from wxpolicy.call import events
from wxpolicy.call.decision import Action
from wxpolicy.catalogue import fix_of
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.finding import Status
from wxpolicy.state.app import App
from wxpolicy.state.lifecycle import Change
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Outcome


def test_a_second_call_waits_for_the_first_and_says_how_long():
    app = App(POLICY)
    one, two = Call(app=app, call_id="one"), Call(app=app, call_id="two")
    assert one.begin(0).action is Action.PASS
    held = two.begin(100)
    assert held.action is Action.HOLD and held.wake_at_ms == 60_000
    (started,) = one.feed(events.Released(), 400).others
    assert started.call_id == "two"
    assert codes(two.feed(started, 400).findings) == ["CONCURRENCY_QUEUED"]
    record = two.record(450)
    assert (record.acted, record.queued_ms, record.outcome) == ("hold", 300, "success")


@pytest.mark.parametrize(
    ("case", "sent", "answered", "stage"),
    [
        ("still uploading", False, False, "upload"),
        ("no answer yet", True, False, "waiting"),
        ("half an answer", True, True, "download"),
    ],
)
def test_a_call_whose_time_is_up_is_cut_at_its_stage(case, sent, answered, stage):
    app = App(POLICY)
    call = Call(app=app)
    assert call.begin().wake_at_ms == 60_000
    if sent:
        call.feed(events.RequestSent(), 1)
    if answered:
        call.feed(events.ResponseHead(200), 2)
    assert call.judgement.progress == stage, case
    (timed_out,) = app.due(60_000)
    decision = call.feed(timed_out, 60_000)
    assert (decision.action, codes(decision.findings)) == (Action.CUT, ["TIMEOUT"])
    assert call.record(60_000).errno == 5


def test_time_in_the_queue_is_no_time_of_the_call():
    app = App(POLICY)
    one, two = Call(app=app, call_id="one"), Call(app=app, call_id="two")
    one.begin()
    two.begin(10)
    timed_out, started = app.due(60_010)
    assert (timed_out.call_id, two.feed(started, 60_010).action) == ("one", Action.PASS)
    assert app.due(120_009) == ()
    (timed_out,) = app.due(120_010)
    assert two.feed(timed_out, 120_010).action is Action.CUT
    assert two.record(120_010).queued_ms == 60_000


def test_a_call_in_the_background_is_cut_at_the_end_of_the_grace_and_none_begins_after():
    app = App(POLICY)
    call = Call(app=app)
    call.begin()
    app.apply(Change.BACKGROUND, 1000)
    (event,) = app.due(6000)
    assert (call.feed(event, 6000).action, call.record(6000).errno) == (Action.CUT, 600003)
    late = Call(app=app, call_id="late")
    refused = late.begin(7000)
    assert (refused.action, codes(refused.findings)) == (Action.REFUSE, ["BACKGROUND_REFUSED"])


def test_a_socket_s_timeout_ends_with_its_handshake_and_messages_count():
    app = App(POLICY)
    call = Call(head("ws.example.com", "wss"), app=app)
    assert call.begin().wake_at_ms == 60_000
    call.feed(events.ResponseHead(101), 5)
    assert call.feed(events.SocketOpened(), 5).wake_at_ms is None
    call.feed(events.Message(True, 10), 6)
    call.feed(events.Message(False, 4), 7)
    record = call.record(900_000)
    assert (record.request_bytes, record.response_bytes, record.outcome) == (10, 4, "success")


def test_a_connection_counts_once_for_a_call_however_often_it_is_looked_at():
    fault = Call(head("other.example.com")).judgement
    finding = fault.feed(fault.head, 0).findings[0]
    call = Call()
    call.feed(call.first)
    assert call.feed(events.UpstreamSeen((finding,), "store")).action is Action.REFUSE
    assert call.feed(events.UpstreamSeen((finding,), "store")).action is Action.PASS
    assert len(call.judgement.findings) == 1


ON_A_PHONE = {
    "user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 MiniProgramEnv/android",
    "charset": "utf-8",
}


@pytest.mark.parametrize(
    ("case", "edition", "headers", "is_cut"),
    [
        ("today a phone keeps its own time", WECHAT_CURRENT, ON_A_PHONE, False),
        ("today any other client is cut", WECHAT_CURRENT, {}, True),
        ("in 2017 every client is cut", WECHAT_2017, ON_A_PHONE, True),
    ],
)
def test_who_is_cut_at_network_timeout(case, edition, headers, is_cut):
    policy = replace(POLICY, edition=edition)
    app = App(policy)
    call = Call(head(**headers), policy, app)
    call.begin()
    assert [event.call_id for event in app.due(61_000)] == (["one"] if is_cut else []), case


@pytest.mark.parametrize(("at_ms", "found"), [(59_000, []), (61_000, ["TIMEOUT"])])
def test_what_a_phone_s_own_time_would_have_done_is_not_observable(at_ms, found):
    policy = replace(POLICY, edition=WECHAT_CURRENT)
    call = Call(head(**ON_A_PHONE), policy, App(policy))
    call.begin()
    call.feed(events.ResponseHead(200, {"content-type": "application/json"}), 10)
    call.feed(events.Released(), at_ms)
    call.feed(events.Released(), at_ms + 90_000)
    record = call.record(at_ms)
    assert codes(record.findings) == found
    assert all(finding.status is Status.NOT_OBSERVABLE for finding in record.findings)
    assert record.release.outcome is Outcome.SUCCESS


def bare(policy, mode=Mode.RELEASE):
    """A GET that wx.request and wx.downloadFile send alike, of which the one has 3 s and the other 60."""
    first = head()
    facts = replace(first.facts, headers={"referer": REFERER})
    times = MappingProxyType({**policy.network_timeout_ms, Api.REQUEST: 3000})
    policy = replace(policy, network_timeout_ms=times, mode=mode, domains=TWO_LISTS.domains)
    return Call(replace(first, facts=facts), policy, App(policy))


TWO_LISTS = listing(request=["https://api.example.com"], downloadFile=["https://api.example.com"])


@pytest.mark.parametrize(
    ("case", "took_ms", "found"),
    [
        ("in time under both readings", 2999, []),
        ("too late for one of them", 3001, [("TIMEOUT", Status.NOT_OBSERVABLE)]),
    ],
)
def test_a_call_of_two_readings_is_not_cut_at_the_shorter_time(case, took_ms, found):
    call = bare(POLICY)
    assert call.begin().wake_at_ms == 60_000
    call.feed(events.RequestSent(), 1)
    call.feed(events.ResponseHead(200), 2)
    call.feed(events.Released(), took_ms)
    record = call.record(took_ms)
    assert [(finding.code, finding.status) for finding in record.findings] == found, case
    assert record.release.outcome == "success"
    if found:
        assert "wx.downloadFile" in fix_of(record.findings[0]).en
        assert record.findings[0].data["api"] == "request"


@pytest.mark.parametrize("mode", [Mode.RELEASE, Mode.OBSERVE])
def test_a_call_that_is_too_late_under_both_readings_is_told_of_once(mode):
    call = bare(POLICY, mode)
    call.begin()
    (timed_out,) = call.app.due(60_000)
    call.feed(timed_out, 60_000)
    call.feed(events.Released(), 70_000)
    record = call.record(70_000)
    assert (codes(record.findings), record.release.errno) == (["TIMEOUT"], 5)

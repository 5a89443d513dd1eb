"""A redirect that passed is told apart once its client asks for the place that it was sent to."""

from dataclasses import replace

import pytest

from testenv.domain_calls import REQUEST
from testenv.domain_calls import current
from testenv.domain_calls import to_host
from wxpolicy.call import events
from wxpolicy.call.events import ResponseHead
from wxpolicy.call.hops import MOST
from wxpolicy.call.hops import Hops
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record_maker import record_of
from wxpolicy.editions.referer_form import Sender
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.terms import Mode
from wxpolicy.terms import Outcome

POLICY = current(request=["https://api.example.com"])
ANSWER = ResponseHead(302, {"location": "https://login.example.com/in?to=home"})
TARGET = "https://login.example.com/in?to=home"


def judged(url, policy=POLICY, appid="wx0123456789abcdef", device="192.168.1.5"):
    host, _, path = url.removeprefix("https://").partition("/")
    facts = replace(to_host(host, device=device), path=f"/{path}")
    call = Judgement(url, policy, events.RequestHead(facts, url, Sender(appid, "0")), classification=REQUEST)
    call.feed(call.head, 0.0)
    return call


def answered(hops, policy=POLICY, at_ms=0.0, **whose):
    call = judged("https://api.example.com/", policy, **whose)
    call.feed(ANSWER, at_ms)
    return call, hops.pass_on(call, ANSWER, call, at_ms)


@pytest.mark.parametrize(
    ("case", "hop", "at_ms", "is_followed"),
    [
        ("the place itself", {}, 50, True),
        ("a moment before its time is up", {}, 60_000, True),
        ("long after", {}, 60_001, False),
        ("another place of that host", {"url": "https://login.example.com/"}, 50, False),
        ("another device", {"device": "192.168.1.6"}, 50, False),
        ("another mini-program", {"appid": "wxfedcba9876543210"}, 50, False),
    ],
)
def test_whoever_asks_for_the_place_in_time_follows(case, hop, at_ms, is_followed):
    hops = Hops()
    first, waits = answered(hops)
    assert waits
    found = hops.followed_by(judged(**{"url": TARGET} | hop), at_ms)
    assert (found is first) is is_followed, case


def test_one_hop_follows_one_call():
    hops = Hops()
    calls = [answered(hops)[0] for _ in range(2)]
    assert [hops.followed_by(judged(TARGET), 1.0) for _ in range(3)] == [*calls, None]


def test_what_is_cut_at_the_answer_waits_for_nothing():
    hops = Hops()
    assert answered(hops, replace(POLICY, edition=WECHAT_2017))[1] is False
    assert len(hops) == 0


def test_a_flood_of_redirects_is_bounded():
    hops = Hops()
    for _ in range(3 * MOST):
        answered(hops)
    assert len(hops) == MOST


@pytest.mark.parametrize(
    ("mode", "refused", "outcome", "debug_only"),
    [
        (Mode.RELEASE, True, (Outcome.FAIL, 600002), True),
        (Mode.DEBUG, False, (Outcome.SUCCESS, None), True),
        (Mode.OBSERVE, False, (Outcome.SUCCESS, None), True),
    ],
)
def test_the_call_before_the_hop_fails_where_the_hop_is_refused(mode, refused, outcome, debug_only):
    call, _ = answered(Hops(), replace(POLICY, mode=mode))
    before = record_of(call, events.Ended(), 0.0, 1.0)
    assert (before.release.outcome, before.outcome, before.debug_only) == (Outcome.SUCCESS, Outcome.SUCCESS, False)
    call.feed(events.HopCame(is_refused=refused), 2.0)
    after = record_of(call, events.Ended(), 0.0, 1.0)
    assert (after.outcome, after.errno) == outcome
    assert (after.release.errno, after.debug.outcome) == (600002, Outcome.SUCCESS)
    assert (after.acted, after.http_status, after.debug_only) == ("pass", 302, debug_only)


def test_a_record_says_the_same_when_it_is_judged_again():
    call, _ = answered(Hops())
    call.feed(events.HopCame(is_refused=True), 2.0)
    record = record_of(call, events.Ended(), 0.0, 1.0)
    again = Judgement(call.call_id, POLICY, call.head, record=record, classification=REQUEST)
    for event in (replace(call.head, keeps_referer=False), ANSWER):
        again.feed(event, 0.0)
    assert record_of(again, events.Ended(), 0.0, 1.0) == record

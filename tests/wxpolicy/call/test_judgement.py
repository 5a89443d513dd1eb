"""A call is a state machine: events in, decisions out, the same whichever way the events came."""

from dataclasses import replace

import pytest

from testenv.domain_calls import codes
from testenv.domain_calls import listing
from testenv.judged_call import APPID
from testenv.judged_call import POLICY
from testenv.judged_call import REFERER
from testenv.judged_call import Call
from testenv.judged_call import head
from testenv.judged_call import ledger_of
from wxpolicy.call import events
from wxpolicy.call.decision import Action
from wxpolicy.call.events import EndedBy
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record_maker import record_of
from wxpolicy.catalogue import message_of
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.finding import Code
from wxpolicy.finding import Status
from wxpolicy.policy import Concurrency
from wxpolicy.state.app import App
from wxpolicy.terms import Api
from wxpolicy.terms import Mode


@pytest.mark.parametrize(
    ("case", "mode", "action"),
    [
        ("release imposes the domain list", Mode.RELEASE, Action.REFUSE),
        ("debug skips it", Mode.DEBUG, Action.PASS),
        ("observe imposes nothing", Mode.OBSERVE, Action.PASS),
    ],
)
def test_a_host_that_is_not_listed(case, mode, action):
    call = Call(head("other.example.com"), replace(POLICY, mode=mode))
    decision = call.feed(call.first)
    assert (decision.action, codes(decision.findings)) == (action, ["DOMAIN_NOT_LISTED"])
    assert call.record().debug_only


def test_a_call_passes_with_its_referer_and_is_a_success():
    call = Call()
    decision = call.feed(call.first)
    assert (decision.action, decision.referer, decision.findings) == (Action.PASS, None, ())
    call.feed(events.RequestSent(), 5)
    watched = call.feed(events.ResponseHead(200, {"content-type": "application/json"}), 10)
    assert watched.watches_body and not watched.converts_body
    call.feed(events.BodyJudged(ledger_of(b"{}")), 20)
    record = call.record(20, request_bytes=1, response_bytes=2)
    assert (record.outcome, record.errmsg, record.http_status, record.duration_ms) == ("success", "request:ok", 200, 20)


@pytest.mark.parametrize("status", [200, 302, 403, 502])
@pytest.mark.parametrize("mode", Mode)
def test_a_socket_that_the_server_does_not_open_fails_in_every_build_and_is_not_cut(mode, status):
    call = Call(head("ws.example.com", "wss"), replace(POLICY, mode=mode))
    call.begin()
    answered = call.feed(events.ResponseHead(status, {"location": "https://login.example.org/"}))
    assert (answered.action, codes(answered.findings)) == (Action.PASS, ["NETWORK_ERROR"])
    call.feed(events.Released())
    record = call.record()
    assert (record.outcome, record.release.outcome, record.debug.outcome) == ("fail", "fail", "fail")
    assert (record.errmsg, record.acted, record.http_status) == ("connectSocket:fail", "pass", status)


@pytest.mark.parametrize(
    ("agent", "outcome"),
    [("Mozilla/5.0 wechatdevtools/1.06.2407110", "fail"), ("Mozilla/5.0 (iPhone) MicroMessenger/8.0.50", "success")],
)
def test_a_socket_without_the_subprotocol_that_was_asked_for(agent, outcome):
    call = Call(head("ws.example.com", "wss", **{"user-agent": agent, "sec-websocket-protocol": "mqtt"}))
    call.begin()
    assert call.feed(events.ResponseHead(101, {"upgrade": "websocket"})).action is Action.PASS
    call.feed(events.SocketOpened())
    record = call.record()
    assert (codes(record.findings), record.outcome, record.debug.outcome) == (["NETWORK_ERROR"], outcome, outcome)


def test_a_socket_that_is_opened_is_a_success():
    call = Call(head("ws.example.com", "wss"))
    call.begin()
    call.feed(events.ResponseHead(101))
    call.feed(events.SocketOpened())
    assert (call.record().outcome, call.record().findings) == ("success", ())


def test_a_call_without_the_referer_leaves_with_it():
    call = Call(head(referer="https://example.com/"))
    assert call.feed(call.first).referer == REFERER
    observed = Call(head(referer="https://example.com/"), replace(POLICY, mode=Mode.OBSERVE))
    assert observed.feed(observed.first).referer is None


@pytest.mark.parametrize(
    ("case", "by", "severity", "errmsg"),
    [
        ("the server broke off", EndedBy.SERVER, "violation", "request:fail"),
        ("the client left", EndedBy.CLIENT, "note", "request:fail abort"),
    ],
)
def test_a_broken_call(case, by, severity, errmsg):
    call = Call()
    call.begin()
    (finding,) = call.feed(events.Broken(by, "reset")).findings
    assert (finding.code, finding.severity) == (Code.NETWORK_ERROR, severity)
    record = call.record()
    assert (record.outcome, record.errmsg) == ("fail", errmsg), case


@pytest.mark.parametrize(
    ("mode", "action", "acted"),
    [(Mode.RELEASE, Action.REFUSE, "fail"), (Mode.DEBUG, Action.REFUSE, "fail"), (Mode.OBSERVE, Action.PASS, "pass")],
)
def test_an_exception_of_ours_refuses_the_call_and_stands_first(mode, action, acted):
    call = Call(head("other.example.com"), replace(POLICY, mode=mode))
    call.feed(call.first)
    assert call.feed(events.RuleFailed("wxpolicy.rules.port.check", "KeyError: 'x'")).action is action
    record = call.record()
    assert codes(record.findings) == ["INTERNAL_ERROR", "DOMAIN_NOT_LISTED"]
    assert record.release.outcome == "fail"
    assert call.judgement.acted == acted or mode is not Mode.OBSERVE


def test_with_encoding_apply_a_body_that_cannot_be_converted_refuses_and_with_record_it_does_not():
    broken = ledger_of(("中文字符" * 20).encode() + b'\xe4\xbd"')
    for encoding, action in (("apply", Action.REFUSE), ("record", Action.PASS)):
        call = Call(policy=replace(POLICY, encoding=encoding))
        call.begin()
        call.feed(events.ResponseHead(200, {"content-type": "application/json"}))
        decision = call.feed(events.BodyJudged(broken))
        assert (decision.action, codes(decision.findings)[0]) == (action, "CHARSET_CONVERSION_FAILED"), encoding


def test_a_refused_call_hears_nothing_more_of_its_answer():
    call = Call(head("other.example.com"))
    call.feed(call.first)
    call.feed(events.ResponseHead(302, {"location": "http://10.0.0.1/"}))
    call.feed(events.Broken(EndedBy.SERVER, "killed"))
    assert codes(call.record().findings) == ["DOMAIN_NOT_LISTED"]


def test_a_tunnel_belongs_to_the_policy_s_app_and_is_none_of_the_apis():
    names = (CarriedName(Where.CONNECT, "files.example.com", 22),)
    opened = events.TunnelOpened(
        CallFacts("d", "CONNECT", "https", names), "tcp://files.example.com:22", "files.example.com", 22
    )
    call = Call(opened)
    assert call.feed(opened).action is Action.REFUSE
    record = call.record()
    assert (record.appid, record.apis, record.http_status) == (APPID, ("request", "connectSocket"), None)


def test_a_recorded_call_keeps_what_happened_and_gets_today_s_verdicts():
    live = Call(head("other.example.com"), replace(POLICY, mode=Mode.DEBUG))
    live.begin()
    live.feed(events.ResponseHead(500))
    record = live.record(7)
    wider = replace(
        POLICY,
        domains={**POLICY.domains, Api.REQUEST: listing(request=["https://other.example.com"]).listed(Api.REQUEST)},
    )
    again = Judgement("one", wider, replace(live.first, keeps_referer=False), record=record)
    for event in (again.head, events.ResponseHead(500)):
        again.feed(event, 0)
    anew = record_of(again, events.Ended(), 0.0, 0.0)
    assert codes(anew.findings) == ["STATUS_IS_SUCCESS"]
    assert (anew.release.outcome, anew.duration_ms, anew.mode) == ("success", 7, "debug")


def test_the_same_events_give_the_same_record():
    def play():
        call = Call()
        call.begin()
        call.feed(events.RequestSent(), 1)
        call.feed(events.ResponseHead(404, {"content-type": "text/html"}), 2)
        call.feed(events.BodyJudged(ledger_of("中".encode("gbk"), "text/html")), 3)
        return call.record(4).as_json()

    assert play() == play()


@pytest.mark.parametrize(("edition", "notes"), [(WECHAT_2017, 1), (WECHAT_CURRENT, 0)], ids=["2017", "current"])
def test_a_second_socket_is_noted_where_old_base_libraries_had_one(edition, notes):
    policy = replace(POLICY, edition=edition, concurrency=Concurrency(connectSocket=None))
    app = App(policy)
    sockets = [Call(head("ws.example.com", "wss"), policy, app, call_id) for call_id in ("one", "two")]
    for socket in sockets:
        assert socket.begin().action is Action.PASS
    one, two = (socket.record() for socket in sockets)
    assert codes(one.findings) == []
    assert [(each.code, each.severity, each.status) for each in two.findings] == notes * [
        (Code.CONCURRENCY_EXCEEDED, "note", Status.NOT_OBSERVABLE)
    ]
    assert two.release.outcome == "success"
    assert all("1.7.0" in message_of(each).en for each in two.findings)

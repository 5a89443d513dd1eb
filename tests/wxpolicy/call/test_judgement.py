"""A call is a state machine: events in, decisions out, the same whichever way the events came."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from testenv.domain_calls import codes
from testenv.domain_calls import listing
from wxpolicy.call import events
from wxpolicy.call.decision import Action
from wxpolicy.call.events import EndedBy
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record_maker import record_of
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.editions.referer_form import Sender
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.finding import Code
from wxpolicy.finding import Status
from wxpolicy.policy import Background
from wxpolicy.policy import Concurrency
from wxpolicy.state.app import App
from wxpolicy.state.lifecycle import Change
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Outcome

APPID = "wx0123456789abcdef"
POLICY = replace(
    listing(request=["https://api.example.com"], connectSocket=["wss://ws.example.com"]),
    appid=APPID,
    concurrency=Concurrency(request=1),
    background=Background(grace_ms=5000),
)
REFERER = f"https://servicewechat.com/{APPID}/0/page-frame.html"


def head(host="api.example.com", scheme="https", **headers):
    headers = {"referer": REFERER, "content-type": "application/json", **headers}
    if scheme == "wss":
        headers["upgrade"] = "websocket"
    names = (CarriedName(Where.CONNECT, host, 443), CarriedName(Where.HOST, host))
    facts = CallFacts("192.168.1.5", "GET", scheme, names, "/a", headers)
    return events.RequestHead(facts, f"{scheme}://{host}/a", Sender(APPID, "0"))


class Call:
    """A judgement on a clock of its own."""

    def __init__(self, first=None, policy=POLICY, app=None, call_id="one"):
        self.first = first or head()
        self.app = app
        self.judgement = Judgement(call_id, policy, self.first, app=app)

    def feed(self, event, at_ms=0.0):
        return self.judgement.feed(event, at_ms)

    def begin(self, at_ms=0.0):
        self.feed(self.first, at_ms)
        return self.feed(events.Admission(), at_ms)

    def record(self, at_ms=0.0, **end):
        return record_of(self.judgement, events.Ended(**end), 1000.0, at_ms)


def ledger_of(body, content_type="application/json"):
    ledger = Ledger(content_type, "")
    ledger.feed(body)
    return ledger.finish()


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


def test_a_call_without_the_referer_leaves_with_it():
    call = Call(head(referer="https://example.com/"))
    assert call.feed(call.first).referer == REFERER
    observed = Call(head(referer="https://example.com/"), replace(POLICY, mode=Mode.OBSERVE))
    assert observed.feed(observed.first).referer is None


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


ON_A_PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 MiniProgramEnv/android"}


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

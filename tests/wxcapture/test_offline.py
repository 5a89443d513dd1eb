"""Captured calls get the verdicts of the live gates; what is not shown is not observable, never passed."""

from dataclasses import replace

import pytest

from testenv.domain_calls import codes
from wxcapture.captured import Answer
from wxcapture.captured import Captured
from wxcapture.har_reader import read_entry
from wxcapture.offline import OfflineJudge
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.record import Verdict
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Status
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Mode
from wxpolicy.terms import Outcome
from wxpolicy.terms import Scope


def violated(record):
    return [finding.code.value for finding in record.findings if finding.status is Status.VIOLATED]


def unseen(record):
    return [finding.code.value for finding in record.findings if finding.status is Status.NOT_OBSERVABLE]


CALLS = [
    ("listed", "https://api.example.com/", {}, []),
    ("not listed", "https://other.example.com/", {}, ["DOMAIN_NOT_LISTED"]),
    ("plain http", "http://api.example.com/", {}, ["SCHEME_NOT_SECURE"]),
    ("an address", "https://192.168.1.7/", {}, ["HOST_IS_IP"]),
    ("a port", "https://api.example.com:8443/", {}, ["PORT_NOT_ALLOWED"]),
    ("reserved", "https://api.weixin.qq.com/sns", {}, ["HOST_RESERVED"]),
    ("a socket", "wss://ws.example.com/", {"status": 101}, []),
    ("a socket elsewhere", "wss://api.example.com/", {"status": 101}, ["DOMAIN_WRONG_CATEGORY"]),
    (
        "a redirect away",
        "https://api.example.com/",
        {"status": 302, "location": "https://evil.example.org/"},
        ["REDIRECT_NOT_LISTED"],
    ),
    ("a failing status", "https://api.example.com/", {"status": 500}, ["STATUS_IS_SUCCESS"]),
    ("too slow", "https://api.example.com/", {"time": 61_000}, ["TIMEOUT"]),
    (
        "slow because it queued in the browser",
        "https://api.example.com/",
        {"time": 61_000, "timings": {"blocked": 50_000}},
        [],
    ),
    ("a socket that the server refuses", "wss://ws.example.com/", {"status": 403}, ["NETWORK_ERROR"]),
    (
        "a socket that is redirected",
        "wss://ws.example.com/",
        {"status": 302, "location": "https://login.example.org/"},
        ["NETWORK_ERROR"],
    ),
    ("a socket lives long", "wss://ws.example.com/", {"status": 101, "time": 900_000}, []),
]


@pytest.mark.parametrize(("case", "url", "more", "found"), CALLS, ids=[each[0] for each in CALLS])
def test_what_is_shown_is_judged_by_the_rules(har_entry, judge, case, url, more, found):
    record = judge.record(read_entry(har_entry(url, headers={"content-type": "application/json"}, **more), 1, "f"))
    assert violated(record) == found
    failing = [code for code in found if code != "STATUS_IS_SUCCESS"]
    assert record.release.outcome == ("fail" if failing else "success")
    assert record.debug_only is bool(failing and failing[0] not in ("TIMEOUT", "NETWORK_ERROR"))
    assert record.outcome == ("fail" if "NETWORK_ERROR" in found else "success")


def test_a_certificate_that_is_not_shown_is_not_observable(har_entry, judge):
    secure = judge.record(read_entry(har_entry(), 1, "f"))
    assert [code for code in codes(secure.findings) if code.startswith(("CERT_", "TLS_"))] == ["CERT_NOT_SEEN"]
    assert "CERT_NOT_SEEN" in unseen(secure)
    assert "CERT_NOT_SEEN" not in codes(judge.record(read_entry(har_entry("http://api.example.com/"), 1, "f")).findings)


@pytest.mark.parametrize(
    ("case", "content", "is_unseen", "found"),
    [
        ("decoded text", {"mimeType": "application/json", "text": "{}"}, True, []),
        ("left out", {"mimeType": "text/plain", "size": 10}, True, []),
        ("an image", {"mimeType": "image/png", "size": 10}, False, []),
        (
            "bytes in UTF-8",
            {"mimeType": "application/json; charset=utf-8", "text": "eyJhIjoi5L2g5aW9In0=", "encoding": "base64"},
            False,
            [],
        ),
        (
            "bytes in GBK",
            {"mimeType": "application/json; charset=gbk", "text": "eyJhIjoixOO6w6OsysC95yJ9", "encoding": "base64"},
            False,
            ["CHARSET_NOT_UTF8"],
        ),
    ],
)
def test_an_encoding_is_judged_by_bytes_alone(har_entry, judge, case, content, is_unseen, found):
    record = judge.record(read_entry(har_entry(headers=WX_REQUEST, content=content), 1, "f"))
    assert ("CHARSET_NOT_SEEN" in unseen(record)) is is_unseen
    assert violated(record) == found


def test_a_call_without_an_answer_is_not_taken_for_good(har_entry, judge):
    entry = har_entry(status=0)
    entry["response"]["_error"] = "net::ERR_ABORTED"
    record = judge.record(read_entry(entry, 1, "f"))
    assert (record.outcome, record.http_status, record.errmsg) == (Outcome.FAIL, None, "request:fail net::ERR_ABORTED")
    assert "NETWORK_ERROR" in unseen(record)


# Its default header, by which a GET is no download.
WX_REQUEST = {"content-type": "application/json"}
REFERER = "https://servicewechat.com/wx0123456789abcdef/7/page-frame.html"


def test_the_scope_is_the_gates(har_entry, policy):
    judge = OfflineJudge(PolicySet([replace(policy, scope=Scope.MINIPROGRAM, appid="wx0123456789abcdef")]))
    ours = read_entry(har_entry(headers={"Referer": REFERER}), 1, "f")
    record = judge.record(ours)
    assert (record.appid, record.version) == ("wx0123456789abcdef", "7")
    others = [
        {},
        {"Referer": REFERER.replace("wx0", "wx9")},
        {"Referer": REFERER, "Accept": "image/png"},
        {"Referer": REFERER, "Sec-Fetch-Dest": "iframe"},
    ]
    assert [judge.record(read_entry(har_entry(headers=headers), 1, "f")) for headers in others] == [None] * 4
    assert judge.counts == {"other": 1, "image": 1, "webview": 1}
    assert judge.foreign_appids == {"wx9123456789abcdef": 1}


def test_of_several_policies_each_judges_its_own_mini_program(har_entry, policy):
    one, other, neither = "wx0123456789abcdef", "wx9123456789abcdef", "wx5123456789abcdef"
    narrow = replace(policy, scope=Scope.MINIPROGRAM, appid=one, recorded_as=one)
    empty = replace(narrow, appid=other, recorded_as=other, domains={}, mode=Mode.DEBUG)
    judge = OfflineJudge(PolicySet([narrow, empty]))

    def judged(appid):
        headers = {"Referer": REFERER.replace(one, appid), **WX_REQUEST}
        record = judge.record(read_entry(har_entry(headers=headers), 1, "f"))
        return record and (record.policy, record.release.outcome, record.debug_only)

    assert judged(one) == (one, Outcome.SUCCESS, False)
    assert judged(other) == (other, Outcome.FAIL, True)
    assert judged(neither) is None and judge.foreign_appids == {neither: 1}


def test_a_browsers_own_word_for_an_image_is_believed(har_entry, judge):
    assert judge.record(read_entry(har_entry("https://cdn.example.org/a.png", _resourceType="image"), 1, "f")) is None
    assert judge.counts == {"image": 1}


def test_what_no_capture_shows_comes_from_the_record(har_entry, judge):
    """Time, state and a refused handshake were judged while the call ran; where it went is judged anew."""
    first = judge.record(read_entry(har_entry("https://other.example.com/"), 1, "f"))
    domain, certificate = first.findings[0], replace(first.findings[0], code=Code.CERT_EXPIRED)
    interrupted = replace(first.findings[0], code=Code.INTERRUPTED)
    recorded = replace(
        first, findings=(domain, certificate, interrupted), mode="release", acted="fail", device="10.0.0.2",
        outcome=Outcome.FAIL, errmsg="request:fail interrupted", release=Verdict(Outcome.FAIL, 600003, "request:fail interrupted"),
    )  # fmt: skip
    facts = CallFacts("10.0.0.2", "GET", "https", (CarriedName(Where.URL, "api.example.com"),), headers=WX_REQUEST)
    record = judge.record(Captured("1", facts, "https://api.example.com/", answer=Answer(200), recorded=recorded))
    assert [finding.code.value for finding in record.findings if finding.status is Status.VIOLATED] == [
        "CERT_EXPIRED",
        "INTERRUPTED",
    ]
    assert (record.mode, record.acted, record.errmsg, record.device) == (
        "release",
        "fail",
        "request:fail interrupted",
        "10.0.0.2",
    )


def test_a_raw_tunnel_is_no_call_of_any_api(judge):
    facts = CallFacts("10.0.0.2", "CONNECT", "https", (CarriedName(Where.CONNECT, "api.example.com", 443),))
    record = judge.record(Captured("1", facts, "tcp://api.example.com:443", is_tunnel=True))
    assert "SCHEME_NOT_SECURE" in violated(record) and record.release.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("case", "believes", "judged"), [("as recorded", True, 1), ("in the scope that was asked for", False, 0)]
)
def test_a_recorded_call_is_a_call_beyond_the_scope_too(har_entry, judge, policy, case, believes, judged):
    recorded = judge.record(read_entry(har_entry(), 1, "f"))
    narrow = OfflineJudge(PolicySet([replace(policy, scope=Scope.MINIPROGRAM)]), believes_records=believes)
    call = replace(read_entry(har_entry(), 1, "f"), recorded=recorded)
    assert (narrow.record(call) is not None, narrow.beyond_scope) == (bool(judged), judged)
    assert sum(narrow.counts.values()) == 1 - judged


def test_a_recorded_call_of_another_mini_program_is_still_counted_as_its(har_entry, judge, policy):
    recorded = replace(judge.record(read_entry(har_entry(), 1, "f")), appid="wx9123456789abcdef")
    narrow = OfflineJudge(PolicySet([replace(policy, scope=Scope.MINIPROGRAM, appid="wx0123456789abcdef")]))
    assert narrow.record(replace(read_entry(har_entry(), 1, "f"), recorded=recorded)) is None
    assert narrow.foreign_appids == {"wx9123456789abcdef": 1}


STAGES = [
    ("the server was slow to begin", {"send": 0, "wait": 70_000, "receive": 0}, "had sent no response headers"),
    (
        "the connection was slow",
        {"dns": 1, "connect": 61_000, "ssl": 60_000, "send": 0, "wait": 5, "receive": 0},
        "request body was not all sent",
    ),
    ("the upload was slow", {"send": 70_000, "wait": 5, "receive": 0}, "request body was not all sent"),
    ("the answer was slow", {"send": 0, "wait": 5, "receive": 70_000}, "response body was not complete"),
    ("all were a little slow", {"send": 30_000, "wait": 29_000, "receive": 11_000}, "response body was not complete"),
    ("not told", {}, "response body was not complete"),
]


@pytest.mark.parametrize(("case", "timings", "words"), STAGES, ids=[each[0] for each in STAGES])
def test_a_timeout_names_the_part_that_took_the_time(har_entry, judge, case, timings, words):
    record = judge.record(read_entry(har_entry(time=70_000, timings=timings), 1, "f"))
    (late,) = (each for each in record.findings if each.code is Code.TIMEOUT)
    assert words in message_of(late).en


def test_a_tunnel_to_an_excluded_host_is_counted(judge):
    facts = CallFacts("d", "CONNECT", "https", (CarriedName(Where.CONNECT, "git.example.com", 22),))
    tunnel = Captured("1", facts, "tcp://git.example.com:22", is_tunnel=True)
    assert judge.record(tunnel) is not None
    judge.policies = PolicySet([replace(judge.policies.only, exclude=("git.example.com",))])
    assert judge.record(tunnel) is None
    assert judge.counts == {"excluded": 1}

"""Redirect hops are judged like calls."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.domain_calls import BARE_GET
from testenv.domain_calls import DOWNLOAD
from testenv.domain_calls import REQUEST
from testenv.domain_calls import SOCKET
from testenv.domain_calls import UPLOAD
from testenv.domain_calls import carrying
from testenv.domain_calls import codes
from testenv.domain_calls import current
from testenv.domain_calls import listing
from testenv.domain_calls import named
from testenv.domain_calls import through_tunnel
from testenv.domain_calls import to_host
from testenv.domain_calls import violations
from wxpolicy.call.events import ResponseHead
from wxpolicy.call.facts import Classification
from wxpolicy.call.facts import Where
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules import redirect
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.url.urls import resolve

LISTS = {
    "request": ["https://api.example.com", "https://cdn.example.com"],
    "downloadFile": ["https://files.example.com"],
}
SEED = listing(**LISTS)
CALL = through_tunnel("api.example.com")
REFUSED = ["REDIRECT_NOT_LISTED"]

HOPS = [
    ("same origin, absolute", "https://api.example.com/new", []),
    ("same origin, relative", "/new", []),
    ("same origin, other case", "https://API.example.com/new", []),
    ("another listed host", "https://cdn.example.com/x", []),
    ("scheme-relative to a listed host", "//cdn.example.com/x", []),
    ("user info does not count", "https://u:p@cdn.example.com/", []),
    ("unlisted", "https://evil.com/", REFUSED),
    ("scheme-relative to an unlisted host", "//evil.com/", REFUSED),
    ("http on the same host", "http://api.example.com/", REFUSED),
    ("http on an unlisted host", "http://evil.com/", REFUSED),
    ("listed for another category", "https://files.example.com/", REFUSED),
    ("an address", "https://10.0.0.1/", REFUSED),
    ("an address in disguise", "//0x7f.1/", REFUSED),
    ("localhost", "https://localhost/", REFUSED),
    ("reserved", "https://api.weixin.qq.com/", REFUSED),
    ("a port", "https://api.example.com:8443/", REFUSED),
    ("a spelled 443 of a host that is not listed", "https://evil.com:443/", REFUSED),
    ("a spelled 80", "http://cdn.example.com:80/", REFUSED),
    ("another scheme's port", "https://cdn.example.com:80/", REFUSED),
    ("trailing dot", "https://api.example.com./", REFUSED),
    ("backslashes", "\\\\evil.com/", REFUSED),
    ("slash backslash", "/\\evil.com/", REFUSED),
    ("one slash", "https:/evil.com", REFUSED),
    ("user info in front of an unlisted host", "https://api.example.com@evil.com/", REFUSED),
    ("another scheme", "weixin://dl/business", REFUSED),
    ("a websocket", "wss://api.example.com/", REFUSED),
    ("tab inside", "https://api.exam\tple.com/", REFUSED),
    ("empty", "", []),
    ("blank", "  ", []),
]


def check_redirect(call, classification, policy, status, location):
    return redirect.check(call, classification, policy, ResponseHead(status, {"location": location}))


@pytest.mark.parametrize("status", [301, 302, 307])
@pytest.mark.parametrize(("case", "location", "expected"), HOPS, ids=[row[0] for row in HOPS])
def test_followed_redirects(case, location, expected, status):
    findings = list(check_redirect(CALL, REQUEST, SEED, status, location))
    assert codes(findings) == violations(findings) == expected


@pytest.mark.parametrize("status", [303, 308])
@pytest.mark.parametrize(("case", "location", "expected"), HOPS, ids=[row[0] for row in HOPS])
def test_redirects_that_were_not_seen_followed_only_warn(case, location, expected, status):
    findings = list(check_redirect(CALL, REQUEST, SEED, status, location))
    assert codes(findings) == expected
    assert all((f.severity, f.status) == (Severity.WARNING, Status.NOT_OBSERVABLE) for f in findings)


@pytest.mark.parametrize("policy", [SEED, current(**LISTS)], ids=["2017", "current"])
@pytest.mark.parametrize(
    ("case", "location"),
    [
        ("of another listed host", "https://cdn.example.com:443/"),
        ("of the same host", "https://api.example.com:443/new"),
        ("without a scheme", "//cdn.example.com:443/"),
    ],
)
def test_a_spelled_default_port_in_a_location_is_not_observable(case, location, policy):
    (finding,) = check_redirect(CALL, REQUEST, policy, 302, location)
    assert (finding.code, finding.severity, finding.status) == (*REFUSED, Severity.WARNING, Status.NOT_OBSERVABLE)
    assert finding.data["reason"] == "default_port" and not redirect.may_be_followed(finding)
    assert ":443" in message_of(finding).en and "X-Forwarded-Host" in fix_of(finding).zh
    assert list(check_redirect(CALL, REQUEST, policy, 308, location)) == []


@pytest.mark.parametrize("status", [200, 201, 300, 304, 305, 400, 500])
def test_other_statuses_redirect_nothing(status):
    assert codes(check_redirect(CALL, REQUEST, SEED, status, "https://evil.com/")) == []


@pytest.mark.parametrize(
    ("case", "call", "classification"),
    [
        ("a socket", through_tunnel("ws.example.com", scheme="wss"), SOCKET),
        ("a call without a readable host", to_host("a..b"), REQUEST),
        ("a call without names", carrying(), REQUEST),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_to_judge(case, call, classification):
    assert codes(check_redirect(call, classification, SEED, 302, "https://evil.com/")) == []


def test_all_causes_stand_in_one_finding_with_the_fix_of_each():
    (finding,) = check_redirect(CALL, REQUEST, SEED, 302, "http://evil.com/")
    assert finding.subject == "evil.com"
    assert "http://evil.com" in message_of(finding).zh and "302" in message_of(finding).zh
    assert "https://" in message_of(finding).en and "is not listed" in message_of(finding).en
    assert "- https://evil.com" in fix_of(finding).en


def test_a_query_is_not_repeated():
    for location in ("https://evil.com/?token=secret", "https:/evil.com?token=secret"):
        (finding,) = check_redirect(CALL, REQUEST, SEED, 302, location)
        assert "secret" not in repr(finding)


def test_the_own_port_stays_the_same_origin():
    policy = current(request=["https://api.example.com:8443"])
    call = through_tunnel("api.example.com", 8443, 8443)
    assert codes(check_redirect(call, REQUEST, policy, 302, "/new")) == []
    assert codes(check_redirect(call, REQUEST, policy, 302, "https://api.example.com/new")) == REFUSED


def test_what_the_rules_cannot_see_stays_not_observable():
    lan = check_redirect(
        to_host("api.example.com", device="127.0.0.1"), REQUEST, current(**LISTS), 302, "https://192.168.1.20/"
    )
    (finding,) = lan
    assert (finding.code, finding.severity, finding.status) == (REFUSED[0], Severity.WARNING, Status.NOT_OBSERVABLE)


ONE_EACH = listing(request=["https://a.com", "https://b.com"], downloadFile=["https://a.com", "https://c.com"])


@pytest.mark.parametrize(
    ("case", "base", "hop", "severity"),
    [
        ("both readings may make the call, one the hop", "a.com", "c.com", Severity.WARNING),
        ("the reading that may make the call may make the hop", "b.com", "a.com", None),
        ("no reading may make both", "b.com", "c.com", Severity.VIOLATION),
        ("no reading may make the hop", "a.com", "d.com", Severity.VIOLATION),
    ],
)
def test_of_several_readings_one_must_pass_the_whole_chain(case, base, hop, severity):
    found = list(check_redirect(to_host(base), BARE_GET, ONE_EACH, 302, f"https://{hop}/"))
    assert [finding.severity for finding in found] == ([severity] if severity else []), case


def test_a_hop_names_what_else_the_call_may_be_by_the_url_of_the_call():
    likely = Classification((Api.DOWNLOAD_FILE,), Confidence.LIKELY, (Api.REQUEST,))
    (finding,) = check_redirect(to_host("a.com"), likely, ONE_EACH, 302, "https://b.com/x")
    assert fix_of(finding).en.endswith("X-Miniprogram-Api: request.")
    assert fix_of(finding).en.count("write https://a.com/: request under apis") == 1


def test_the_base_is_the_name_that_the_code_wrote():
    call = carrying(named(Where.CONNECT, "other.example.com", 443), named(Where.HOST, "cdn.example.com"))
    assert codes(check_redirect(call, REQUEST, SEED, 302, "/x")) == []


@settings(max_examples=200)
@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["https:", "http:", "/", "\\", "@", ":443", "api.example.com", "evil.com", "127.1", "?", "#", ".", "[::1]"]
        )
    ).map("".join)
)
def test_any_location_is_refused_or_leads_to_a_listed_host(location):
    """A redirect without a violation is no redirect, or leads to a listed host over https without a port."""
    if not violations(check_redirect(CALL, REQUEST, SEED, 302, location)) and location.strip():
        target = resolve("https://api.example.com/", location)
        assert target.invalid is None
        assert (target.scheme, target.port) == ("https", None)
        assert target.host.ascii in ("api.example.com", "cdn.example.com")


TODAY = current(**LISTS)


@pytest.mark.parametrize(
    ("case", "policy", "classification", "status", "reason"),
    [
        ("wx.request today", TODAY, REQUEST, 302, "manual"),
        ("wx.request may be one of two readings", TODAY, BARE_GET, 301, "manual"),
        ("wx.request of 2017", SEED, REQUEST, 302, "refused"),
        ("wx.downloadFile has no such option", TODAY, DOWNLOAD, 302, "refused"),
        ("wx.uploadFile has none either", TODAY, UPLOAD, 307, "refused"),
        ("a status that clients were not seen to follow", TODAY, REQUEST, 308, "not_followed"),
    ],
)
def test_a_redirect_that_a_call_may_have_said_not_to_follow(case, policy, classification, status, reason):
    (finding,) = check_redirect(CALL, classification, policy, status, "https://evil.com/")
    assert finding.data["reason"] == reason, case
    assert finding.fails is (reason == "refused")
    assert redirect.may_be_followed(finding) is (reason != "refused")
    if reason != "refused":
        assert (finding.severity, finding.status) == (Severity.WARNING, Status.NOT_OBSERVABLE)
        assert redirect.followed(finding).fails
        assert "followed" in message_of(redirect.followed(finding)).en


def test_a_hop_that_no_rule_refuses_is_nothing_to_wait_for():
    assert codes(check_redirect(CALL, REQUEST, TODAY, 302, "https://cdn.example.com/")) == []


@pytest.mark.parametrize(
    ("location", "hop", "same"),
    [
        ("https://evil.com/a?b=1", to_host("evil.com"), False),
        ("https://evil.com", to_host("evil.com"), True),
        ("https://EVIL.com:443/#there", to_host("evil.com"), True),
        ("https://evil.com:8443/", to_host("evil.com", 8443), True),
        ("http://evil.com/", to_host("evil.com"), False),
        ("http://evil.com/", to_host("evil.com", scheme="http"), True),
        ("https:/evil.com/", to_host("evil.com"), False),
    ],
)
def test_the_place_that_an_answer_names_is_known_again(location, hop, same):
    there = redirect.target_url(CALL, ResponseHead(302, {"location": location}))
    assert (there == redirect.url_key(hop)) is same


def test_a_place_is_known_again_however_its_path_is_spelled():
    spelled = redirect.target_url(CALL, ResponseHead(302, {"location": "https://evil.com/登录?a=%e4%b8"}))
    hop = replace(to_host("evil.com"), path="/%E7%99%BB%E5%BD%95?a=%E4%B8")
    assert spelled == redirect.url_key(hop)

"""The lists: exact names, per category, and the exact line that fixes a refusal."""

from dataclasses import replace

import pytest
from hypothesis import given
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
from wxpolicy.call.facts import Classification
from wxpolicy.call.facts import Where
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.editions.qq import EDITION as QQ
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import DomainList
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.policy import parents_of
from wxpolicy.rules.domain_list import check
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.terms import Mode

LISTS = {
    "request": ["https://api.example.com", "https://example.org", "https://xn--fiq228c.com"],
    "uploadFile": ["https://upload.example.com"],
    "downloadFile": ["https://cdn.example.com", "https://api.example.com"],
    "connectSocket": ["wss://ws.example.com"],
}
SEED, CURRENT = listing(**LISTS), current(**LISTS)
FRONTED = carrying(named(Where.SNI, "api.example.com"), named(Where.HOST, "evil.com"))
NOT_LISTED, WRONG = ["DOMAIN_NOT_LISTED"], ["DOMAIN_WRONG_CATEGORY"]


@pytest.mark.parametrize("policy", [SEED, CURRENT], ids=["2017", "current"])
@pytest.mark.parametrize(
    ("case", "call", "classification", "expected"),
    [
        ("listed", through_tunnel("api.example.com"), REQUEST, []),
        ("listed, other case", to_host("API.Example.COM"), REQUEST, []),
        ("listed, as U-label", to_host("中文.com"), REQUEST, []),
        ("listed upload", to_host("upload.example.com"), UPLOAD, []),
        ("listed socket", to_host("ws.example.com", scheme="wss"), SOCKET, []),
        ("unlisted", through_tunnel("evil.com"), REQUEST, NOT_LISTED),
        ("child of a listed parent", to_host("a.example.org"), REQUEST, NOT_LISTED),
        ("parent of a listed child", to_host("example.com"), REQUEST, NOT_LISTED),
        ("listed name as a suffix only", to_host("evilexample.org"), REQUEST, NOT_LISTED),
        ("listed name as a prefix", to_host("api.example.com.evil.com"), REQUEST, NOT_LISTED),
        ("Cyrillic homograph", to_host("аpi.example.com"), REQUEST, NOT_LISTED),
        ("trailing dot", to_host("api.example.com."), REQUEST, NOT_LISTED),
        (
            "trailing dot in one place",
            carrying(named(Where.SNI, "api.example.com"), named(Where.HOST, "api.example.com.")),
            REQUEST,
            NOT_LISTED,
        ),
        ("listed for downloads only", to_host("cdn.example.com"), REQUEST, WRONG),
        ("listed for sockets only", to_host("ws.example.com"), REQUEST, WRONG),
        ("socket to a request host", to_host("example.org", scheme="wss"), SOCKET, WRONG),
        ("SNI listed, Host not", FRONTED, REQUEST, NOT_LISTED),
        (
            "two unlisted hosts",
            carrying(named(Where.SNI, "a.com"), named(Where.HOST, "b.com")),
            REQUEST,
            NOT_LISTED * 2,
        ),
        ("an address is another rule's", to_host("127.1"), REQUEST, []),
        ("localhost is another rule's", to_host("localhost"), REQUEST, []),
        ("reserved is another rule's", to_host("api.weixin.qq.com"), REQUEST, []),
        ("unreadable is another rule's", to_host("a..b"), REQUEST, []),
        (
            "address beside an unlisted host",
            carrying(named(Where.CONNECT, "1.1.1.1", 443), named(Where.HOST, "b.com")),
            REQUEST,
            NOT_LISTED,
        ),
        ("bare get, both list it", to_host("api.example.com"), BARE_GET, []),
        ("bare get, neither lists it", to_host("evil.com"), BARE_GET, NOT_LISTED),
        ("bare get, an upload host", to_host("upload.example.com"), BARE_GET, WRONG),
        (
            "bare get, no API lists both hosts",
            carrying(named(Where.SNI, "example.org"), named(Where.HOST, "cdn.example.com")),
            BARE_GET,
            WRONG,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_lists(case, call, classification, expected, policy):
    findings = list(check(call, classification, policy))
    assert codes(findings) == expected
    assert all(finding.fails for finding in findings)


@pytest.mark.parametrize(
    ("case", "call", "policy", "expected"),
    [
        ("only with a port, URL without", through_tunnel("a.com"), current(request=["https://a.com:8443"]), NOT_LISTED),
        ("only with a port, 2017", through_tunnel("a.com"), listing(request=["https://a.com:8443"]), NOT_LISTED),
        ("with the port", through_tunnel("a.com", 8443, 8443), current(request=["https://a.com:8443"]), []),
        (
            "Host hides the tunnel's port",
            through_tunnel("a.com", 8443),
            current(request=["https://a.com:8443"]),
            NOT_LISTED,
        ),
        ("another port is port's", to_host("a.com", 81), current(request=["https://a.com:8443"]), []),
        ("a port in 2017 is port's", to_host("a.com", 81), listing(request=["https://a.com"]), []),
        ("unlisted with a port", to_host("b.com", 81), current(request=["https://a.com"]), NOT_LISTED),
        ("unlisted with a port, 2017", to_host("b.com", 81), listing(request=["https://a.com"]), NOT_LISTED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_ports_of_entries(case, call, policy, expected):
    assert codes(check(call, REQUEST, policy)) == expected


def test_an_entry_with_the_wrong_scheme_admits_nothing():
    policy = Policy(domains={Api.CONNECT_SOCKET: (ListedDomain("https://a.com", "https", "a.com"),)})
    assert codes(check(to_host("a.com", scheme="wss"), SOCKET, policy)) == NOT_LISTED


@pytest.mark.parametrize(
    ("classification", "call", "line", "category"),
    [
        (REQUEST, to_host("new.com"), "https://new.com", "request合法域名"),
        (UPLOAD, to_host("new.com"), "https://new.com", "uploadFile合法域名"),
        (DOWNLOAD, to_host("new.com"), "https://new.com", "downloadFile合法域名"),
        (SOCKET, to_host("new.com", scheme="wss"), "wss://new.com", "socket合法域名"),
    ],
    ids=["request", "uploadFile", "downloadFile", "connectSocket"],
)
def test_the_fix_is_the_line_to_write(classification, call, line, category):
    (finding,) = check(call, classification, SEED)
    for text in (fix_of(finding).zh, fix_of(finding).en):
        assert f"- {line}" in text and category in text and "设置-开发设置-服务器域名" in text
        assert f"domains.{classification.api.value}" in text
    assert finding.subject == "new.com"


def test_the_line_has_a_port_only_where_the_edition_and_the_category_allow_one():
    def fix(policy, classification, scheme="https"):
        (finding,) = check(to_host("new.com", 81, scheme=scheme), classification, policy)
        return fix_of(finding).en

    assert "- https://new.com:81" in fix(CURRENT, REQUEST)
    assert "new.com:81" not in fix(SEED, REQUEST)
    assert "new.com:81" not in fix(CURRENT, SOCKET, "wss")


def test_a_wrong_category_says_which_has_it_and_mends_this_one():
    (finding,) = check(to_host("cdn.example.com"), REQUEST, SEED)
    assert "downloadFile合法域名" in message_of(finding).zh and "downloadFile合法域名" in message_of(finding).en
    assert "- https://cdn.example.com" in fix_of(finding).en and "domains.request" in fix_of(finding).en


@pytest.mark.parametrize(
    ("host", "relative"),
    [("a.example.org", "example.org"), ("example.com", "api.example.com")],
    ids=["parent", "child"],
)
def test_relatives_are_explained(host, relative):
    (finding,) = check(to_host(host), REQUEST, SEED)
    assert f"{relative} is listed, but" in message_of(finding).en and f"列表中的 {relative}" in message_of(finding).zh


def test_the_message_says_which_place_carried_it():
    (finding,) = check(FRONTED, REQUEST, SEED)
    assert "evil.com (in Host)" in message_of(finding).en and "见于 Host" in message_of(finding).zh


@pytest.mark.parametrize(
    ("host", "refusing"),
    [("cdn.example.com", "wx.request"), ("example.org", "wx.downloadFile")],
    ids=["downloads only", "requests only"],
)
def test_an_ambiguous_call_that_one_api_lists_passes_with_a_warning(host, refusing):
    (finding,) = check(to_host(host), BARE_GET, SEED)
    assert (finding.code, finding.severity, finding.status) == ("API_AMBIGUOUS", Severity.WARNING, Status.VIOLATED)
    assert refusing in message_of(finding).en and refusing in message_of(finding).zh


def test_where_the_readings_agree_nothing_is_said():
    assert codes(check(to_host("api.example.com"), BARE_GET, SEED)) == []


def test_a_refused_call_of_two_readings_is_told_what_to_add_for_each():
    (finding,) = check(to_host("new.example.com"), BARE_GET, SEED)
    for text in (fix_of(finding).en, fix_of(finding).zh):
        # The place and the line once, and each list where it goes.
        assert text.count("https://new.example.com") == 2
        for word in ("wx.request", "wx.downloadFile", "request合法域名", "domains.request", "domains.downloadFile"):
            assert word in text


LIKELY_UPLOAD = Classification((Api.UPLOAD_FILE,), Confidence.LIKELY, (Api.REQUEST,))


@pytest.mark.parametrize(
    ("host", "expected"),
    [("api.example.com", WRONG), ("new.example.com", NOT_LISTED), ("upload.example.com", [])],
    ids=["the other reading's list has it", "none has it", "the likely one's list has it"],
)
def test_a_likely_reading_decides_alone_and_a_refusal_names_the_other(host, expected):
    call = replace(through_tunnel(host, 8443, None), path="/form?token=1")
    found = list(check(replace(call, names=call.names[1:]), LIKELY_UPLOAD, SEED))
    assert codes(found) == expected
    for finding in found:
        for text in (fix_of(finding).en, fix_of(finding).zh):
            assert "wx.uploadFile" in text and "wx.request" in text
            assert f"https://{host}/form: request" in text and "X-Miniprogram-Api: request" in text
            assert "token" not in text


_LABELS = st.lists(st.sampled_from(["a", "b", "api", "example", "cn"]), min_size=1, max_size=4).map(".".join)


@given(st.lists(_LABELS, max_size=12), _LABELS)
def test_the_tables_find_what_a_look_at_every_entry_finds(hosts, asked):
    listed = DomainList(ListedDomain(f"https://{host}", "https", host, port) for port, host in enumerate(hosts))
    assert [entry.host for entry in listed] == hosts
    assert listed.by_host.get(asked, []) == [entry for entry in listed if entry.host == asked]
    below = sorted(host for host in hosts if host.endswith("." + asked))
    assert listed.first_below.get(asked) == (below[0] if below else None)
    above = {host for host in hosts if asked.endswith("." + host)}
    assert {parent for parent in parents_of(asked) if parent in listed.by_host} == above


def test_a_policy_compiles_its_lists_once():
    policy = Policy(domains={Api.REQUEST: (ListedDomain("", "https", "api.example.com"),)})
    again = replace(policy, mode=Mode.OBSERVE)
    assert policy.listed(Api.REQUEST) is again.listed(Api.REQUEST)
    assert policy.listed(Api.UPLOAD_FILE) == ()


@pytest.mark.parametrize("host", ["my_host.example.com", "-api.example.com", "api-.example.com"])
def test_a_name_that_no_list_takes_is_said_to_be_that_and_no_line_is_offered(host):
    (finding,) = check(to_host(host), BARE_GET, SEED)
    assert (finding.code, "add" in finding.data) == ("DOMAIN_NOT_LISTED", False)
    assert "underscore" in message_of(finding).en and host in message_of(finding).en
    assert "https://" not in fix_of(finding).en


SIGNED = {"x-wechat-hostsign": '{"noncestr":"a","timestamp":1,"signature":"b"}'}


@pytest.mark.parametrize(
    ("case", "policy", "host", "classification", "code", "fails"),
    [
        ("a plugin's host", SEED, "captcha.example.net", REQUEST, "DOMAIN_NOT_LISTED", False),
        ("a plugin's host, today", CURRENT, "captcha.example.net", REQUEST, "DOMAIN_NOT_LISTED", False),
        ("listed in another category", SEED, "cdn.example.com", REQUEST, "DOMAIN_WRONG_CATEGORY", False),
        ("listed", SEED, "api.example.com", REQUEST, None, False),
        ("QQ has no such header", replace(SEED, edition=QQ), "captcha.example.net", REQUEST, "DOMAIN_NOT_LISTED", True),
    ],
)
def test_a_plugins_lists_are_its_own_and_not_observable(case, policy, host, classification, code, fails):
    findings = list(check(replace(to_host(host), headers=SIGNED), classification, policy))
    assert codes(findings) == [code] * (code is not None)
    for finding in findings:
        assert finding.fails is fails
        if not fails:
            assert (finding.status, finding.severity) == (Status.NOT_OBSERVABLE, Severity.WARNING)
            assert (finding.known, finding.clause) == (Known.DOCUMENTED, "plugin [doc]")
            assert "X-WECHAT-HOSTSIGN" in message_of(finding).en and "插件" in fix_of(finding).zh
    assert all(finding.fails for finding in check(to_host(host), classification, policy))

"""What QQ's rules have that WeChat's have not: its Referer, its ports, its reserved host, its clients."""

import pytest

from testenv.domain_calls import REQUEST
from testenv.domain_calls import SOCKET
from testenv.domain_calls import listing
from testenv.domain_calls import through_tunnel
from wxpolicy.call.clients import client_of
from wxpolicy.call.referer import Sender
from wxpolicy.call.referer import read_sender
from wxpolicy.call.referer import settle_referer
from wxpolicy.call.verdicts import judge_domains
from wxpolicy.call.verdicts import weigh
from wxpolicy.editions.qq import EDITION as QQ
from wxpolicy.policy import Policy
from wxpolicy.policyfile import read_policy
from wxpolicy.terms import Client
from wxreport.clauses import in_words

APPID = "1109876543"
FIXED = f"https://appservice.qq.com/{APPID}/1.6.2.18/page-frame.html"


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        (FIXED, Sender(APPID, "1.6.2.18")),
        (f"https://appservice.qq.com/{APPID}/invalidVersion/page-frame.html", Sender(APPID, "invalidVersion")),
        ("https://servicewechat.com/wx0123456789abcdef/0/page-frame.html", None),
    ],
)
def test_whose_call_it_is(referer, expected):
    assert read_sender(referer, QQ) == expected


def test_a_missing_referer_becomes_qqs():
    settled = settle_referer(None, Policy(appid=APPID, edition=QQ))
    assert settled.value == f"https://appservice.qq.com/{APPID}/0/page-frame.html"


@pytest.mark.parametrize(
    ("case", "classification", "call", "codes"),
    [
        ("listed", REQUEST, through_tunnel("api.example.com"), []),
        ("listed with its port", REQUEST, through_tunnel("api.example.com", 8443, 8443), []),
        ("another port", REQUEST, through_tunnel("api.example.com", 9443, 9443), ["PORT_NOT_ALLOWED"]),
        ("a socket on a port", SOCKET, through_tunnel("ws.example.com", 9000, 9000, "wss"), ["PORT_NOT_ALLOWED"]),
        ("QQ's own API", REQUEST, through_tunnel("api.q.qq.com"), ["HOST_RESERVED"]),
        ("WeChat's own API", REQUEST, through_tunnel("api.weixin.qq.com"), ["DOMAIN_NOT_LISTED"]),
    ],
)
def test_where_a_call_may_go(case, classification, call, codes):
    policy = listing(
        QQ, request=("https://api.example.com", "https://api.example.com:8443"), connectSocket=("wss://ws.example.com",)
    )
    found = judge_domains(call, classification, policy)
    assert [finding.code.value for finding in found] == codes, case


def test_no_errno_is_claimed():
    policy = listing(QQ)
    release = weigh(judge_domains(through_tunnel("a.com"), REQUEST, policy), REQUEST.api, edition=QQ).release
    assert (release.errno, release.errmsg) == (None, "request:fail url not in domain list:a.com")


@pytest.mark.parametrize("host", ["a.com", "api.q.qq.com", "files.example.com", "10.0.0.1"])
def test_findings_cite_qqs_own_documents(host):
    policy = listing(QQ, downloadFile=["https://files.example.com"])
    found = judge_domains(through_tunnel(host), REQUEST, policy)
    assert found and {finding.clause for finding in found} == {"qq [doc]"}
    assert "WeChat" not in in_words(found[0].clause).en


@pytest.mark.parametrize(
    ("agent", "client"),
    [
        ("Mozilla/5.0 (Linux; Android 14; wv) Mobile Safari/537.36 V1_AND_SQ QQ/9.0.8 QQ/MiniApp", Client.ANDROID),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) QQ/9.0.8.621 QQ/MiniApp", Client.IOS),
        ("QQ/8.9.50.624 CFNetwork/1410.0.3 Darwin/22.6.0", Client.IOS),
        ("curl/8.5.0", Client.UNKNOWN),
    ],
)
def test_its_clients(agent, client):
    assert client_of(agent, QQ) is client


@pytest.mark.parametrize(
    ("line", "mistakes"),
    [
        (f"appid: {APPID}", 0),
        ("appid: wx0123456789abcdef", 1),
        ("appid: any\nversion: 1.6.2.18", 0),
        ("appid: any\nversion: 1.6-beta", 1),
        ("appid: any\nnetworkTimeout: {request: 61000}", 1),
    ],
)
def test_its_policy_file(line, mistakes):
    reading = read_policy(f"edition: qq\n{line}\ndomains: {{request: [https://a.com]}}\n")
    assert len(reading.mistakes) == mistakes
    assert all("edition: current" not in mistake.instead.en for mistake in reading.mistakes)


def test_its_lists_hold_twenty_entries():
    entries = ", ".join(f"https://a{number}.example.com" for number in range(21))
    (warning,) = [
        warning
        for warning in read_policy(f"edition: qq\nappid: any\ndomains: {{request: [{entries}]}}\n").warnings
        if warning.code is None
    ]
    assert "20" in warning.expected.en

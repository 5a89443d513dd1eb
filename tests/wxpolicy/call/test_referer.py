"""Whose call it is, and what the Referer must be when it leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpolicy.call.referer import read_sender
from wxpolicy.call.referer import settle_referer
from wxpolicy.editions import DEFAULT
from wxpolicy.editions.referer_form import Sender
from wxpolicy.finding import Code
from wxpolicy.policy import Policy
from wxpolicy.terms import Scope

APPID = "wx0123456789abcdef"
FIXED = f"https://servicewechat.com/{APPID}/12/page-frame.html"


@pytest.mark.parametrize(
    ("case", "referer", "expected"),
    [
        ("the fixed form", FIXED, Sender(APPID, "12")),
        ("the devtools", f"https://servicewechat.com/{APPID}/devtools/page-frame.html", Sender(APPID, "devtools")),
        ("another page of the same app", f"https://servicewechat.com/{APPID}/0/index.html?a=1", Sender(APPID, "0")),
        ("a development build", f"https://servicewechat.com/{APPID}/0/page-frame.html", Sender(APPID, "0")),
        (
            "no appid of one's own",
            "https://servicewechat.com/touristappid/0/page-frame.html",
            Sender("touristappid", "0"),
        ),
        ("no version", f"https://servicewechat.com/{APPID}", Sender(APPID, None)),
        ("no version, with the page", f"https://servicewechat.com/{APPID}/page-frame.html", Sender(APPID, None)),
        ("mixed case host", f"https://ServiceWechat.com/{APPID}/0/page-frame.html", Sender(APPID, "0")),
        ("none", None, None),
        ("empty", "", None),
        ("a host that begins alike", f"https://servicewechat.com.evil.example/{APPID}/0/page-frame.html", None),
        ("a host that ends alike", f"https://notservicewechat.com/{APPID}/0/page-frame.html", None),
        ("user info", f"https://servicewechat.com@evil.example/{APPID}/0/page-frame.html", None),
        ("a port", f"https://servicewechat.com:444/{APPID}/0/page-frame.html", None),
        ("another site with it in the query", f"https://evil.example/?https://servicewechat.com/{APPID}/0/", None),
        ("no appid", "https://servicewechat.com/", None),
        ("an endless appid", f"https://servicewechat.com/{'a' * 65}/0/page-frame.html", None),
    ],
)
def test_sender(case, referer, expected):
    assert read_sender(referer) == expected, case


@pytest.mark.parametrize(
    ("case", "sent", "policy", "value", "codes"),
    [
        ("already fixed", FIXED, Policy(appid=APPID), None, []),
        ("missing", None, Policy(appid=APPID, version="12"), FIXED, [Code.REFERER_REWRITTEN]),
        (
            "missing, no version known",
            None,
            Policy(appid=APPID),
            DEFAULT.referer.made(APPID, "0"),
            [Code.REFERER_REWRITTEN],
        ),
        (
            "another version by policy",
            FIXED,
            Policy(appid=APPID, version="devtools"),
            DEFAULT.referer.made(APPID, "devtools"),
            [Code.REFERER_REWRITTEN],
        ),
        ("another site's", "https://evil.example/", Policy(appid=APPID, version="12"), FIXED, [Code.REFERER_FORGED]),
        (
            "another app's",
            DEFAULT.referer.made("wxfedcba9876543210", "12"),
            Policy(appid=APPID, version="12"),
            FIXED,
            [Code.REFERER_FORGED],
        ),
        (
            "another page of the same app",
            f"https://servicewechat.com/{APPID}/12/x.html",
            Policy(appid=APPID),
            FIXED,
            [Code.REFERER_FORGED],
        ),
        (
            "no version",
            f"https://servicewechat.com/{APPID}/page-frame.html",
            Policy(appid=APPID),
            DEFAULT.referer.made(APPID, "0"),
            [Code.REFERER_REWRITTEN],
        ),
        (
            "no version, and the policy names one",
            f"https://servicewechat.com/{APPID}/page-frame.html",
            Policy(version="12"),
            FIXED,
            [Code.REFERER_REWRITTEN],
        ),
        ("any app, missing", None, Policy(), None, []),
        ("any app, somebody else's", "https://evil.example/", Policy(), None, []),
        ("any app, fixed", FIXED, Policy(), None, []),
    ],
)
def test_settled(case, sent, policy, value, codes):
    settled = settle_referer(sent, policy)
    assert settled.value == value, case
    assert [finding.code for finding in settled.findings] == codes, case


H5 = "http://localhost:5173/"
SECURE, PLAIN = {"sec-fetch-site": "cross-site"}, {"origin": "http://localhost:5173"}
SOCKET = PLAIN | {"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "upgrade": "websocket"}
BROWSER = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0"}


@pytest.mark.parametrize(
    ("case", "sent", "scope", "headers", "codes"),
    [
        ("a page's own", H5, Scope.ALL, SECURE, []),
        ("a page's own, without TLS", H5, Scope.ALL, PLAIN, []),
        ("a page that sends none", None, Scope.ALL, SECURE, []),
        ("no browser", H5, Scope.ALL, {}, [Code.REFERER_FORGED]),
        ("a test harness", None, Scope.ALL, {}, [Code.REFERER_REWRITTEN]),
        ("a test harness that sends an Origin", None, Scope.ALL, PLAIN, [Code.REFERER_REWRITTEN]),
        ("a page's socket, which has none", None, Scope.ALL, SOCKET | BROWSER, []),
        ("a test harness's socket", None, Scope.ALL, SOCKET, [Code.REFERER_REWRITTEN]),
        ("a socket on a phone", None, Scope.MINIPROGRAM, SOCKET | BROWSER, [Code.REFERER_REWRITTEN]),
        ("a mini-program's", FIXED.replace("/12/", "/0/x"), Scope.ALL, SECURE, [Code.REFERER_FORGED]),
        ("on a phone", H5, Scope.MINIPROGRAM, SECURE, [Code.REFERER_FORGED]),
    ],
)
def test_in_an_h5_build_the_browser_s_own_referer_stays(case, sent, scope, headers, codes):
    settled = settle_referer(sent, Policy(appid=APPID, version="12", scope=scope), headers)
    assert [finding.code for finding in settled.findings] == codes, case
    assert (settled.value is None) == (not codes)


@given(st.text())
def test_any_referer_is_settled_to_the_fixed_form_or_left_alone(referer):
    settled = settle_referer(referer, Policy(appid=APPID, version="12"))
    assert (settled.value or referer) == FIXED

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

APPID = "wx0123456789abcdef"
FIXED = f"https://servicewechat.com/{APPID}/12/page-frame.html"


@pytest.mark.parametrize(
    ("case", "referer", "expected"),
    [
        ("the fixed form", FIXED, Sender(APPID, "12")),
        ("the devtools", f"https://servicewechat.com/{APPID}/devtools/page-frame.html", Sender(APPID, "devtools")),
        ("another page of the same app", f"https://servicewechat.com/{APPID}/0/index.html?a=1", Sender(APPID, "0")),
        ("no version", f"https://servicewechat.com/{APPID}", Sender(APPID, None)),
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
        ("any app, missing", None, Policy(), None, []),
        ("any app, somebody else's", "https://evil.example/", Policy(), None, []),
        ("any app, fixed", FIXED, Policy(), None, []),
    ],
)
def test_settled(case, sent, policy, value, codes):
    settled = settle_referer(sent, policy)
    assert settled.value == value, case
    assert [finding.code for finding in settled.findings] == codes, case


@given(st.text())
def test_any_referer_is_settled_to_the_fixed_form_or_left_alone(referer):
    settled = settle_referer(referer, Policy(appid=APPID, version="12"))
    assert (settled.value or referer) == FIXED

"""What a request is to the policy: its scope, its appid, its exclusions, and what is no call."""

import pytest

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.referer import Sender
from wxpolicy.call.standing import Standing
from wxpolicy.call.standing import standing_of
from wxpolicy.policy import Policy
from wxpolicy.terms import Scope

APPID = "wx0123456789abcdef"
OURS = Sender(APPID, "12")
OTHERS = Sender("wxfedcba9876543210", "12")
MINE = Policy(appid=APPID)
ANY = Policy()
ALL = Policy(appid=APPID, scope=Scope.ALL, exclude=("stats.example.com", "*.google.com"))
IMAGE = {"sec-fetch-dest": "image"}
PAGE = {"sec-fetch-dest": "document"}
DECLARED = {"x-miniprogram-api": "request"}
PREFLIGHT = {"origin": "https://h5.example.com", "access-control-request-method": "POST"}


def facts(headers=None, *hosts, method="GET"):
    names = tuple(CarriedName(Where.HOST, host) for host in hosts or ("api.example.com",))
    return CallFacts("10.0.0.2", method, "https", names, headers=headers or {})


@pytest.mark.parametrize(
    ("case", "call", "sender", "policy", "standing"),
    [
        ("ours", facts(), OURS, MINE, Standing.CALL),
        ("no mini-program's", facts(), None, MINE, Standing.OTHER),
        ("another mini-program's", facts(), OTHERS, MINE, Standing.FOREIGN),
        ("another's, and the policy is for any", facts(), OTHERS, ANY, Standing.CALL),
        ("declared by a harness without a Referer", facts(DECLARED), None, MINE, Standing.CALL),
        ("declared by another mini-program", facts(DECLARED), OTHERS, MINE, Standing.FOREIGN),
        ("an image of ours", facts(IMAGE), OURS, MINE, Standing.IMAGE),
        ("a web-view's page", facts(PAGE), OURS, MINE, Standing.WEBVIEW),
        ("a script of a web-view's page", facts({"sec-fetch-dest": "script"}), OURS, MINE, Standing.WEBVIEW),
        ("a preflight with our Referer", facts(PREFLIGHT, method="OPTIONS"), OURS, MINE, Standing.CALL),
        ("every call", facts(), None, ALL, Standing.CALL),
        ("a page", facts(PAGE), None, ALL, Standing.PAGE),
        ("a preflight", facts(PREFLIGHT, method="OPTIONS"), None, ALL, Standing.PREFLIGHT),
        (
            "a preflight with our Referer, where every call counts",
            facts(PREFLIGHT, method="OPTIONS"),
            OURS,
            ALL,
            Standing.CALL,
        ),
        ("an excluded host", facts(None, "stats.example.com"), None, ALL, Standing.EXCLUDED),
        ("an excluded host, spelled otherwise", facts(None, "STATS.example.com"), None, ALL, Standing.EXCLUDED),
        ("below an excluded name", facts(None, "a.b.google.com"), None, ALL, Standing.EXCLUDED),
        ("the name itself", facts(None, "google.com"), None, ALL, Standing.CALL),
        ("a name that ends alike", facts(None, "notgoogle.com"), None, ALL, Standing.CALL),
        ("one of two hosts", facts(None, "stats.example.com", "api.example.com"), None, ALL, Standing.CALL),
        ("excluded, but declared", facts(DECLARED, "stats.example.com"), None, ALL, Standing.CALL),
        ("no host at all", CallFacts("d", "GET", "https", ()), None, ALL, Standing.CALL),
    ],
)
def test_standing(case, call, sender, policy, standing):
    assert standing_of(call, sender, policy) is standing, case


def test_excluded_hosts_count_where_only_a_mini_program_is_judged():
    policy = Policy(appid=APPID, exclude=("api.example.com",))
    assert standing_of(facts(), OURS, policy) is Standing.CALL

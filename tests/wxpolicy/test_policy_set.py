"""Which policy a call is under, and what several say together before its mini-program is known."""

import pytest

from wxpolicy.editions import EDITIONS
from wxpolicy.policy import Certificates
from wxpolicy.policy import HostPlace
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Platform
from wxpolicy.terms import Scope

A, B, C = "wx00000000000000aa", "wx00000000000000bb", "wx00000000000000cc"
QQ = "1100000000"


def referer(appid):
    return f"https://servicewechat.com/{appid}/12/page-frame.html"


def policy(appid, **more):
    return Policy(appid=appid, recorded_as=appid, **more)


QQ_REFERER = EDITIONS["qq"].referer.made(QQ, "12")
TWO = [policy(A), policy(B)]
WITH_ANY = [policy(A), policy("any"), policy(B)]
WITH_QQ = [policy(A), policy(QQ, edition=EDITIONS["qq"])]


@pytest.mark.parametrize(
    ("case", "policies", "sent", "expected"),
    [
        ("one alone: every call is under it", [policy(A)], referer(B), A),
        ("one alone, no Referer", [policy(A)], None, A),
        ("the first", TWO, referer(A), A),
        ("the second", TWO, referer(B), B),
        ("none names it: another mini-program's to the first", TWO, referer(C), A),
        ("no Referer: the first", TWO, None, A),
        ("somebody else's Referer: the first", TWO, "https://example.com/", A),
        ("a named one beside any", WITH_ANY, referer(B), B),
        ("none names it, and one is for any", WITH_ANY, referer(C), "any"),
        ("no Referer, and one is for any", WITH_ANY, None, "any"),
        ("another platform's form", WITH_QQ, QQ_REFERER, QQ),
        ("another platform's form, which none names", [policy(A), policy("1", edition=EDITIONS["qq"])], QQ_REFERER, "1"),
        ("any of one platform is not for another's", [policy("any"), policy("1", edition=EDITIONS["qq"])], QQ_REFERER, "1"),
    ],
)  # fmt: skip
def test_a_call_is_under(case, policies, sent, expected):
    assert PolicySet(policies).of_referer(sent).appid == expected


@pytest.mark.parametrize(
    ("case", "policies", "recorded", "appid", "expected"),
    [
        ("what its record says", TWO, B, B, B),
        ("the record's policy is not in force any more: its appid", TWO, C, A, A),
        ("the record says none", TWO, "", B, B),
        ("any", WITH_ANY, "any", C, "any"),
        ("neither appid nor policy", TWO, "", None, A),
        ("neither, and one is for any", WITH_ANY, "", None, "any"),
        ("one alone", [policy(A)], B, B, A),
    ],
)
def test_a_recorded_call_would_be_under(case, policies, recorded, appid, expected):
    assert PolicySet(policies).of_record(recorded, appid).appid == expected


def listing(host):
    return {Api.DOWNLOAD_FILE: (ListedDomain(f"https://{host}", "https", host),)}


def test_before_the_appid_is_known_what_one_asks_for_holds():
    one = policy(A, domains=listing("a.example.com"), mode=Mode.OBSERVE)
    other = policy(B, domains=listing("b.example.com"), certificates=Certificates(platforms=(Platform.IOS,)))
    both = PolicySet([one, other])
    assert both.lists("a.example.com") and both.lists("b.example.com") and not both.lists("c.example.com")
    assert not both.all_observe and PolicySet([one]).all_observe
    assert both.strictest is other
    assert set(both.platforms) == {Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS}


def test_a_name_of_one_is_placed_for_all():
    one, other = HostPlace("10.0.0.1"), HostPlace("10.0.0.2", 8443)
    both = PolicySet([policy(A, hosts={"a.example.com": one}), policy(B, hosts={"b.example.com": other})])
    assert both.hosts == {"a.example.com": one, "b.example.com": other}


def test_one_alone_is_taken_as_it_is():
    alone = policy(A, hosts={"a.example.com": HostPlace("10.0.0.1")})
    made = PolicySet([alone])
    assert made.only is alone and made.hosts is alone.hosts and made.nameless is alone
    assert PolicySet(TWO).only is None and len(PolicySet(TWO)) == 2 and list(PolicySet(TWO)) == TWO


def test_all_are_put_in_another_scope():
    assert {each.scope for each in PolicySet(TWO).in_scope(Scope.ALL)} == {Scope.ALL}

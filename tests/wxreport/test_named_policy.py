"""A fix names the file that the policy is in."""

import pytest

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.terms import Text
from wxreport.named_policy import in_file
from wxreport.named_policy import named_fix

FIX = Text("在 policy.yaml 的 domains 下加一行", "add a line under domains in policy.yaml")
CASES = [
    ("another name", "shop.yaml", "shop.yaml"),
    ("a path", "policies/shop.yaml", "shop.yaml"),
    ("a path of Windows", r"C:\policies\shop.yaml", "shop.yaml"),
    ("the usual name", "policies/policy.yaml", "policy.yaml"),
    ("not known", "", "policy.yaml"),
    ("a name that does more than name", "a\x1b[31m.yaml", "a\\x1b[31m.yaml"),
]


@pytest.mark.parametrize(("case", "file", "named"), CASES, ids=[each[0] for each in CASES])
def test_the_file_as_it_is_called(case, file, named):
    told = in_file(FIX, file)
    assert (told.zh, told.en) == (f"在 {named} 的 domains 下加一行", f"add a line under domains in {named}")


SEVERAL = ({"appid": "wx1", "file": "a.yaml", "mode": "release"}, {"appid": "any", "file": "b.yaml", "mode": "debug"})
FINDING = Finding(Code.CERT_UNTRUSTED_ROOT, {"host": "api.example.com", "issuer": "CN=x"})


@pytest.mark.parametrize(
    ("facts", "appid", "named"),
    [
        ({"policies": SEVERAL}, "wx1", "a.yaml"),
        ({"policies": SEVERAL}, "any", "b.yaml"),
        ({"policies": SEVERAL}, "wx2", "policy.yaml"),
        ({"policy_file": "policies/c.yaml"}, None, "c.yaml"),
        ({}, None, "policy.yaml"),
    ],
    ids=["one of several", "that for any", "of none", "the only one", "a session of an earlier version"],
)
def test_a_fix_names_the_file_of_its_policy(facts, appid, named):
    fix = named_fix(FINDING, SessionFacts("x", **facts), appid)
    assert f" {named}" in fix.en and f" {named}" in fix.zh

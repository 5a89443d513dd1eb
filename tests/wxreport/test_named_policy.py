"""A fix names the file that the policy is in."""

import pytest

from wxpolicy.terms import Text
from wxreport.named_policy import file_of
from wxreport.named_policy import in_file

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


def test_each_of_several_has_its_own():
    policies = [{"appid": "wx1", "file": "a.yaml"}, {"appid": "any", "file": "b.yaml"}]
    assert [file_of(policies, appid) for appid in ("wx1", "any", "wx2", None)] == ["a.yaml", "b.yaml", "", ""]

"""Files that read well by themselves, and not beside each other."""

import pytest

from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.together import mistakes_between

A, B = "wx00000000000000aa", "wx00000000000000bb"


def text(appid, more=""):
    return f"appid: {appid}\ndomains: {{request: []}}\n{more}"


def said(*texts):
    readings = [read_policy(each, f"{name}.yaml") for name, each in zip("abc", texts, strict=False)]
    return [mistake.in_lang("en") for mistake in mistakes_between(readings)]


@pytest.mark.parametrize(
    ("case", "texts"),
    [
        ("one file", [text(A)]),
        ("one file for every call", [text(A, "scope: all\n")]),
        ("an appid each", [text(A), text(B)]),
        ("one for any", [text(A), text("any"), text(B)]),
        ("the same place twice", [text(A, "hosts: {h.example.com: 10.0.0.1}\n"), text(B, "hosts: {H.example.com: 10.0.0.1}\n")]),
        ("a file with mistakes of its own", [text(A), "appid: any\n"]),
    ],
)  # fmt: skip
def test_they_go_together(case, texts):
    assert said(*texts) == []


@pytest.mark.parametrize(
    ("case", "texts", "expected"),
    [
        ("one appid twice", [text(A), "# mine\n" + text(A)],
         [f'b.yaml:2:8: found "{A}": a.yaml:1:8 is already the policy of this appid. Write instead: another appid: one policy file per mini-program']),
        ("any twice, told of the third", [text("any"), text(A), text("any")],
         ['c.yaml:1:8: found "any": a.yaml:1:8 is already the policy of this appid. Write instead: the mini-program\'s own appid (only one file may have any)']),
        ("every call, beside another", [text(A), text(B, "scope: all\n")],
         ['b.yaml:3:8: found "all": scope: all works with one policy file only, but there are 2: calls without a Referer would belong to none. Write instead: scope: miniprogram']),
        ("a name in two places", [text(A, "hosts:\n  h.example.com: 10.0.0.1\n"), text(B, 'hosts: {x.example.com: 10.0.0.9, h.example.com: "10.0.0.2:8443"}\n')],
         ['b.yaml:3:34: found "h.example.com: 10.0.0.2:8443": a.yaml:4:3 has 10.0.0.1 as the address of h.example.com, and a name can have only one address. Write instead: h.example.com: 10.0.0.1']),
        ("a name with a port", [text(A, 'hosts: {h.example.com: "[::1]:8443"}\n'), text(B, "hosts: {h.example.com: 10.0.0.1}\n")],
         ['b.yaml:3:9: found "h.example.com: 10.0.0.1": a.yaml:3:9 has [::1]:8443 as the address of h.example.com, and a name can have only one address. Write instead: h.example.com: "[::1]:8443"']),
    ],
)  # fmt: skip
def test_a_mistake_names_both_files_with_line_and_column(case, texts, expected):
    assert said(*texts) == expected

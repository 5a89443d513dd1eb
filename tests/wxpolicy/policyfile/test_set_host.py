"""Where a host lives is edited as one line and nothing else, whatever form the file has."""

import pytest

from wxpolicy.policy import HostPlace
from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.set_host import set_host

HOST = "api.example.com"
PLACE = HostPlace("10.0.0.5", 8443)
HEAD = "appid: any  # mine\ndomains: {request: []}\n"
BLOCK = HEAD + "hosts:\n  a.example.com: 10.0.0.1  # first\n  api.example.com: 10.0.0.2 # second\nmode: debug\n"
CASES = [
    ("no hosts yet", HEAD + "mode: debug\n", PLACE, HEAD + "mode: debug\nhosts: {api.example.com: 10.0.0.5:8443}\n", 4),
    ("no newline at the end", "appid: any\ndomains: {}", PLACE, "appid: any\ndomains: {}\nhosts: {api.example.com: 10.0.0.5:8443}\n", 3),
    ("braces", HEAD + "hosts: {a.example.com: 10.0.0.1}\n", PLACE, HEAD + "hosts: {a.example.com: 10.0.0.1, api.example.com: 10.0.0.5:8443}\n", 3),
    ("braces with nothing in them", HEAD + "hosts: {}\n", PLACE, HEAD + "hosts: {api.example.com: 10.0.0.5:8443}\n", 3),
    ("a line each, one more", HEAD + "hosts:\n  a.example.com: 10.0.0.1  # first\nmode: debug\n", PLACE, HEAD + "hosts:\n  a.example.com: 10.0.0.1  # first\n  api.example.com: 10.0.0.5:8443\nmode: debug\n", 5),
    ("another place", BLOCK, PLACE, BLOCK.replace("10.0.0.2", "10.0.0.5:8443"), 5),
    ("IPv6 is quoted", BLOCK, HostPlace("::1", 8443), BLOCK.replace("10.0.0.2", '"[::1]:8443"'), 5),
    ("taken out", BLOCK, None, BLOCK.replace("  api.example.com: 10.0.0.2 # second\n", ""), 5),
    ("the last one taken out", HEAD + "hosts:\n  API.example.com: 10.0.0.2\nmode: debug\n", None, HEAD + "mode: debug\n", 3),
    ("taken out of braces", HEAD + "hosts: {a.example.com: 10.0.0.1, api.example.com: 10.0.0.2}\n", None, HEAD + "hosts: {a.example.com: 10.0.0.1}\n", 3),
    ("the first taken out of braces", HEAD + "hosts: {api.example.com: 10.0.0.2, b.example.com: 10.0.0.1}\n", None, HEAD + "hosts: {b.example.com: 10.0.0.1}\n", 3),
    ("lines of Windows", "appid: any\r\ndomains: {}\r\nhosts:\r\n  a.example.com: 10.0.0.1\r\n", PLACE, "appid: any\r\ndomains: {}\r\nhosts:\r\n  a.example.com: 10.0.0.1\r\n  api.example.com: 10.0.0.5:8443\r\n", 5),
    ("a policy in one pair of braces", "{appid: any, domains: {}, mode: debug}\n", PLACE, "{hosts: {api.example.com: 10.0.0.5:8443}, appid: any, domains: {}, mode: debug}\n", 1),
]  # fmt: skip


@pytest.mark.parametrize(("case", "text", "place", "expected", "line"), CASES, ids=[each[0] for each in CASES])
def test_one_line_is_changed(case, text, place, expected, line):
    made = set_host(text, HOST, place)
    assert (made.text, made.line) == (expected, line), made.why
    assert read_policy(expected, "policy.yaml").policy.hosts.get(HOST) == place


@pytest.mark.parametrize(
    ("case", "text", "place", "words"),
    [
        ("what is so already", BLOCK, HostPlace("10.0.0.2"), "already"),
        ("what is not there to be taken out", HEAD, None, "already"),
        ("a file with mistakes", HEAD + "nonsense: 1\n", PLACE, "mistakes"),
        ("a place that is none", BLOCK, HostPlace("not a place"), "automatically"),
    ],
)
def test_otherwise_nothing_is_changed_and_it_is_said(case, text, place, words):
    made = set_host(text, HOST, place)
    assert made.text is None and words in made.why.en and made.why.zh

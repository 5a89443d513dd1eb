"""One line more and nothing else, whatever form the file has."""

import pytest

from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.add_entry import add_entry
from wxpolicy.terms import Api

ENTRY = "https://new.example.com"
BLOCK = """\
appid: any
# mine
domains:
  request:
    - https://api.example.com  # the first
  # uploads
  uploadFile: [https://up.example.com]
mode: debug
"""


@pytest.mark.parametrize(
    ("case", "text", "api", "expected", "line"),
    [
        ("a block list", BLOCK, Api.REQUEST, BLOCK.replace("# the first\n", f"# the first\n    - {ENTRY}\n"), 6),
        ("a list in brackets", BLOCK, Api.UPLOAD_FILE, BLOCK.replace("up.example.com]", f"up.example.com, {ENTRY}]"), 7),
        ("a category that is missing", BLOCK, Api.DOWNLOAD_FILE, BLOCK.replace("  request:\n", f"  downloadFile: [{ENTRY}]\n  request:\n"), 4),
        ("brackets with nothing in them", "appid: any\ndomains: {request: []}\n", Api.REQUEST, f"appid: any\ndomains: {{request: [{ENTRY}]}}\n", 2),
        ("braces without the category", "appid: any\ndomains: {uploadFile: []}\n", Api.REQUEST, f"appid: any\ndomains: {{request: [{ENTRY}], uploadFile: []}}\n", 2),
        ("no newline at the end", "appid: any\ndomains:\n  request:\n  - https://a.example.com", Api.REQUEST, f"appid: any\ndomains:\n  request:\n  - https://a.example.com\n  - {ENTRY}", 5),
        ("lines of Windows", "appid: any\r\ndomains:\r\n  request:\r\n    - https://a.example.com\r\nmode: debug\r\n", Api.REQUEST, f"appid: any\r\ndomains:\r\n  request:\r\n    - https://a.example.com\r\n    - {ENTRY}\r\nmode: debug\r\n", 5),
        ("brackets over lines", "appid: any\ndomains:\n  request: [\n    https://a.example.com,  # one\n    https://b.example.com  # two\n  ]\n", Api.REQUEST, f"appid: any\ndomains:\n  request: [\n    https://a.example.com,  # one\n    https://b.example.com, {ENTRY}  # two\n  ]\n", 5),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value and "\n" not in value else "",
)  # fmt: skip
def test_one_line_is_added(case, text, api, expected, line):
    added = add_entry(text, api, ENTRY)
    assert (added.text, added.line) == (expected, line), added.why
    assert ENTRY in {entry.origin for entry in read_policy(expected, "policy.yaml").policy.listed(api)}


@pytest.mark.parametrize(
    ("case", "text", "entry", "words"),
    [
        ("what is there already", BLOCK, "https://api.example.com", "already"),
        ("a file with mistakes", "appid: any\nnonsense: 1\n", ENTRY, "mistakes"),
        ("what no list can hold", BLOCK, "https://10.0.0.1", "automatically"),
        ("what would be two lines", BLOCK, "https://a.example.com\n    - https://b.example.com", "automatically"),
        ("JSON, which has no comments to keep but another form", '{"appid": "any", "domains": 3}', ENTRY, "mistakes"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value and "\n" not in value else "",
)
def test_otherwise_nothing_is_changed_and_it_is_said(case, text, entry, words):
    added = add_entry(text, Api.REQUEST, entry)
    assert added.text is None and words in added.why.en and added.why.zh

"""Server-domain lists in the forms of this policy, of the admin API and of devtools."""

import json

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.finding import Code
from wxpolicy.policyfile import read_domain_lists
from wxpolicy.policyfile import read_policy
from wxpolicy.terms import Api

FOUR = {
    Api.REQUEST: "https://api.example.com",
    Api.UPLOAD_FILE: "https://up.example.com",
    Api.DOWNLOAD_FILE: "https://cdn.example.com",
    Api.CONNECT_SOCKET: "wss://ws.example.com",
}
FORMS = {
    "policy": ("request", "uploadFile", "downloadFile", "connectSocket"),
    "devtools": ("request", "upload", "download", "socket"),
    "modify_domain": ("requestdomain", "uploaddomain", "downloaddomain", "wsrequestdomain"),
}


def lists_in(form):
    return {name: [entry] for name, entry in zip(FORMS[form], FOUR.values(), strict=True)}


def origins(domains):
    return {api: [domain.origin for domain in listed] for api, listed in domains.items()}


EACH_ONE = {api: [entry] for api, entry in FOUR.items()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("indent", [None, 2, "\t"], ids=["one line", "spaces", "tabs"])
def test_json_lists_are_read(form, indent):
    lists = read_domain_lists(json.dumps(lists_in(form), indent=indent))

    assert (lists.mistakes, lists.warnings) == ((), ())
    assert origins(lists.domains) == EACH_ONE


@pytest.mark.parametrize(
    ("case", "text", "place", "said"),
    [
        ("only its beginning", "{", (1, 2), "expected a key in double quotes, or }"),
        (
            "a list that does not end",
            '{\n\t"requestdomain": ["https://a.com"',
            (2, 35),
            "expected a comma, or the ] or } that ends it",
        ),
        ("no colon", '{"requestdomain" ["https://a.com"]}', (1, 18), "expected a colon after the key"),
        ("no value", '{"requestdomain": [', (1, 20), "expected a value"),
        (
            "quotes that do not end",
            '{"requestdomain": ["https://a.com]}',
            (1, 20),
            "the double quotes that start here are not closed",
        ),
        (
            "more behind it",
            '{"requestdomain": []}\n{"uploaddomain": []}',
            (2, 1),
            "the JSON ends here, but more text follows",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() and "{" not in value else "",
)
def test_broken_json_is_told_as_json_with_its_place(case, text, place, said):
    (mistake,) = read_domain_lists(text).mistakes
    assert (mistake.line, mistake.column) == place
    assert f"this is not valid JSON: {said}" in mistake.in_lang("en") and "YAML" not in mistake.in_lang("en")
    assert "这不是合法的 JSON：" in mistake.in_lang("zh") and "YAML" not in mistake.in_lang("zh")


def test_json_that_only_yaml_would_have_right_is_still_read():
    assert origins(read_domain_lists("{requestdomain: [https://a.example.com]}").domains)[Api.REQUEST] == [
        "https://a.example.com"
    ]


@pytest.mark.parametrize("form", FORMS)
def test_yaml_lists_are_read(form):
    text = "".join(f"{name}:\n- {entry}\n" for name, (entry,) in lists_in(form).items())

    assert origins(read_domain_lists(text).domains) == EACH_ONE


@pytest.mark.parametrize("form", FORMS)
def test_policy_yaml_takes_each_form(form):
    reading = read_policy(f"appid: any\ndomains: {json.dumps(lists_in(form))}\n")

    assert reading.mistakes == ()
    assert origins(reading.policy.domains) == EACH_ONE


def test_broken_entries_are_told_and_the_good_ones_kept():
    lists = read_domain_lists(
        '{"requestdomain": ["https://a.example.com", "http://b.example.com"],\n "socket": ["wss://https://c.cn"]}'
    )

    assert [(m.source, m.line, m.column, m.code) for m in lists.mistakes] == [
        ("domains.json", 1, 45, Code.SCHEME_NOT_SECURE),
        ("domains.json", 2, 13, Code.URL_INVALID),
    ]
    assert origins(lists.domains)[Api.REQUEST] == ["https://a.example.com"]


def test_other_keys_of_an_export_are_left_out_with_a_warning():
    lists = read_domain_lists('{"action": "set", "requestdomain": [], "udpdomain": ["udp://a.example.com"]}')

    assert lists.mistakes == ()
    assert [(w.column, w.found) for w in lists.warnings] == [(2, "action"), (40, "udpdomain")]


@pytest.mark.parametrize("text", ["", "[]", '{"errcode": 0}', "hello"])
def test_a_file_without_lists_is_one_mistake(text):
    (mistake,) = read_domain_lists(text).mistakes

    assert "requestdomain" in mistake.in_lang("en")
    assert "requestdomain" in mistake.in_lang("zh")


def in_policy(domains, edition="2017"):
    return read_policy(f'appid: any\nedition: "{edition}"\ndomains:\n{domains}')


# case, text under domains (from line 4), line, column, words
IN_POLICY = [
    ("unknown list", "  requests: []", 4, 3, "did you mean request?"),
    ("unknown list, a synonym", "  websocket: []", 4, 3, "did you mean connectSocket?"),
    ("two names of one list", "  request: []\n  requestdomain: []", 5, 3, "same list as request on line 4"),
    ("same list twice", "  request: []\n  request: []", 5, 3, "on line 4 and again on line 5"),
    ("one text for a list", "  request: https://a.cn", 4, 12, "request: [https://a.cn]"),
    ("several in one text", "  request: https://a.cn;https://b.cn", 4, 12, "request: [https://a.cn, https://b.cn]"),
    ("empty list key", "  request:", 4, 3, "request: []"),
    ("a mapping for a list", "  request: {a: b}", 4, 12, "request: [https://api.example.com]"),
    ("empty item", "  request:\n    -\n    - https://a.cn", 5, 6, "delete this item"),
    ("colon and space in an entry", "  request:\n    - https: //a.cn", 5, 7, "- https://a.cn"),
    ("colon at the end of an entry", "  request:\n    - https://a.cn:", 5, 7, "- https://a.cn"),
    ("quoted newline", '  request:\n    - "https://a.cn\\n"', 5, 7, "Write instead: https://a.cn"),
    (
        "entry over two lines",
        "  request:\n    - https://a.cn\n      https://b.cn",
        5,
        7,
        "2 lines: - https://a.cn - https://b.cn",
    ),
]


@pytest.mark.parametrize("text, line, column, en", [pytest.param(*row[1:], id=row[0]) for row in IN_POLICY])
def test_a_mistake_in_the_domains(text, line, column, en):
    reading = in_policy(text)

    (mistake,) = reading.mistakes
    assert (mistake.line, mistake.column) == (line, column)
    assert en in mistake.in_lang("en")


def test_a_repeated_entry_is_kept_once_with_a_warning():
    reading = in_policy("  request:\n    - https://a.cn\n    - https://A.cn\n  uploadFile: [https://a.cn]")

    assert len(reading.policy.listed(Api.REQUEST)) == 1
    assert [(w.line, w.column) for w in reading.warnings if "repeats line 5" in w.in_lang("en")] == [(6, 7)]


def test_lists_of_udp_and_tcp_are_ignored_with_a_warning():
    reading = in_policy("  request: [https://a.cn]\n  udpdomain: [udp://a.cn]\n  tcp: []")

    assert reading.policy is not None
    assert [(w.line, "UDP and TCP" in w.in_lang("en")) for w in reading.warnings] == [(5, True), (6, True)]


@pytest.mark.parametrize(
    "count, edition, warned", [(200, "current", False), (201, "current", True), (201, "2017", False)]
)
def test_more_entries_than_a_category_holds(count, edition, warned):
    entries = ", ".join(f"https://a{number}.cn" for number in range(count))
    reading = in_policy(f"  request: [{entries}]", edition)

    assert len(reading.policy.listed(Api.REQUEST)) == count
    assert [(w.line, w.column) for w in reading.warnings] == ([(4, 3)] if warned else [])


@pytest.mark.parametrize(
    "line, warned",
    [
        ("- https://a.example.io", True),
        ("- https://a.example.io # icp-ok", False),
        ("- 'https://a.example.io'   #icp-ok: staging", False),
        ("- https://a.example.io # icp-okay", True),
        ("- https://a.example.io # why?", True),
    ],
)
def test_the_filing_warning_can_be_silenced_on_its_line(line, warned):
    reading = in_policy(f"  request:\n    {line}\n")

    assert reading.policy is not None
    assert [w.code for w in reading.warnings] == ([Code.ICP_UNLIKELY] if warned else [])


def test_the_comment_silences_nothing_but_the_filing_warning():
    assert [w.code for w in in_policy("  request:\n    - https://A.io # icp-ok").warnings] == [Code.URL_INVALID]


def test_the_edition_decides_about_ports():
    text = '{"request": ["https://a.cn:8443"]}'

    assert [m.code for m in read_domain_lists(text).mistakes] == [Code.PORT_NOT_ALLOWED]
    assert read_domain_lists(text, edition=WECHAT_CURRENT).mistakes == ()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["request", "socket", "uploaddomain", "tcpdomain", "x"]), inner, max_size=3)
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.text() | st.binary() | JSON_VALUES.map(json.dumps) | JSON_VALUES.map(lambda v: json.dumps({"request": v})))
def test_any_text_gives_lists(text):
    lists = read_domain_lists(text)

    assert set(lists.domains) == set(Api)
    for note in lists.mistakes + lists.warnings:
        assert note.in_lang("zh").isprintable() and note.in_lang("en").isprintable()


EFFECTIVE = """{"errcode": 0, "errmsg": "ok",
 "mp_domain": {"requestdomain": ["https://mp.example.org"], "wsrequestdomain": []},
 "effective_domain": {"requestdomain": ["https://mp.example.org", "https://own.example.org"],
  "wsrequestdomain": ["wss://ws.example.org"], "uploaddomain": [], "downloaddomain": [], "udpdomain": [], "tcpdomain": []}}"""
PASTED = """服务器域名
request合法域名\thttps://mp.example.org
https://own.example.org;https://third.example.org
socket合法域名\twss://ws.example.org
uploadFile合法域名
downloadFile合法域名：https://dl.example.org 本月还可修改 47 次
udp合法域名\tudp://udp.example.org
"""


def test_of_get_effective_domain_the_lists_in_force_are_taken():
    lists = read_domain_lists(EFFECTIVE)
    assert lists.mistakes == ()
    assert [entry.origin for entry in lists.domains[Api.REQUEST]] == [
        "https://mp.example.org",
        "https://own.example.org",
    ]
    assert [entry.origin for entry in lists.domains[Api.CONNECT_SOCKET]] == ["wss://ws.example.org"]


def test_the_admin_page_s_table_is_read_as_pasted_text():
    lists = read_domain_lists(PASTED)
    assert lists.mistakes == ()
    assert {api: [entry.origin for entry in entries] for api, entries in lists.domains.items()} == {
        Api.REQUEST: ["https://mp.example.org", "https://own.example.org", "https://third.example.org"],
        Api.UPLOAD_FILE: [],
        Api.DOWNLOAD_FILE: ["https://dl.example.org"],
        Api.CONNECT_SOCKET: ["wss://ws.example.org"],
    }


def test_a_mistake_in_pasted_text_has_its_place():
    (mistake,) = read_domain_lists("request合法域名 https://a.example.org\nhttps://10.0.0.1").mistakes
    assert (mistake.line, mistake.column, mistake.found) == (2, 1, "https://10.0.0.1")

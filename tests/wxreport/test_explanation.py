"""Why a URL is refused, and which entries a session asks for."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.domain_calls import listing
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Api
from wxreport.explanation import admitting
from wxreport.explanation import explain
from wxreport.explanation import judge_url
from wxreport.explanation import lines_to_add

POLICY = listing(
    request=["https://api.example.com"],
    downloadFile=["https://cdn.example.com"],
    connectSocket=["wss://ws.example.com"],
)


@pytest.mark.parametrize(
    ("case", "url", "api", "codes"),
    [
        ("listed", "https://api.example.com/user?a=b", Api.REQUEST, []),
        ("a socket", "wss://ws.example.com/", Api.CONNECT_SOCKET, []),
        ("not listed", "https://evil.example.com/", Api.REQUEST, ["DOMAIN_NOT_LISTED"]),
        ("listed for another API", "https://cdn.example.com/", Api.REQUEST, ["DOMAIN_WRONG_CATEGORY"]),
        ("http", "http://api.example.com/", Api.REQUEST, ["SCHEME_NOT_SECURE"]),
        ("a port", "https://api.example.com:8443/", Api.REQUEST, ["PORT_NOT_ALLOWED"]),
        ("the default port, spelled", "https://api.example.com:443/", Api.REQUEST, ["PORT_NOT_ALLOWED"]),
        ("an address", "https://203.0.113.7/", Api.REQUEST, ["HOST_IS_IP"]),
        ("localhost", "https://localhost/", Api.REQUEST, ["HOST_IS_LOCALHOST"]),
        ("reserved", "https://api.weixin.qq.com/sns", Api.REQUEST, ["HOST_RESERVED"]),
        ("no URL", "hello", Api.REQUEST, ["URL_INVALID"]),
        ("nothing", "", Api.REQUEST, ["URL_INVALID"]),
    ],
)
def test_what_is_found_on_a_url(case, url, api, codes):
    found = [finding.code.value for finding in judge_url(url, api, POLICY)]
    assert (found[:1], bool(found)) == (codes, bool(codes))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_api_has_its_answer_and_each_refusal_its_mend(lang):
    release, debug = {"zh": ("正式版：", "打开调试："), "en": ("release: ", "debug: ")}[lang]
    lines = list(explain("https://cdn.example.com/a.png", [Api.REQUEST, Api.DOWNLOAD_FILE], POLICY, lang))
    assert (
        lines[0].startswith("request") and "✗" in lines[0] and "600002" in lines[0] and f"{debug}request:ok" in lines[0]
    )
    assert "DOMAIN_WRONG_CATEGORY" in lines[1] and "downloadFile合法域名" in lines[1]
    assert "- https://cdn.example.com" in lines[2]
    assert lines[3] == f"downloadFile  ✓ {release}downloadFile:ok   {debug}downloadFile:ok"
    assert lines[4:] == [
        {
            "zh": "正式版：downloadFile 可以访问，request 不可以。",
            "en": "In a release build it may be called by downloadFile, not by request.",
        }[lang]
    ]


@pytest.mark.parametrize(
    ("case", "url", "message", "fix"),
    [
        (
            "no scheme",
            "api.example.com/user?a=b",
            'The scheme is missing in "api.example.com/user?a=b".',
            "Write https://api.example.com/user?a=b ",
        ),
        (
            "no scheme, but a port",
            "api.example.com:8443/",
            'The scheme is missing in "api.example.com:8443/".',
            "Write https://api.example.com:8443/ ",
        ),
        (
            "a machine's own name and a port",
            "localhost:3000",
            'The scheme is missing in "localhost:3000".',
            "Write https://localhost:3000 ",
        ),
        (
            "a name that begins like a scheme",
            "ws.example.com/",
            'The scheme is missing in "ws.example.com/".',
            "Write https://ws.example.com/ ",
        ),
        (
            "slashes alone",
            "//api.example.com/",
            'The scheme is missing in "//api.example.com/".',
            "Write https://api.example.com/ ",
        ),
        ("a path", "/user", 'The scheme is missing in "/user".', "Write https://api.example.com/user "),
        ("a word", "hello", 'The scheme is missing in "hello".', "Write https://api.example.com/… "),
        ("nothing", "  ", "The URL is empty.", "Write https://api.example.com/… "),
        (
            "another scheme",
            "ftp://cdn.example.com/a",
            "ftp:// is no scheme that a mini-program can call.",
            "Write https://cdn.example.com/a ",
        ),
        (
            "a scheme without a host",
            "tel:10086",
            "tel: is no scheme that a mini-program can call.",
            "Write https://api.example.com/… ",
        ),
        (
            "an impossible port",
            "https://api.example.com:99999/",
            '"https://api.example.com:99999/": the port is not a number from 1 to 65535.',
            "Take the port out of the url, or write one from 1 to 65535.",
        ),
        (
            "a port that is no number",
            "https://api.example.com:abc/",
            '"https://api.example.com:abc/": the port is not a number from 1 to 65535.',
            "Take the port out of the url, or write one from 1 to 65535.",
        ),
        (
            "one slash",
            "https:/api.example.com/",
            '"https:/api.example.com/": the URL\'s scheme is not followed by two slashes, which clients parse differently.',
            "Check where the code puts the url together",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_url_is_said_once_for_all_apis(case, url, message, fix):
    lines = list(explain(url, [Api.REQUEST, Api.UPLOAD_FILE], POLICY, "en"))
    assert lines[0] == "request, uploadFile ✗ release: invalid URL (errno 600009)   debug: invalid URL"
    assert lines[1] == f"    URL_INVALID: {message}"
    assert lines[2].startswith(f"    → {fix}") and len(lines) == 3
    assert admitting(url, list(Api), POLICY) == []


def test_a_socket_is_told_to_write_wss():
    assert (
        list(explain("ws.example.com/x", [Api.CONNECT_SOCKET], POLICY, "en"))[2]
        == "    → Write wss://ws.example.com/x."
    )


def test_which_apis_may_call_a_url():
    assert admitting("https://api.example.com/", list(Api), POLICY) == [Api.REQUEST]
    assert admitting("https://evil.example.com/", list(Api), POLICY) == []


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.characters(codec=None, exclude_categories=()), max_size=60),
    st.sampled_from(Api),
    st.sampled_from(["zh", "en"]),
)
def test_any_text_is_explained_in_lines_that_can_be_printed(text, api, lang):
    for line in explain(f"https://{text}", [api], POLICY, lang):
        assert line.isprintable()


@pytest.mark.parametrize(
    ("case", "found", "lines"),
    [
        ("not listed", {}, ["https://api.example.com"]),
        ("in another category", {"code": Code.DOMAIN_WRONG_CATEGORY}, ["https://api.example.com"]),
        (
            "a redirect's target",
            {"code": Code.REDIRECT_NOT_LISTED, "subject": "login.example.com"},
            ["https://login.example.com"],
        ),
        ("a redirect to an address", {"code": Code.REDIRECT_NOT_LISTED, "subject": "10.0.0.1"}, []),
        ("a redirect to localhost", {"code": Code.REDIRECT_NOT_LISTED, "subject": "localhost"}, []),
        ("a redirect to the reserved host", {"code": Code.REDIRECT_NOT_LISTED, "subject": "api.weixin.qq.com"}, []),
        ("a redirect that nobody can read", {"code": Code.REDIRECT_NOT_LISTED, "subject": "https:/a b"}, []),
        ("a port is no missing line", {"code": Code.PORT_NOT_ALLOWED}, []),
        ("a call that passes", {"severity": Severity.NOTE}, []),
        ("what cannot be told", {"status": Status.NOT_OBSERVABLE}, []),
        ("nothing to name", {"subject": ""}, []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_which_line_a_finding_asks_for(case, found, lines, record, finding):
    assert lines_to_add([record(findings=[finding(**found)])]).lines[Api.REQUEST] == lines


def test_lines_are_by_category_each_once_and_in_the_order_of_their_calls(record, finding):
    calls = [
        record(findings=[finding(subject="b.example.com")]),
        record(findings=[finding(subject="a.example.com")]),
        record(findings=[finding(subject="b.example.com")]),
        record(findings=[finding(subject="ws.example.com")], api=Api.CONNECT_SOCKET),
        replace(record(findings=[finding()]), api="wx.somethingNew"),
    ]
    assert lines_to_add(calls).lines == {
        Api.REQUEST: ["https://b.example.com", "https://a.example.com"],
        Api.UPLOAD_FILE: [],
        Api.DOWNLOAD_FILE: [],
        Api.CONNECT_SOCKET: ["wss://ws.example.com"],
    }


def _asked(*ways, code=Code.DOMAIN_NOT_LISTED):
    first, *others = [{"api": api.value, "line": line} for api, line in ways]
    return Finding(code, {"host": "cdn.example.com", "add": first, "add_others": others})


def test_a_call_of_two_readings_asks_for_a_line_in_both_lists(record):
    line = "https://cdn.example.com"
    either = lines_to_add([record(findings=[_asked((Api.REQUEST, line), (Api.DOWNLOAD_FILE, line))])])
    assert (either.lines[Api.REQUEST], either.lines[Api.DOWNLOAD_FILE]) == ([line], [line])
    assert either.either == {(Api.REQUEST, line), (Api.DOWNLOAD_FILE, line)}
    # A call that leaves no doubt settles its own list.
    calls = [
        record(findings=[_asked((Api.REQUEST, line), (Api.DOWNLOAD_FILE, line))]),
        record(findings=[_asked((Api.DOWNLOAD_FILE, line))], api=Api.DOWNLOAD_FILE),
    ]
    assert lines_to_add(calls).either == {(Api.REQUEST, line)}


def test_a_hop_s_own_line_is_asked_for_with_its_port(record):
    hop = {"code": "DOMAIN_NOT_LISTED", "data": {"add": {"api": "request", "line": "https://b.example.com:8443"}}}
    found = Finding(Code.REDIRECT_NOT_LISTED, {"host": "b.example.com", "causes": [hop, "?", {"data": None}]})
    assert lines_to_add([record(findings=[found])]).lines[Api.REQUEST] == ["https://b.example.com:8443"]

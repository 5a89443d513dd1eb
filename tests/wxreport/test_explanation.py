"""Why a URL is refused, and which entries a session asks for."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from testenv.domain_calls import listing

from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Api
from wxreport.explanation import explain
from wxreport.explanation import judge_url
from wxreport.explanation import lines_to_add

POLICY = listing(
    request=["https://api.example.com"], downloadFile=["https://cdn.example.com"], connectSocket=["wss://ws.example.com"]
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
    lines = list(explain("https://cdn.example.com/a.png", [Api.REQUEST, Api.DOWNLOAD_FILE], POLICY, lang))
    assert lines[0].startswith("request") and "✗" in lines[0] and "600002" in lines[0] and "debug: request:ok" in lines[0]
    assert "DOMAIN_WRONG_CATEGORY" in lines[1] and "downloadFile合法域名" in lines[1]
    assert "- https://cdn.example.com" in lines[2]
    assert lines[3:] == ["downloadFile  ✓ release: downloadFile:ok   debug: downloadFile:ok"]


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=60), st.sampled_from(Api), st.sampled_from(["zh", "en"]))
def test_any_text_is_explained_in_lines_that_can_be_printed(text, api, lang):
    for line in explain(f"https://{text}", [api], POLICY, lang):
        assert line.isprintable()


@pytest.mark.parametrize(
    ("case", "found", "lines"),
    [
        ("not listed", {}, ["https://api.example.com"]),
        ("in another category", {"code": Code.DOMAIN_WRONG_CATEGORY}, ["https://api.example.com"]),
        ("a redirect's target", {"code": Code.REDIRECT_NOT_LISTED, "subject": "login.example.com"}, ["https://login.example.com"]),
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
    assert lines_to_add([record(findings=[finding(**found)])])[Api.REQUEST] == lines


def test_lines_are_by_category_each_once_and_in_the_order_of_their_calls(record, finding):
    calls = [
        record(findings=[finding(subject="b.example.com")]),
        record(findings=[finding(subject="a.example.com")]),
        record(findings=[finding(subject="b.example.com")]),
        record(findings=[finding(subject="ws.example.com")], api=Api.CONNECT_SOCKET),
        replace(record(findings=[finding()]), api="wx.somethingNew"),
    ]
    assert lines_to_add(calls) == {
        Api.REQUEST: ["https://b.example.com", "https://a.example.com"],
        Api.UPLOAD_FILE: [],
        Api.DOWNLOAD_FILE: [],
        Api.CONNECT_SOCKET: ["wss://ws.example.com"],
    }

"""HARs of every tool are read alike; what is no HAR is said, never a traceback."""

import base64
import json

import pytest

from testenv.har_entries import one_of
from testenv.har_entries import read
from wxcapture.captured import Skipped
from wxpolicy.call.facts import Where


def names_of(call):
    return [(name.where, name.host, name.port) for name in call.facts.names]


def test_an_entry_is_the_call_that_it_shows(har_entry):
    call = one_of(
        har_entry("https://api.example.com:8443/a?b=1#c", headers={"Host": "api.example.com:8443", "X-A": "1"})
    )
    assert names_of(call) == [(Where.URL, "api.example.com", 8443), (Where.HOST, "api.example.com", 8443)]
    assert (call.facts.scheme, call.facts.path, call.facts.headers["x-a"]) == ("https", "/a?b=1", "1")
    assert (call.url, call.answer.status, call.duration_ms) == ("https://api.example.com:8443/a?b=1", 200, 12)
    assert call.started_at == 1772352000.0


PORTS = [
    ("a default port that a tool put in", "https://api.example.com:443/", {}, None),
    ("plain http", "http://api.example.com:80/", {}, None),
    ("another port", "https://api.example.com:444/", {}, 444),
    ("HTTP/2's pseudo header", "https://api.example.com/", {":authority": "api.example.com:443"}, None),
]


@pytest.mark.parametrize(("case", "url", "headers", "port"), PORTS, ids=[each[0] for each in PORTS])
def test_only_a_spelled_port_counts(har_entry, case, url, headers, port):
    assert {name.port for name in one_of(har_entry(url, headers=headers)).facts.names} == {port}


DATES = [
    ("2026-03-01T08:00:00Z", 1772352000.0),
    ("2026-03-01T16:00:00.1234567+08:00", 1772352000.123456),
    ("2026-03-01T08:00:00", 1772352000.0),
    ("Sun, 01 Mar 2026 08:00:00 GMT", 1772352000.0),
    (1772352000000, 1772352000.0),
    (1772352000, 1772352000.0),
    ("yesterday", 0.0),
    ("9999-99-99T00:00:00Z", 0.0),
    ("0001-01-01T00:00:00+14:00", 0.0),
    (None, 0.0),
    (1e400, 0.0),
    (-5, 0.0),
]


@pytest.mark.parametrize(("date", "seconds"), DATES)
def test_dates_of_every_tool(har_entry, date, seconds):
    assert one_of(har_entry(startedDateTime=date)).started_at == pytest.approx(seconds, abs=1e-5)


ANSWERS = [
    ("a status", {"status": 404}, 404),
    ("Chromium: failed", {"status": 0, "_error": "net::ERR_FAILED"}, None),
    ("Playwright: failed", {"status": -1, "_failureText": "x"}, None),
    ("no status", {}, None),
    ("no answer at all", None, None),
    ("a status of digits", {"status": " 200 "}, 200),
    ("a status in words", {"status": "OK"}, None),
    ("a status that is too long", {"status": "2000"}, None),
    ("a status that is none", {"status": 1e999}, None),
]


@pytest.mark.parametrize(("case", "response", "status"), ANSWERS, ids=[each[0] for each in ANSWERS])
def test_no_answer_is_none(har_entry, case, response, status):
    call = one_of(har_entry() | {"response": response})
    assert (call.answer.status if call.answer else None) == status


def test_where_a_redirect_leads_is_read_from_either_place(har_entry):
    assert one_of(har_entry(status=302, location="https://b.com/")).answer.headers["location"] == "https://b.com/"
    entry = har_entry(status=302)
    entry["response"]["redirectURL"] = "https://c.com/"
    assert one_of(entry).answer.headers["location"] == "https://c.com/"


DEFAULT_PORTS = [
    ("https://api.example.com:443/b", "https://api.example.com/b"),
    ("//api.example.com.:0443?x=//y:443", "//api.example.com.?x=//y:443"),
    ("HTTP://api.example.com:80", "HTTP://api.example.com"),
    ("https://[::1]:443/", "https://[::1]/"),
    ("https://api.example.com:444/", "https://api.example.com:444/"),
    ("http://api.example.com:443/", "http://api.example.com:443/"),
    ("/b?x=//y:443", "/b?x=//y:443"),
    ("https:/api.example.com:443/", "https:/api.example.com:443/"),
]


@pytest.mark.parametrize(("location", "read_as"), DEFAULT_PORTS)
def test_a_default_port_that_a_tool_put_into_redirect_url_is_none(har_entry, location, read_as):
    for address in ("https://api.example.com/a", "https://api.example.com:443/a"):
        entry = har_entry(address, status=302)
        entry["response"]["redirectURL"] = location
        assert one_of(entry).answer.headers["location"] == read_as
        # The header is the server's own word.
        assert one_of(har_entry(address, status=302, location=location)).answer.headers["location"] == location


def test_a_redirect_to_the_same_place_with_its_default_port_is_allowed(har_entry, judge):
    entry = har_entry(status=302)
    entry["response"]["redirectURL"] = "https://api.example.com:443/b"
    assert "REDIRECT_NOT_LISTED" not in [finding.code for finding in judge.record(one_of(entry)).findings]


BODIES = [
    ("bytes", {"text": base64.b64encode(b"\xc4\xe3").decode(), "encoding": "base64"}, b"\xc4\xe3"),
    ("text, decoded by the tool", {"text": "你好"}, None),
    ("bytes that are none", {"text": "?", "encoding": "base64"}, None),
    ("left out", {"size": 5}, None),
]


@pytest.mark.parametrize(("case", "content", "body"), BODIES, ids=[each[0] for each in BODIES])
def test_only_bytes_are_a_body(har_entry, case, content, body):
    assert one_of(har_entry(content=content)).answer.body == body


def test_headers_may_be_a_list_or_an_object_and_repeat(har_entry):
    entry = har_entry()
    entry["request"]["headers"] = {"Referer": "https://servicewechat.com/wx1/2/page-frame.html"}
    assert one_of(entry).facts.headers["referer"].startswith("https://servicewechat.com/wx1/")
    entry["request"]["headers"] = [
        {"name": "A", "value": "1"},
        {"name": "a", "value": "2"},
        {"name": 5},
        "x",
        {"name": "b", "value": None},
    ]
    assert one_of(entry).facts.headers == {"a": "1, 2"}


@pytest.mark.parametrize(
    ("url", "method", "kind"),
    [
        ("data:image/png;base64,xx", "GET", "local"),
        ("blob:https://a.com/1", "GET", "local"),
        ("chrome-extension://abc/x.js", "GET", "local"),
        ("About:blank", "GET", "local"),
        ("file:///a/b.html", "GET", "local"),
        ("https://api.example.com:443/", "CONNECT", "raw"),
        ("api.example.com:443", "CONNECT", "raw"),
    ],
)
def test_what_is_no_call_is_counted(har_entry, url, method, kind):
    assert read({"log": {"entries": [har_entry(url, method=method)]}}) == [Skipped(kind)]


def test_a_byte_order_mark_and_blanks_come_before_nothing(har_entry):
    data = b"\xef\xbb\xbf\r\n " + json.dumps({"log": {"version": "1.2", "entries": [har_entry()]}}).encode()
    assert len(read(data)) == 1


def test_blanks_may_follow_the_har(har_entry):
    assert len(read(json.dumps({"log": {"entries": [har_entry()]}}).encode() + b"\r\n \t\n" * 10)) == 1

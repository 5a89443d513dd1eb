"""HARs of every tool are read alike; what is no HAR is said, never a traceback."""

import base64
import io
import json

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxcapture.captured import Captured
from wxcapture.captured import Mistake
from wxcapture.captured import Skipped
from wxcapture.captured import Unreadable
from wxcapture.har_reader import read_entry
from wxcapture.har_reader import read_har
from wxcapture.offline import OfflineJudge
from wxpolicy.call.facts import Where
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Scope


def read(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return list(read_har(io.BytesIO(data), "file.har"))


def names_of(call):
    return [(name.where, name.host, name.port) for name in call.facts.names]


def one(entry):
    (call,) = read({"log": {"entries": [entry]}})
    assert isinstance(call, Captured), call
    return call


def test_an_entry_is_the_call_that_it_shows(har_entry):
    call = one(har_entry("https://api.example.com:8443/a?b=1#c", headers={"Host": "api.example.com:8443", "X-A": "1"}))
    assert names_of(call) == [(Where.URL, "api.example.com", 8443), (Where.HOST, "api.example.com", 8443)]
    assert (call.facts.scheme, call.facts.path, call.facts.headers["x-a"]) == ("https", "/a?b=1", "1")
    assert (call.url, call.answer.status, call.duration_ms) == ("https://api.example.com:8443/a?b=1", 200, 12)
    assert call.started_at == 1772352000.0


SOCKETS = [
    ("Chromium", "wss://ws.example.com/s", {"_resourceType": "websocket", "_webSocketMessages": []}, {}),
    ("Charles and Fiddler: an https address with Upgrade", "https://ws.example.com/s", {}, {"Upgrade": "WebSocket"}),
    (
        "mitmproxy: an https address with a resource type",
        "https://ws.example.com/s",
        {"_resourceType": "websocket"},
        {},
    ),
    ("messages alone", "https://ws.example.com/s", {"_webSocketMessages": []}, {}),
    ("Upgrade among others", "https://ws.example.com/s", {}, {"Upgrade": "websocket, foo"}),
    ("the key of its handshake", "https://ws.example.com/s", {}, {"Sec-WebSocket-Key": "abc"}),
    ("a status without headers", "https://ws.example.com/s", {}, {}),
]


@pytest.mark.parametrize(("case", "url", "more", "headers"), SOCKETS, ids=[each[0] for each in SOCKETS])
def test_a_socket_is_known_however_a_tool_writes_it(har_entry, case, url, more, headers):
    assert one(har_entry(url, headers=headers, status=101, **more)).facts.scheme == "wss"


@pytest.mark.parametrize("given", [("Upgrade", "websocket"), ("Sec-WebSocket-Accept", "abc")])
def test_a_socket_is_known_by_its_answer(har_entry, judge, given):
    entry = har_entry("https://ws.example.com/s", status=101, time=99_999, headers={"Upgrade": "h2c"})
    entry["response"]["headers"] = [{"name": given[0], "value": given[1]}]
    record = judge.record(one(entry))
    # Its time is its life: no TIMEOUT.
    assert (record.api, record.release.outcome) == ("connectSocket", "success")


def test_a_socket_over_http_2_is_a_call_though_it_is_a_connect(har_entry, judge):
    pseudo = {":method": "CONNECT", ":protocol": "websocket", ":authority": "ws.example.com"}
    record = judge.record(one(har_entry("https://ws.example.com/s", method="CONNECT", headers=pseudo, time=99_999)))
    assert (record.api, record.release.outcome) == ("connectSocket", "success")


NO_SOCKETS = [
    ("another protocol", 101, {"Upgrade": "h2c"}),
    ("an offer of HTTP/2", 200, {"Upgrade": "h2c", "Connection": "Upgrade"}),
    ("a plain call", 200, {}),
]


@pytest.mark.parametrize(("case", "status", "headers"), NO_SOCKETS, ids=[each[0] for each in NO_SOCKETS])
def test_no_other_upgrade_is_a_socket(har_entry, case, status, headers):
    assert one(har_entry(headers=headers, status=status)).facts.scheme == "https"


PORTS = [
    ("a default port that a tool put in", "https://api.example.com:443/", {}, None),
    ("plain http", "http://api.example.com:80/", {}, None),
    ("another port", "https://api.example.com:444/", {}, 444),
    ("HTTP/2's pseudo header", "https://api.example.com/", {":authority": "api.example.com:443"}, None),
]


@pytest.mark.parametrize(("case", "url", "headers", "port"), PORTS, ids=[each[0] for each in PORTS])
def test_only_a_spelled_port_counts(har_entry, case, url, headers, port):
    assert {name.port for name in one(har_entry(url, headers=headers)).facts.names} == {port}


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
    assert one(har_entry(startedDateTime=date)).started_at == pytest.approx(seconds, abs=1e-5)


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
    call = one(har_entry() | {"response": response})
    assert (call.answer.status if call.answer else None) == status


def test_where_a_redirect_leads_is_read_from_either_place(har_entry):
    assert one(har_entry(status=302, location="https://b.com/")).answer.headers["location"] == "https://b.com/"
    entry = har_entry(status=302)
    entry["response"]["redirectURL"] = "https://c.com/"
    assert one(entry).answer.headers["location"] == "https://c.com/"


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
def test_a_default_port_in_a_redirect_is_none(har_entry, location, read_as):
    for address in ("https://api.example.com/a", "https://api.example.com:443/a"):
        assert one(har_entry(address, status=302, location=location)).answer.headers["location"] == read_as


def test_a_redirect_to_the_same_place_with_its_default_port_is_allowed(har_entry, judge):
    entry = har_entry(status=302)
    entry["response"]["redirectURL"] = "https://api.example.com:443/b"
    assert "REDIRECT_NOT_LISTED" not in [finding.code for finding in judge.record(one(entry)).findings]


BODIES = [
    ("bytes", {"text": base64.b64encode(b"\xc4\xe3").decode(), "encoding": "base64"}, b"\xc4\xe3"),
    ("text, decoded by the tool", {"text": "你好"}, None),
    ("bytes that are none", {"text": "?", "encoding": "base64"}, None),
    ("left out", {"size": 5}, None),
]


@pytest.mark.parametrize(("case", "content", "body"), BODIES, ids=[each[0] for each in BODIES])
def test_only_bytes_are_a_body(har_entry, case, content, body):
    assert one(har_entry(content=content)).answer.body == body


def test_headers_may_be_a_list_or_an_object_and_repeat(har_entry):
    entry = har_entry()
    entry["request"]["headers"] = {"Referer": "https://servicewechat.com/wx1/2/page-frame.html"}
    assert one(entry).facts.headers["referer"].startswith("https://servicewechat.com/wx1/")
    entry["request"]["headers"] = [
        {"name": "A", "value": "1"},
        {"name": "a", "value": "2"},
        {"name": 5},
        "x",
        {"name": "b", "value": None},
    ]
    assert one(entry).facts.headers == {"a": "1, 2"}


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


NO_URLS = [
    "api.example.com/a",
    "{{ _.base_url }}/a",
    "//api.example.com/x",
    "api.example.com:443/x",
    "localhost:8080",
    "/a",
    "://a",
    "httpsx:a",
]


@pytest.mark.parametrize("url", NO_URLS)
def test_an_address_without_a_scheme_is_a_mistake_that_shows_it(har_entry, url):
    (item,) = read({"log": {"entries": [har_entry(f" {url}?token=s3cr3t")]}})
    assert isinstance(item, Mistake)
    assert f"entry 1 has no request.url (expected a whole URL, found {url}?token=***)" in item.text.en
    assert f"应为完整的网址，实际是 {url}?token=***" in item.text.zh


@pytest.mark.parametrize("url", ["user:s3cr3t@api.example.com/", "//user:s3cr3t@api.example.com/"])
def test_a_password_in_such_an_address_is_not_shown(har_entry, url):
    (item,) = read({"log": {"entries": [har_entry(url)]}})
    assert "***@api.example.com/" in item.text.en and "s3cr3t" not in item.text.en + item.text.zh


def test_a_url_that_clients_read_differently_stays_whole_to_be_refused(har_entry, judge):
    for url in (
        "https://api.example.com\\@evil.com/",
        "https://api.example.com:99999/",
        "https:///api.example.com",
        "https://",
    ):
        record = judge.record(one(har_entry(url)))
        assert [finding.code.value for finding in record.findings][0] == "URL_INVALID", url


def test_a_byte_order_mark_and_blanks_come_before_nothing(har_entry):
    data = b"\xef\xbb\xbf\r\n " + json.dumps({"log": {"version": "1.2", "entries": [har_entry()]}}).encode()
    assert len(read(data)) == 1


def test_what_came_before_the_break_is_read_and_the_break_has_a_place(har_entry):
    data = json.dumps({"log": {"entries": [har_entry(), har_entry(), har_entry()]}}, indent=1).encode()
    items = []
    with pytest.raises(Unreadable, match=r"file\.har:\d+:\d+: the file ends here"):
        for item in read_har(io.BytesIO(data[: len(data) * 5 // 6]), "file.har"):
            items.append(item)
    assert len(items) == 2


BEHIND = [
    ("a second HAR", ' \n{"log": {"entries": []}}', "file.har:2:1: ", '{"log"'),
    ("rubbish", ");", ": ", "found );"),
    ("an end too many", "}", ": ", "found }"),
]


@pytest.mark.parametrize(("case", "behind", "place", "found"), BEHIND, ids=[each[0] for each in BEHIND])
def test_what_follows_the_har_is_said_and_the_har_is_read(har_entry, case, behind, place, found):
    data = json.dumps({"log": {"entries": [har_entry()]}}) + behind
    items = []
    with pytest.raises(Unreadable, match="expected the end of the file") as caught:
        for item in read_har(io.BytesIO(data.encode()), "file.har"):
            items.append(item)
    assert len(items) == 1 and place in caught.value.text.en and found in caught.value.text.en


def test_blanks_may_follow_the_har(har_entry):
    assert len(read(json.dumps({"log": {"entries": [har_entry()]}}).encode() + b"\r\n \t\n" * 10)) == 1


def test_an_entry_that_is_none_is_passed_over_with_its_place(har_entry):
    good, bad = read(json.dumps({"log": {"entries": [har_entry(), 7]}}).encode())
    assert isinstance(good, Captured) and isinstance(bad, Mistake)
    assert "entry 2" in bad.text.en and "file.har:1:" in bad.text.en and "第 2 条" in bad.text.zh


@pytest.mark.parametrize("document", [[], 5, None, "x", {}, {"log": []}, {"log": {"entries": {}}}, {"entries": []}])
def test_what_is_no_har_is_said(document):
    with pytest.raises(Unreadable, match="no HAR file|expected"):
        read(document)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=15) | st.sampled_from(["https://a.com/", "wss://[::1", "tcp://x", "-1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["log", "entries", "request", "response", "url", "method", "headers", "name", "value", "status", "content", "text", "encoding",
         "startedDateTime", "time", "timings", "blocked", "postData", "mimeType", "_miniprogram", "_names", "_answer", "_resourceType",
         "bodySize", "redirectURL", "_error", "where", "host", "port", "clientIPAddress"]), inner, max_size=6),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_as_a_har_is_read_or_said_to_be_none(document):
    """Never anything but calls, counts, mistakes and Unreadable."""
    try:
        items = read(document)
    except Unreadable as error:
        assert error.text.zh and error.text.en
    else:
        assert all(isinstance(item, (Captured, Skipped, Mistake)) for item in items)


@settings(max_examples=200, deadline=None)
@given(JSON, JSON, JSON, st.text(max_size=30))
def test_any_entry_is_judged_or_passed_over(request_headers, response, more, url):
    """Whatever stands where a call should be: a record, a count or a mistake."""
    for address in (f"https://{url}", url):
        entry = {
            "request": {"url": address, "method": "GET", "headers": request_headers},
            "response": response,
            "_miniprogram": more,
        }
        item = read_entry(entry, 1, "file.har:1:1")
        if isinstance(item, Captured):
            record = OfflineJudge(PolicySet([Policy(scope=Scope.ALL)])).record(item)
            assert record is None or json.dumps(record.as_json())

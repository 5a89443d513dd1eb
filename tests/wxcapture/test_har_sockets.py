"""A WebSocket in a HAR is recognised however a tool writes it."""

import pytest

from testenv.har_entries import one_of

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
    assert one_of(har_entry(url, headers=headers, status=101, **more)).facts.scheme == "wss"


@pytest.mark.parametrize("given", [("Upgrade", "websocket"), ("Sec-WebSocket-Accept", "abc")])
def test_a_socket_is_known_by_its_answer(har_entry, judge, given):
    entry = har_entry("https://ws.example.com/s", status=101, time=99_999, headers={"Upgrade": "h2c"})
    entry["response"]["headers"] = [{"name": given[0], "value": given[1]}]
    record = judge.record(one_of(entry))
    # Its time is its life: no TIMEOUT.
    assert (record.api, record.release.outcome) == ("connectSocket", "success")


@pytest.mark.parametrize(
    ("case", "more", "outcome"),
    [
        ("over HTTP/2 a 200 opens it", {"response": {"status": 200, "httpVersion": "h2"}}, "success"),
        ("messages have passed", {"_webSocketMessages": [{"type": "send", "data": "a"}]}, "success"),
        ("over HTTP/1.1 a 200 opens none", {"response": {"status": 200, "httpVersion": "http/1.1"}}, "fail"),
        ("over HTTP/2 a 403 opens none", {"response": {"status": 403, "httpVersion": "h2"}}, "fail"),
    ],
)
def test_a_socket_is_open_by_what_its_entry_shows(har_entry, judge, case, more, outcome):
    entry = har_entry("wss://ws.example.com/s", headers={"Upgrade": "websocket"}, **more)
    record = judge.record(one_of(entry))
    assert (record.outcome, record.release.outcome) == (outcome, outcome)
    assert ("NETWORK_ERROR" in [finding.code for finding in record.findings]) is (outcome == "fail")


def test_a_socket_over_http_2_is_a_call_though_it_is_a_connect(har_entry, judge):
    pseudo = {":method": "CONNECT", ":protocol": "websocket", ":authority": "ws.example.com"}
    record = judge.record(one_of(har_entry("https://ws.example.com/s", method="CONNECT", headers=pseudo, time=99_999)))
    assert (record.api, record.release.outcome) == ("connectSocket", "success")


NO_SOCKETS = [
    ("another protocol", 101, {"Upgrade": "h2c"}),
    ("an offer of HTTP/2", 200, {"Upgrade": "h2c", "Connection": "Upgrade"}),
    ("a plain call", 200, {}),
]


@pytest.mark.parametrize(("case", "status", "headers"), NO_SOCKETS, ids=[each[0] for each in NO_SOCKETS])
def test_no_other_upgrade_is_a_socket(har_entry, case, status, headers):
    assert one_of(har_entry(headers=headers, status=status)).facts.scheme == "https"

"""A call that did not get its answer to the end, and by whom."""

import pytest

from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules import network_error
from wxpolicy.rules.network_error import is_by_client
from wxpolicy.terms import Client


@pytest.mark.parametrize(
    ("why", "by_client"),
    [
        ("Client disconnected.", True),
        ("stream reset by client (CANCEL)", True),
        ("server closed connection", False),
        ("", False),
    ],
)
def test_mitmproxys_word_tells_who_left(why, by_client):
    assert is_by_client(why) is by_client


def test_a_server_that_fails_fails_the_call():
    found = next(network_error.check("api.example.com", by_client=False, why="connection reset"))
    assert (found.code, found.severity, found.subject) == (Code.NETWORK_ERROR, Severity.VIOLATION, "api.example.com")
    assert "no complete answer: connection reset" in message_of(found).en
    assert message_of(next(network_error.check("a", by_client=False, why=""))).en.endswith("no complete answer")


def test_a_client_that_leaves_is_noted():
    found = next(network_error.check("api.example.com", by_client=True))
    assert (found.code, found.severity) == (Code.NETWORK_ERROR, Severity.NOTE)


@pytest.mark.parametrize(
    ("case", "status", "fails"),
    [
        ("switched", 101, False),
        ("a page in place of a socket", 200, True),
        ("a login page elsewhere", 302, True),
        ("not allowed", 403, True),
        ("no such path", 404, True),
        ("a gateway without its server", 502, True),
    ],
)
def test_only_101_opens_a_socket(case, status, fails):
    found = list(network_error.handshake("ws.example.com", status))
    assert [(each.code, each.fails, each.clause) for each in found] == [
        (Code.NETWORK_ERROR, True, "RFC 6455 §4.1")
    ] * fails
    assert all(str(status) in message_of(each).zh and "onError" in message_of(each).en for each in found)


@pytest.mark.parametrize(
    ("case", "asked", "given", "is_right"),
    [
        ("neither", "", "", True),
        ("the one that was asked for", "mqtt", "mqtt", True),
        ("one of those", "mqtt, stomp", "stomp", True),
        ("none in answer to one", "mqtt", "", False),
        ("another", "mqtt", "stomp", False),
        ("one that nobody asked for", "", "mqtt", False),
        ("in capitals: names compare exactly", "mqtt", "MQTT", False),
    ],
)
def test_a_subprotocol_is_one_that_was_asked_for(case, asked, given, is_right):
    """As Chromium does, which was asked with these very headers."""
    (*here,) = network_error.handshake("ws.example.com", 101, asked, given, Client.DEVTOOLS)
    assert [(each.code, each.fails) for each in here] == [(Code.NETWORK_ERROR, True)] * (not is_right)
    for client in (Client.IOS, Client.ANDROID, Client.HARMONY, Client.UNKNOWN):
        found = list(network_error.handshake("ws.example.com", 101, asked, given, client))
        assert [each.status for each in found] == [Status.NOT_OBSERVABLE] * (not is_right)
        assert not any(each.fails for each in found)

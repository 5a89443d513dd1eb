"""A call that did not get its answer to the end, and by whom."""

import pytest

from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.rules.network_error import client_left
from wxpolicy.rules.network_error import is_by_client
from wxpolicy.rules.network_error import upstream_failed


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
    found = upstream_failed("connection reset", "api.example.com")
    assert (found.code, found.severity, found.subject) == (Code.NETWORK_ERROR, Severity.VIOLATION, "api.example.com")
    assert "no complete answer: connection reset" in found.message.en
    assert upstream_failed("", "a").message.en.endswith("no complete answer")


def test_a_client_that_leaves_is_noted():
    found = client_left("api.example.com")
    assert (found.code, found.severity) == (Code.NETWORK_ERROR, Severity.NOTE)

"""localhost and its relatives are refused by name."""

import pytest

from testenv.domain_calls import REQUEST
from testenv.domain_calls import carrying
from testenv.domain_calls import current
from testenv.domain_calls import listing
from testenv.domain_calls import named
from testenv.domain_calls import through_tunnel
from testenv.domain_calls import to_host
from testenv.domain_calls import violations
from wxpolicy.call.facts import Where
from wxpolicy.catalogue import message_of
from wxpolicy.rules.host_is_localhost import check

LISTS = {"request": ["https://localhost", "https://api.example.com"]}


@pytest.mark.parametrize("policy", [listing(**LISTS), current(**LISTS)], ids=["2017", "current"])
@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("localhost", True),
        ("LocalHost.", True),
        ("api.localhost", True),
        ("localhost.localdomain", True),
        ("ip6-localhost", True),
        ("ｌocalhost", True),
        ("localhost.example.com", False),
        ("mylocalhost", False),
        ("127.0.0.1", False),  # host_is_ip says it
        ("a..localhost", False),  # url_invalid says it
    ],
)
def test_localhost_even_if_listed(host, refused, policy):
    assert violations(check(to_host(host), REQUEST, policy)) == ["HOST_IS_LOCALHOST"] * refused


def test_said_once_and_without_places_where_all_agree():
    (finding,) = check(through_tunnel("localhost"), REQUEST, listing())
    assert message_of(finding).en.startswith("localhost is") and message_of(finding).zh.startswith("localhost 指")


def test_hidden_in_one_place():
    call = carrying(named(Where.SNI, "api.example.com"), named(Where.AUTHORITY, "localhost"))
    (finding,) = check(call, REQUEST, listing(**LISTS))
    assert finding.subject == "localhost" and ":authority" in message_of(finding).en

"""What nothing was found on is remembered, as long as all of it is the same, and within bounds."""

from dataclasses import replace

import pytest

from testenv.domain_calls import DOWNLOAD
from testenv.domain_calls import REQUEST
from testenv.domain_calls import codes
from testenv.domain_calls import listing
from testenv.domain_calls import through_tunnel
from testenv.domain_calls import to_host
from wxpolicy.call import verdicts
from wxpolicy.call.verdicts import judge_domains

LISTED = {"request": ["https://api.example.com"]}


@pytest.mark.parametrize(
    ("case", "call", "classification", "expected"),
    [
        ("another host", through_tunnel("other.example.com"), REQUEST, ["DOMAIN_NOT_LISTED"]),
        ("another API", through_tunnel("api.example.com"), DOWNLOAD, ["DOMAIN_WRONG_CATEGORY"]),
        ("another port", through_tunnel("api.example.com", 8443, 8443), REQUEST, ["PORT_NOT_ALLOWED"]),
        ("another scheme", to_host("api.example.com", scheme="http"), REQUEST, ["SCHEME_NOT_SECURE"]),
    ],
)
def test_what_differs_is_judged(case, call, classification, expected):
    policy = listing(**LISTED)
    for _ in range(2):
        assert judge_domains(through_tunnel("api.example.com"), REQUEST, policy) == ()
        assert codes(judge_domains(call, classification, policy)) == expected


def test_a_new_policy_judges_anew():
    call = through_tunnel("api.example.com")
    assert judge_domains(call, REQUEST, listing(**LISTED)) == ()
    assert codes(judge_domains(call, REQUEST, listing())) == ["DOMAIN_NOT_LISTED"]


def test_what_clients_send_is_remembered_within_bounds():
    policy = listing(**LISTED)
    call = through_tunnel("api.example.com")
    for number in range(3000):
        judge_domains(replace(call, headers={"user-agent": f"agent {number}"}), REQUEST, policy)
    judge_domains(replace(call, headers={"user-agent": "x" * 5000}), REQUEST, policy)
    known = verdicts._silent_under(policy)
    assert len(known) <= 1024
    assert all(len(agent) < 1000 for _, _, _, agent, _ in known)

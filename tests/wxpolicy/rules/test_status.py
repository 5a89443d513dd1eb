"""Any HTTP status is success to a mini-program; the failing ones get a note."""

from dataclasses import replace

import pytest

from testenv.domain_calls import SOCKET
from wxpolicy.call.events import ResponseHead
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.policy import Policy
from wxpolicy.rules import status as rule
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence

CALL = CallFacts("10.0.0.2", "GET", "https", ())
REQUEST = Classification((Api.REQUEST,), Confidence.LIKELY)


@pytest.mark.parametrize(
    ("status", "noted"),
    [
        (0, False),
        (101, False),
        (200, False),
        (302, False),
        (304, False),
        (399, False),
        (400, True),
        (404, True),
        (500, True),
        (599, True),
        (600, False),
    ],
)
def test_failing_statuses_are_noted_and_fail_nothing(status, noted):
    findings = list(rule.check(CALL, REQUEST, Policy(), ResponseHead(status)))
    assert [finding.code for finding in findings] == [Code.STATUS_IS_SUCCESS] * noted
    assert not any(finding.fails for finding in findings)
    assert all(str(status) in message_of(finding).zh and str(status) in message_of(finding).en for finding in findings)


def test_a_handshake_that_is_refused_is_no_success():
    assert list(rule.check(replace(CALL, scheme="wss"), SOCKET, Policy(), ResponseHead(403))) == []

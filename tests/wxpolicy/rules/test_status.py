"""Any HTTP status is success to a mini-program; the failing ones get a note."""

import pytest

from wxpolicy.finding import Code
from wxpolicy.rules.status import check_status


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
    findings = list(check_status(status))
    assert [finding.code for finding in findings] == [Code.STATUS_IS_SUCCESS] * noted
    assert not any(finding.fails for finding in findings)
    assert all(str(status) in finding.message.zh and str(status) in finding.message.en for finding in findings)

"""What --fail-on makes of a session."""

import pytest

from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform
from wxreport.summary import exit_reason
from wxreport.summary import summarise

CLEAN = ()
UNLISTED = (Code.DOMAIN_NOT_LISTED, {})
TIMEOUT = (Code.TIMEOUT, {})
STATUS = (Code.STATUS_IS_SUCCESS, {"severity": Severity.NOTE})
WARNED = (Code.CERT_CHAIN_INCOMPLETE, {"severity": Severity.WARNING})
UNSEEN = (Code.PORT_NOT_ALLOWED, {"status": Status.NOT_OBSERVABLE})
ELSEWHERE = (Code.CERT_VALIDITY_TOO_LONG, {"platforms": (Platform.IOS,)})


@pytest.mark.parametrize(
    ("case", "found", "on_violation", "on_debug_only"),
    [
        ("a clean call", CLEAN, False, False),
        ("works with debugging on, fails in release", (UNLISTED,), True, True),
        ("fails in both", (TIMEOUT,), True, False),
        ("fails on another platform than the caller's", (ELSEWHERE,), True, False),
        ("a note", (STATUS,), False, False),
        ("a warning", (WARNED,), False, False),
        ("what cannot be seen is no violation", (UNSEEN,), False, False),
        ("a domain fault on a call that times out anyway", (UNLISTED, TIMEOUT), True, False),
    ],
)
def test_fail_on(case, found, on_violation, on_debug_only, record, finding):
    call = record(findings=[finding(code, **fields) for code, fields in found])
    summary = summarise([record(), call])
    assert exit_reason(summary, "violation") is on_violation
    assert exit_reason(summary, "debug-only") is on_debug_only
    assert exit_reason(summary, "never") is False


def test_an_empty_session_is_clean():
    assert not exit_reason(summarise([]), "violation")

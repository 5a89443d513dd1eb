"""What --fail-on and --require-calls make of a session."""

import pytest

from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxreport.exit_status import exit_status
from wxreport.exit_status import too_few
from wxreport.summary import summarise

CLEAN = ()
UNLISTED = (Code.DOMAIN_NOT_LISTED, {})
TIMEOUT = (Code.TIMEOUT, {})
STATUS = (Code.STATUS_IS_SUCCESS, {"severity": Severity.NOTE})
WARNED = (Code.CERT_CHAIN_INCOMPLETE, {"severity": Severity.WARNING})
WARNED_ELSEWHERE = (Code.CERT_CHAIN_INCOMPLETE, {"severity": Severity.WARNING, "platforms": (Platform.IOS,)})
QUEUED = (Code.CONCURRENCY_QUEUED, {"severity": Severity.WARNING})
UNSEEN = (Code.PORT_NOT_ALLOWED, {"status": Status.NOT_OBSERVABLE})
ELSEWHERE = (Code.CERT_VALIDITY_TOO_LONG, {"platforms": (Platform.IOS,)})


@pytest.mark.parametrize(
    ("case", "found", "violation", "possible", "debug_only"),
    [
        ("a clean call", CLEAN, 0, 0, 0),
        ("works with debugging on, fails in release", (UNLISTED,), 1, 1, 1),
        ("fails in both", (TIMEOUT,), 1, 1, 0),
        ("fails on another platform than the caller's", (ELSEWHERE,), 0, 0, 0),
        ("a note", (STATUS,), 0, 0, 0),
        ("a warning", (WARNED,), 0, 1, 0),
        ("a warning for another platform than the caller's", (WARNED_ELSEWHERE,), 0, 0, 0),
        ("waiting for a slot fails nothing", (QUEUED,), 0, 0, 0),
        ("what cannot be seen is no violation", (UNSEEN,), 0, 0, 0),
        ("a domain fault on a call that times out anyway", (UNLISTED, TIMEOUT), 1, 1, 0),
    ],
)
def test_fail_on(case, found, violation, possible, debug_only, record, finding):
    call = record(findings=[finding(code, **fields) for code, fields in found])
    summary, facts = summarise([record(), call]), SessionFacts("s")
    expected = {"violation": violation, "possible": possible, "debug-only": debug_only, "never": 0}
    assert {fail_on: exit_status(summary, facts, fail_on) for fail_on in expected} == expected


CUT = SessionFacts("s", unread=(Text("断了", "it breaks off"),))
DROPPED = SessionFacts("s", dropped_records=3)


@pytest.mark.parametrize(
    ("case", "calls", "bad", "facts", "fail_on", "require", "status"),
    [
        ("empty, nothing asked", 0, 0, SessionFacts("s"), "never", None, 0),
        ("empty, asked for violations", 0, 0, SessionFacts("s"), "violation", None, 4),
        ("empty, asked for debug-only", 0, 0, SessionFacts("s"), "debug-only", None, 4),
        ("empty, and that is all right", 0, 0, SessionFacts("s"), "violation", 0, 0),
        ("empty, a number of calls is required", 0, 0, SessionFacts("s"), "never", 1, 4),
        ("fewer than required", 2, 0, SessionFacts("s"), "violation", 3, 4),
        ("as many as required", 3, 0, SessionFacts("s"), "violation", 3, 0),
        ("a finding comes before too few calls", 1, 1, SessionFacts("s"), "violation", 3, 1),
        ("what could not be read comes before a finding", 1, 1, CUT, "violation", None, 2),
        ("cut, nothing asked", 1, 0, CUT, "never", None, 2),
        ("records lost to a full disk", 1, 0, DROPPED, "never", None, 2),
        ("lost records come before too few calls", 0, 0, DROPPED, "violation", None, 2),
    ],
)
def test_precedence(case, calls, bad, facts, fail_on, require, status, record, finding):
    records = [record(findings=[finding()] if number < bad else []) for number in range(calls)]
    assert exit_status(summarise(records), facts, fail_on, require) == status


def test_unread_parts_that_the_facts_do_not_name_count_too(record):
    assert exit_status(summarise([record()]), SessionFacts("s"), "never", unread=True) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_too_few_calls_are_told_with_what_to_do(lang, record):
    assert "--scope all" in too_few(summarise([]), "violation", None).in_lang(lang)
    told = too_few(summarise([record()]), "never", 5).in_lang(lang)
    assert "--require-calls" in told and "5" in told and "1" in told

"""Groups of a store put together as a person reads them."""

from wxgate.page.causes import causes_of
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import Policy
from wxpolicy.terms import Platform
from wxreport.summary import Section
from wxsession.store import Group

EVERYWHERE = tuple(Platform)
POLICY = Policy()


def group(code, calls, subject="a.example.com", severity=Severity.VIOLATION, platforms=EVERYWHERE, **more):
    values = {"api": "request", "client": "android", "host": subject, "debug_only": True, "example": "one"} | more
    return Group(code, subject, severity, more.pop("status", Status.VIOLATED), platforms, calls=calls, **{
        name: values[name] for name in ("api", "client", "host", "debug_only", "example")
    })  # fmt: skip


def told(groups):
    return [(cause.section, cause.code, cause.calls) for cause in causes_of(groups, POLICY)]


def test_debug_only_first_then_by_calls():
    assert told([
        group(Code.TIMEOUT, 50, debug_only=False),
        group(Code.STATUS_IS_SUCCESS, 90, severity=Severity.NOTE),
        group(Code.DOMAIN_NOT_LISTED, 2),
        group(Code.DOMAIN_NOT_LISTED, 7, subject="b.example.com"),
    ]) == [
        (Section.DEBUG_ONLY, Code.DOMAIN_NOT_LISTED, 7),
        (Section.DEBUG_ONLY, Code.DOMAIN_NOT_LISTED, 2),
        (Section.VIOLATION, Code.TIMEOUT, 50),
        (Section.NOTE, Code.STATUS_IS_SUCCESS, 90),
    ]  # fmt: skip


def test_clients_and_hosts_of_one_cause_are_counted_together():
    (cause,) = causes_of([
        group(Code.DOMAIN_NOT_LISTED, 2, host="a.example.com"), group(Code.DOMAIN_NOT_LISTED, 3, client="ios"),
    ], POLICY)  # fmt: skip
    assert cause.calls == 5 and cause.clients == {"android": 2, "ios": 3} and cause.hosts == {"a.example.com": 5}


def test_a_hole_that_fails_one_platform_and_warns_another_is_one_cause():
    hole = [
        group(Code.CERT_CHAIN_INCOMPLETE, 4, platforms=(Platform.ANDROID,)),
        group(Code.CERT_CHAIN_INCOMPLETE, 4, platforms=(Platform.IOS,), severity=Severity.WARNING),
        group(Code.CERT_CHAIN_INCOMPLETE, 4, platforms=(Platform.DEVTOOLS,), severity=Severity.NOTE),
    ]
    assert told(hole)[0] == (Section.DEBUG_ONLY, Code.CERT_CHAIN_INCOMPLETE, 4)
    assert [section for section, _, _ in told(hole)].count(Section.WARNING) == 0


def test_notes_of_all_hosts_are_one():
    notes = [
        group(Code.STATUS_IS_SUCCESS, 1, subject=f"h{number}.example.com", severity=Severity.NOTE)
        for number in range(3)
    ]
    assert told(notes) == [(Section.NOTE, Code.STATUS_IS_SUCCESS, 3)]

from wxgate.page.recent import RecentCalls
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.terms import Outcome

OK = Verdict(Outcome.SUCCESS, None, "request:ok")
FAIL = Verdict(Outcome.FAIL, 5, "request:fail timeout")


def record(name, outcome=OK, release=OK, debug=OK):
    return CallRecord(
        id=name, started_at=0.0, device="127.0.0.1", client="ios", appid=None, version=None, api="request", api_confidence="exact",
        method="GET", url=f"https://api.example.com/{name}?token=abc", http_status=200, outcome=outcome.outcome, errno=outcome.errno,
        errmsg=outcome.errmsg, mode="release", acted="pass", release=release, debug=debug,
    )  # fmt: skip


def ids(calls):
    return [call["id"] for call in calls]


def test_only_what_is_newer_is_given():
    recent = RecentCalls()
    for name in "abc":
        recent.add(record(name))
    assert ids(recent.after(0)) == ["a", "b", "c"]
    assert [call["serial"] for call in recent.after(1)] == [2, 3]
    assert recent.after(recent.serial) == []


def test_a_call_that_ends_again_takes_its_first_ends_place():
    recent = RecentCalls()
    recent.add(record("socket"))
    recent.add(record("other"))
    recent.add(record("socket", FAIL, FAIL, FAIL))
    assert ids(recent.after(0)) == ["other", "socket"]
    assert ids(recent.after(2)) == ["socket"]
    assert (recent.failed, recent.debug_only) == (1, 0)


def test_memory_has_an_end_and_counts_go_on():
    recent = RecentCalls(kept=3)
    for number in range(10):
        recent.add(record(str(number), FAIL, FAIL, OK))
    assert ids(recent.after(0)) == ["7", "8", "9"]
    assert (recent.serial, recent.failed, recent.debug_only) == (10, 10, 10)


def test_secrets_stay_out():
    recent = RecentCalls()
    recent.add(record("a"))
    assert "abc" not in str(recent.after(0))

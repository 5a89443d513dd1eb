"""The record in an entry of our own comes back whole; what another hand changed in it is no record."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxcapture.captured import Captured
from wxcapture.har_reader import read_entry
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import SessionFacts
from wxpolicy.call.record import finding_as_json
from wxpolicy.call.recorded import record_from_json
from wxpolicy.call.verdicts import weigh
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.terms import Api
from wxreport.jsonlines import iter_jsonl
from wxreport.summary import summarise
from wxreport.text import render_text


def recorded():
    findings = (
        Finding(Code.TIMEOUT, {"host": "api.example.com", "api": "request", "timeout_ms": 60_000, "stage": "waiting"}),
    )
    verdicts = weigh(findings, Api.REQUEST)
    return CallRecord(
        id="1", started_at=1772352000.5, device="10.0.0.2", client="android", appid="wx0123456789abcdef", version="0", api="request",
        api_confidence="likely", method="GET", url="https://api.example.com/a?token=x", http_status=200, outcome=verdicts.release.outcome,
        errno=verdicts.release.errno, errmsg=verdicts.release.errmsg, mode="release", acted="fail", release=verdicts.release,
        debug=verdicts.debug, findings=findings, apis=("request",), duration_ms=60_000, queued_ms=3, request_bytes=1, response_bytes=2,
        tls={"version": "TLSv1.3"}, encoding={"declared": None},
    )  # fmt: skip


def places_of(value, path=()):
    """Every place inside a JSON value, the whole first."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places_of(each, (*path, key))


WHOLE = recorded().as_json()
PLACES = list(places_of(WHOLE))


def with_value(path, value):
    if not path:
        return value
    changed = copy.deepcopy(WHOLE)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def rendered(record):
    lines = [*iter_jsonl([record], None), *iter_jsonl([record], "zh")]
    return (
        lines,
        render_text(summarise([record]), SessionFacts("x"), "zh"),
        render_text(summarise([record]), SessionFacts("x"), "en"),
    )


# As the version before wrote it: words in place of data.
WORDS = {"message": {"zh": "超时。", "en": "Too late."}, "fix": {"zh": "改快。", "en": "Be quick."}}
EARLIER = {name: value for name, value in WHOLE["findings"][0].items() if name not in ("data", "known")} | WORDS


def test_a_record_comes_back_whole():
    assert record_from_json(json.loads(json.dumps(WHOLE))) == recorded()


def test_a_record_of_the_version_before_keeps_its_words():
    (found,) = record_from_json(with_value(("findings", 0), EARLIER)).findings
    assert (message_of(found), fix_of(found)) == (("超时。", "Too late."), ("改快。", "Be quick."))
    assert (found.code, found.subject, found.known) == ("TIMEOUT", "api.example.com", "documented")
    assert record_from_json(with_value(("findings", 0), finding_as_json(found))).findings == (found,)
    assert "Too late." in json.dumps(finding_as_json(found, "en")) and "超时" not in str(finding_as_json(found, "en"))


WRONG = [
    ("a subject that is a list", ("subject",), ["x"]),
    ("a clause that is a number", ("clause",), 5),
    ("a fix in numbers", ("fix",), {"zh": 1, "en": 1}),
    ("a message without words", ("message",), {"zh": None, "en": "x"}),
    ("a message in one language", ("message",), "Too late."),
    ("platforms in one word", ("platforms",), "ios"),
    ("platforms that are none", ("platforms",), {}),
    ("data that is a list", ("data",), ["x"]),
    ("data without how it is known", ("data",), {}),
]


@pytest.mark.parametrize(("case", "path", "value"), WRONG, ids=[each[0] for each in WRONG])
def test_a_finding_of_other_types_makes_the_entry_a_foreign_one(har_entry, judge, case, path, value):
    entry = har_entry("https://evil.example.org/", _miniprogram=with_value(("findings", 0), EARLIER | {path[0]: value}))
    item = read_entry(entry, 1, "file.har:1:1")
    assert isinstance(item, Captured) and item.recorded is None
    record = judge.record(item)
    assert "DOMAIN_NOT_LISTED" in [finding.code for finding in record.findings]
    assert rendered(record)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["success", "fail", "ios", "note", 10**400, -1e300, "\ud800", "TIMEOUT"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["zh", "en", "code", "outcome", "a"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), ANYTHING)
def test_any_value_anywhere_in_a_record_gives_a_record_that_can_be_shown_or_none(path, value):
    record = record_from_json(with_value(path, value))
    if record is not None:
        lines, chinese, english = rendered(record)
        assert all(json.loads(line) and line.encode() for line in lines) and chinese and english

"""Records, findings and sessions for tests of what is made of them."""

from hypothesis import strategies as st

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.record import CallRecord
from wxpolicy.record import SessionFacts
from wxpolicy.record import Verdict
from wxpolicy.terms import Api
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

NOT_LISTED_MSG = "request:fail url not in domain list:unlisted.example.com"


def finding(code: Code = Code.DOMAIN_NOT_LISTED, **changes) -> Finding:
    fields = dict(
        code=code,
        message=Text(f"发现 {code.value}", f"found {code.value}"),
        fix=Text("加一行", "add a line"),
        clause="seed-2017 §1",
        subject="unlisted.example.com",
    )
    return Finding(**(fields | changes))


def record(*findings: Finding, release: str | None = None, debug: str | None = None, **changes) -> CallRecord:
    """A call of wx.request. ``release`` and ``debug`` are errMsgs of failures, None where that build succeeds."""
    ok = Verdict(Outcome.SUCCESS, None, "request:ok")
    fields = dict(
        id="call-1",
        started_at=1000.0,
        device="10.0.0.2",
        client="android",
        appid="wx0123456789abcdef",
        version="0",
        api="request",
        api_confidence="likely",
        method="GET",
        url="https://unlisted.example.com/ads",
        http_status=200,
        outcome=Outcome.SUCCESS,
        errno=None,
        errmsg="request:ok",
        mode="debug",
        acted="pass",
        release=Verdict(Outcome.FAIL, 600002, release) if release else ok,
        debug=Verdict(Outcome.FAIL, 5, debug) if debug else ok,
        findings=findings,
    )
    return CallRecord(**(fields | changes))


def debug_only(*findings: Finding, **changes) -> CallRecord:
    return record(*(findings or (finding(),)), release=NOT_LISTED_MSG, **changes)


def note(code: Code = Code.STATUS_IS_SUCCESS, **changes) -> Finding:
    return finding(code, severity=Severity.NOTE, **changes)


# Any text at all: control characters, escapes, bidi overrides, lone surrogates.
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=60) | st.sampled_from(
    ["\x1b[2J\x1b]0;title\x07", "\x9b31m", "\u202egpj.exe", "\ud800", "a\nb\r\nc\u2028d\x85e", "中文，「测试」" * 20, "x" * 300, "👨‍👩‍👧☺️é"]
)
_texts = st.builds(Text, anything, anything)
_verdicts = st.builds(Verdict, st.sampled_from(Outcome), st.none() | st.integers(0, 700000), anything)
findings = st.builds(
    Finding,
    code=st.sampled_from(Code),
    message=_texts,
    fix=_texts,
    clause=anything,
    severity=st.sampled_from(Severity),
    status=st.sampled_from(Status),
    platforms=st.lists(st.sampled_from(Platform), min_size=1, unique=True).map(tuple),
    subject=anything,
)
records = st.builds(
    record,
    findings,
    findings,
    url=anything,
    method=anything,
    device=anything,
    client=anything | st.sampled_from(["ios", "android"]),
    api=anything | st.sampled_from(Api).map(str),
    mode=anything,
    errmsg=anything,
)
_counts = st.dictionaries(anything, st.integers(0, 10**6), max_size=3)
sessions = st.builds(
    SessionFacts,
    name=anything,
    path=anything,
    counts=_counts,
    foreign_appids=_counts,
    untrusting=_counts,
    passed_unopened=st.lists(anything, max_size=3).map(tuple),
    dropped_records=st.integers(0, 3),
    notices=st.lists(_texts, max_size=3).map(tuple),
)

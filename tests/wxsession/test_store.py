"""Two stores, one meaning: whatever is asked of the embedded store is answered by another one alike."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.memory_store import MemoryStore
from testenv.session_records import record
from testenv.session_records import unlisted
from wxpolicy.call.record import Verdict
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text
from wxreport.html_page import render_html
from wxreport.summary import summarise
from wxreport.text import render_text
from wxsession.embedded import EMBEDDED
from wxsession.filters import EVERY_CALL
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term

TIMEOUT = Verdict(Outcome.FAIL, 5, "request:fail timeout")
CALLS = [
    record(1, unlisted("api.example.com")),
    record(2, device="192.168.1.2", client="ios", http_status=404),
    record(3, replace(unlisted("cdn.example.com"), code=Code.CERT_EXPIRED), url="https://CDN.example.com:8443/a_b%25?x=1"),
    record(4, device="192.168.1.23", api="uploadFile", method="POST", appid="wxffffffffffffffff"),
    record(5, outcome=Outcome.FAIL, errno=5, errmsg=TIMEOUT.errmsg, release=TIMEOUT, debug=TIMEOUT, http_status=None),
    record(6, replace(unlisted("api.example.com"), severity=Severity.NOTE), mode="release", url="wss://ws.example.com/名"),
    record(7, unlisted("api.example.com"), unlisted("other.example.com"), appid=None, url="tcp://10.0.0.9:443"),
]  # fmt: skip


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """The same session in both, as readers."""
    folder = tmp_path_factory.mktemp("store") / "session"
    memory = MemoryStore()
    for store in (EMBEDDED, memory):
        writer = store.create(folder, lambda text: None)
        writer.fact("scope", "all")
        writer.fact("mode", "debug")
        writer.notice(3.0, Text("注意", "mind"))
        writer.handshake(4.0, "10.0.0.2", "pinned.example.com", "client", "unknown ca")
        writer.app_state(5.0, "10.0.0.2", "any", "background", "page")
        writer.policy(1.0, "appid: any\n")
        for call in CALLS:
            writer.call(replace(call, findings=()), is_last=False)
            writer.call(call, b"12:2:id;4:%s;}" % call.id.encode() if call.id != "no-4" else None)
        assert writer.close() == 0
    readers = EMBEDDED.open(folder), memory.open(folder)
    yield readers
    for reader in readers:
        reader.close()


VALUES = st.sampled_from(
    ["", "api", "DOMAIN", "domain_not_listed", "CERT", "uploadfile", "example", "_", "%", "a_b", "\\", "192.168.1.2", "10.0.0.2",
     "wx0123456789abcdef", "600002", "5", "success", "fail", "debug", "release", "post", "GET", "200", "404", "1", "0", "名", "timeout",
     "call-1", "CALL-1", "call-3", "\udcff", "ws", "8443", "tcp"]
)  # fmt: skip
TERMS = st.builds(Term, st.sampled_from(Field), VALUES, st.booleans())
FILTERS = st.builds(
    CallFilter,
    st.lists(TERMS, max_size=4).map(tuple),
    st.sampled_from([None, 1003.0]),
    st.sampled_from([None, 1005.0, 1006.5]),
)


@settings(max_examples=400, deadline=None)
@given(wanted=FILTERS)
def test_a_filter_admits_in_sql_what_its_meaning_says(stores, wanted):
    embedded, memory = stores
    assert list(embedded.records(wanted)) == list(memory.records(wanted))
    assert embedded.count(wanted) == memory.count(wanted)
    assert key_of(embedded.groups(wanted)) == key_of(memory.groups(wanted))
    for by in ((Field.DEVICE, Field.APPID), (Field.API, Field.HOST)):
        assert key_of(embedded.tally(by, wanted)) == key_of(memory.tally(by, wanted))


def key_of(groups):
    return sorted(map(repr, groups))


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize(("start", "length"), [(0, 3), (3, 3), (6, 3), (7, 3), (100, 3), (0, 0)])
def test_windows_are_in_a_stable_order_and_say_how_many_of_how_many(stores, start, length, newest_first):
    embedded, memory = stores
    wanted = CallFilter((Term(Field.API, "request"),))
    windows = [reader.window(wanted, start, length, newest_first=newest_first) for reader in stores]
    assert windows[0] == windows[1]
    assert (windows[0].matching, windows[0].total) == (6, 7)
    every = [embedded.window(EVERY_CALL, at, 1, newest_first=newest_first).records[0].id for at in range(7)]
    assert every == sorted(every, reverse=newest_first)


def test_both_give_the_same_facts_and_single_calls(stores):
    embedded, memory = stores
    for reader in stores:
        facts = reader.facts()
        assert (facts.scope, facts.mode, facts.notices) == ("all", "debug", (Text("注意", "mind"),))
        assert facts.untrusting == {"10.0.0.2 pinned.example.com": 1}
        assert [state.state for state in reader.app_states()] == ["background"] and reader.scope() == "all"
        assert reader.record("call-3") == CALLS[2] and reader.record("nothing") is None
        assert reader.flow("nothing") is None
    assert embedded.flow("call-3") is None or b"call-3" in embedded.flow("call-3")


def test_a_report_is_made_from_another_store_too(stores):
    texts = []
    for reader in stores:
        facts = replace(reader.facts(), started_at=0.0, ended_at=None)
        summary = summarise(reader.records())
        texts.append((render_text(summary, facts, "en", color=False), render_html(summary, facts, "zh")))
    assert texts[0] == texts[1]
    assert "api.example.com" in texts[1][0]

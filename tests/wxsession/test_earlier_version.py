"""Sessions of version 1: read as they lie, and taken into the present form where somebody records on."""

import json
import sqlite3
from contextlib import closing

import pytest

from testenv.session_records import record
from testenv.session_records import unlisted
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxreport.summary import summarise
from wxreport.text import render_text
from wxsession import schema
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term
from wxsession.reader import SessionReader
from wxsession.writer import SessionWriter

CALLS = [record(1, unlisted("api.example.com")), record(2), record(3, url="https://cdn.example.com/3")]
FIRST = """
CREATE TABLE calls (
    id TEXT PRIMARY KEY, started_at REAL, device TEXT, client TEXT, appid TEXT, version TEXT,
    api TEXT, api_confidence TEXT, method TEXT, url TEXT, http_status INTEGER,
    outcome TEXT, errno INTEGER, errmsg TEXT, mode TEXT, acted TEXT,
    release_outcome TEXT, release_errno INTEGER, release_errmsg TEXT,
    debug_outcome TEXT, debug_errno INTEGER, debug_errmsg TEXT, debug_only INTEGER,
    duration_ms INTEGER, queued_ms INTEGER, request_bytes INTEGER, response_bytes INTEGER,
    tls TEXT, encoding TEXT
);
CREATE TABLE findings (
    call_id TEXT, position INTEGER, code TEXT, severity TEXT, status TEXT, platforms TEXT,
    message_zh TEXT, message_en TEXT, fix_zh TEXT, fix_en TEXT, clause TEXT, subject TEXT,
    PRIMARY KEY (call_id, position)
) WITHOUT ROWID;
CREATE TABLE handshakes (at REAL, device TEXT, host TEXT, side TEXT, trouble TEXT);
CREATE TABLE app_states (at REAL, device TEXT, appid TEXT, state TEXT, source TEXT);
CREATE TABLE policies (at REAL, file TEXT, text TEXT);
CREATE TABLE notices (at REAL, zh TEXT, en TEXT);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT);
PRAGMA user_version=1;
"""
UNLISTED = (
    "call-1", 0, "DOMAIN_NOT_LISTED", "violation", "violated", "ios,android,devtools", "api.example.com 没有配置",
    "api.example.com is not listed", "加一行", "add a line", "seed-2017 §1", "api.example.com",
)  # fmt: skip


@pytest.fixture
def first(tmp_path):
    """A session as version 1 wrote it."""
    with closing(sqlite3.connect(tmp_path / "calls.sqlite")) as database:
        database.executescript(FIRST)
        for call in CALLS:
            row = schema.call_row(call)[:29]
            database.execute(f"INSERT INTO calls VALUES ({', '.join('?' * 29)})", row)
        database.execute(f"INSERT INTO findings VALUES ({', '.join('?' * 12)})", UNLISTED)
        database.execute("INSERT INTO facts VALUES ('scope', 'all')")
        database.commit()
    (tmp_path / "flows.mitm").write_bytes(b"20:2:id;6:call-2,0:~0:~}")
    return tmp_path


def test_it_is_read_searched_and_grouped_and_left_as_it_is(first):
    before = (first / "calls.sqlite").read_bytes()
    with closing(SessionReader(first)) as reader:
        assert [each.id for each in reader.records()] == ["call-1", "call-2", "call-3"]
        assert [each.code for each in next(reader.records()).findings] == ["DOMAIN_NOT_LISTED"]
        cdn = CallFilter((Term(Field.HOST, "cdn"),))
        assert [each.id for each in reader.records(cdn)] == ["call-3"]
        assert reader.count(CallFilter((Term(Field.CODE, "DOMAIN"),))) == 1
        window = reader.window(CallFilter(), 0, 2)
        assert ([each.id for each in window.records], window.matching) == (["call-3", "call-2"], 3)
        (group,) = reader.groups()
        assert (group.code, group.host, group.calls, group.example) == (
            "DOMAIN_NOT_LISTED",
            "api.example.com",
            1,
            "call-1",
        )
        assert reader.flow("call-2") == b"20:2:id;6:call-2,0:~0:~}" and reader.flow("call-1") is None
        assert reader.scope() == "all" and reader.trouble == []
    assert (first / "calls.sqlite").read_bytes() == before


def test_its_findings_keep_the_words_that_were_stored_and_new_ones_are_made_when_read(first):
    writer = SessionWriter(first)
    data = {"host": "other.example.com", "where": [], "lists": ["request合法域名"], "apis": ["request"], "add": {}}
    writer.call(record(4, Finding(Code.DOMAIN_NOT_LISTED, data), url="https://other.example.com/"))
    assert writer.close() == 0
    with closing(SessionReader(first)) as reader:
        calls = {each.id: each for each in reader.records()}
        text = {lang: render_text(summarise(calls.values()), reader.facts(), lang) for lang in ("zh", "en")}
    (before,), (today,) = calls["call-1"].findings, calls["call-4"].findings
    assert (message_of(before), fix_of(before)) == (UNLISTED[6:8], UNLISTED[8:10])
    assert (before.subject, before.known, before.clause) == ("api.example.com", Known.DOCUMENTED, "seed-2017 §1")
    assert today == Finding(Code.DOMAIN_NOT_LISTED, data)
    assert "api.example.com 没有配置" in text["zh"] and "other.example.com 不在「request合法域名」列表中" in text["zh"]
    assert "api.example.com is not listed" in text["en"] and "other.example.com is not listed under" in text["en"]
    with closing(sqlite3.connect(first / "calls.sqlite")) as database:
        stored = database.execute("SELECT call_id, message_zh, data FROM findings ORDER BY call_id").fetchall()
    assert stored == [("call-1", UNLISTED[6], None), ("call-4", None, json.dumps(data, ensure_ascii=False))]


def test_recording_goes_on_in_it_in_the_present_form(first):
    writer = SessionWriter(first)
    writer.call(record(4, unlisted("other.example.com"), url="https://other.example.com/"))
    assert writer.close() == 0
    with closing(SessionReader(first)) as reader:
        assert [each.id for each in reader.records()] == ["call-1", "call-2", "call-3", "call-4"]
        assert reader.count(CallFilter((Term(Field.HOST, "other"), Term(Field.HOST, "cdn")))) == 2
        assert [group.subject for group in reader.groups()] == ["api.example.com", "other.example.com"]
        assert reader.scope() == "all"
    with closing(sqlite3.connect(first / "calls.sqlite")) as database:
        assert database.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
        assert [row[0] for row in database.execute("SELECT codes FROM calls ORDER BY started_at")] == [
            "DOMAIN_NOT_LISTED", "", "", "DOMAIN_NOT_LISTED",
        ]  # fmt: skip


def test_a_session_from_before_policies_stood_in_records_is_read_and_gone_on_with(tmp_path):
    writer = SessionWriter(tmp_path)
    writer.call(record(1))
    assert writer.close() == 0
    with closing(sqlite3.connect(tmp_path / "calls.sqlite")) as database:
        database.execute("ALTER TABLE calls DROP COLUMN policy")
    with closing(SessionReader(tmp_path)) as reader:
        assert [each.policy for each in reader.records()] == [""]
    writer = SessionWriter(tmp_path)
    writer.call(record(2, policy="any"))
    assert writer.close() == 0
    with closing(SessionReader(tmp_path)) as reader:
        assert [(each.id, each.policy) for each in reader.records()] == [("call-1", ""), ("call-2", "any")]

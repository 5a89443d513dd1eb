"""A session is written as calls end, survives what happens to its files, and reads back the same."""

import sqlite3
import threading

import pytest

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import from_prose
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxsession import backlog as backlog_module
from wxsession import database as database_module
from wxsession import writing as writing_module
from wxsession.reader import SessionReader
from wxsession.store import SessionUnreadable
from wxsession.writer import SessionWriter

PATIENCE_S = 20


def record(number: int, **changes) -> CallRecord:
    finding = from_prose(
        Code.DOMAIN_NOT_LISTED,
        Text("没有配置", "not listed"),
        Text("加一行", "add a line"),
        "seed-2017 §1",
        Severity.VIOLATION,
        platforms=(Platform.IOS,),
        subject="api.example.com",
    )
    fields = dict(
        id=f"call-{number}",
        started_at=1000.0 + number,
        device="10.0.0.2",
        client="android",
        appid="wx0123456789abcdef",
        version="0",
        api="request",
        api_confidence="likely",
        method="GET",
        url=f"https://api.example.com/{number}?名=值",
        http_status=200,
        outcome=Outcome.SUCCESS,
        errno=None,
        errmsg="request:ok",
        mode="debug",
        acted="pass",
        release=Verdict(Outcome.FAIL, 600002, "request:fail url not in domain list:api.example.com"),
        debug=Verdict(Outcome.SUCCESS, None, "request:ok"),
        findings=(finding,),
        duration_ms=12,
        tls={"version": "TLSv1.3"},
    )
    return CallRecord(**(fields | changes))


def test_what_was_written_reads_back_the_same(tmp_path):
    written = [record(2), record(1), record(3, findings=(), tls=None, http_status=None)]
    session = SessionWriter(tmp_path)
    for each in written:
        session.call(each, b"flow")
    session.notice(5.0, Text("注意", "mind"))
    session.handshake(6.0, "10.0.0.2", "pinned.example.com", "client", "unknown ca")
    session.fact("mode", "debug")
    session.policy(1.0, "appid: any\n")
    session.policy(2.0, "appid: any # 2\n")
    assert session.close() == 0
    reader = SessionReader(tmp_path)
    assert list(reader.records()) == sorted(written, key=lambda each: each.started_at)
    facts = reader.facts()
    assert facts.mode == "debug" and facts.notices == (Text("注意", "mind"),)
    assert facts.untrusting == {"10.0.0.2 pinned.example.com": 1}
    assert (tmp_path / "flows.mitm").read_bytes() == b"flow" * 3
    assert (tmp_path / "policy.yaml").read_text() == "appid: any\n"
    assert (tmp_path / "policy.2.yaml").read_text() == "appid: any # 2\n"
    assert reader.trouble == []


def test_a_call_that_ends_twice_is_one_record_with_its_last_findings(tmp_path):
    session = SessionWriter(tmp_path)
    session.call(record(1))
    session.call(record(1, duration_ms=99, findings=()))
    session.close()
    (found,) = SessionReader(tmp_path).records()
    assert found.duration_ms == 99 and found.findings == ()


def test_a_record_is_on_disk_once_its_future_is_done(tmp_path):
    session = SessionWriter(tmp_path)
    assert session.call(record(1)).result(PATIENCE_S) is True
    # Read beside the open writer, as after a kill.
    assert [each.id for each in SessionReader(tmp_path).records()] == ["call-1"]
    session.close()


def test_bytes_that_are_no_text_are_kept_readable(tmp_path):
    session = SessionWriter(tmp_path)
    session.call(record(1, url="https://api.example.com/\udcff\x00"))
    session.close()
    (found,) = SessionReader(tmp_path).records()
    assert found.url == "https://api.example.com/\\udcff\x00"


def test_a_locked_database_holds_nobody_up_and_loses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(writing_module, "RETRY_S", 0.01)
    monkeypatch.setattr(database_module, "BUSY_S", 0.01)
    said, told = [], threading.Event()
    session = SessionWriter(tmp_path, lambda text: (said.append(text), told.set()))
    other = sqlite3.connect(tmp_path / "calls.sqlite")
    other.execute("BEGIN EXCLUSIVE")
    waiting = [session.call(record(number)) for number in range(5)]
    assert [each.result(PATIENCE_S) for each in waiting[:1]] == [False]
    assert told.wait(PATIENCE_S) and session.behind
    other.rollback()
    other.close()
    assert session.close(PATIENCE_S) == 0
    assert len(list(SessionReader(tmp_path).records())) == 5
    assert len(said) == 1, "one spell of trouble is said once"


def test_a_record_that_cannot_be_written_takes_no_other_with_it(tmp_path):
    session = SessionWriter(tmp_path)
    futures = [session.call(record(1)), session.call(record(2, http_status=object())), session.call(record(3))]
    assert [each.result(PATIENCE_S) for each in futures] == [True, False, True]
    assert session.close(PATIENCE_S) == 1
    assert [each.id for each in SessionReader(tmp_path).records()] == ["call-1", "call-3"]


def test_more_than_the_backlog_is_dropped_and_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(backlog_module, "MOST_ITEMS", 3)
    monkeypatch.setattr(writing_module, "RETRY_S", 0.01)
    monkeypatch.setattr(database_module, "BUSY_S", 0.01)
    session = SessionWriter(tmp_path)
    other = sqlite3.connect(tmp_path / "calls.sqlite")
    other.execute("BEGIN EXCLUSIVE")
    for number in range(8):
        session.call(record(number))
    assert session.dropped == 5
    other.rollback()
    other.close()
    assert session.close(PATIENCE_S) == 5
    reader = SessionReader(tmp_path)
    assert len(list(reader.records())) == 3
    assert reader.facts().dropped_records == 5


def test_a_damaged_row_is_passed_over_and_said(tmp_path):
    session = SessionWriter(tmp_path)
    for number in range(3):
        session.call(record(number))
    session.close()
    database = sqlite3.connect(tmp_path / "calls.sqlite")
    database.execute("UPDATE calls SET outcome = 'perhaps' WHERE id = 'call-1'")
    database.commit()
    reader = SessionReader(tmp_path)
    assert [each.id for each in reader.records()] == ["call-0", "call-2"]
    assert "1 damaged record" in reader.trouble[0].en


@pytest.mark.parametrize(
    ("case", "content", "words"),
    [
        ("nothing there", None, "is not a session"),
        ("not a database", b"this is no database at all, but long enough to be read as one" * 20, "cannot be read"),
    ],
)
def test_what_is_no_session_says_so(tmp_path, case, content, words):
    if content is not None:
        (tmp_path / "calls.sqlite").write_bytes(content)
    with pytest.raises(SessionUnreadable, match=words):
        SessionReader(tmp_path)


def test_a_session_of_a_newer_version_says_so(tmp_path):
    SessionWriter(tmp_path).close()
    database = sqlite3.connect(tmp_path / "calls.sqlite")
    database.execute("PRAGMA user_version=999")
    database.commit()
    with pytest.raises(SessionUnreadable, match="newer version"):
        SessionReader(tmp_path)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75, 0.95])
def test_a_database_that_was_cut_gives_all_the_calls_that_can_be_read(tmp_path, share):
    session = SessionWriter(tmp_path)
    for number in range(2000):
        session.call(record(number))
    session.close()
    path = tmp_path / "calls.sqlite"
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    reader = SessionReader(tmp_path)
    found = list(reader.records())
    # Calls and findings grow side by side in the file.
    assert 2000 * share * 0.8 <= len(found) < 2000
    numbers = [int(each.id.partition("-")[2]) for each in found]
    assert numbers == sorted(set(numbers))
    assert "calls.sqlite is damaged" in reader.trouble[0].en


def test_a_hole_in_the_database_costs_only_the_calls_in_it(tmp_path):
    session = SessionWriter(tmp_path)
    for number in range(2000):
        session.call(record(number))
    session.close()
    with (tmp_path / "calls.sqlite").open("r+b") as file:
        file.seek(4096 * 60)
        file.write(b"\xa5" * 4096 * 3)
    reader = SessionReader(tmp_path)
    found = list(reader.records())
    assert len(found) > 1900
    assert reader.trouble or len(found) == 2000

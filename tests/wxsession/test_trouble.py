"""What others do to the files of an open session: nothing is lost that can be kept, what is lost is counted, and it is said once."""

import os
import shutil
import sqlite3
import threading

import pytest

from testenv.recorded import wait_until
from testenv.tmpfs import small_disk
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text
from wxsession import backlog as backlog_module
from wxsession import writing as writing_module
from wxsession.reader import SessionReader
from wxsession.writer import SessionWriter

PATIENCE_S = 20
FLOW = b"a flow as mitmproxy writes it"


def record(number: int, url: str = "https://api.example.com/") -> CallRecord:
    well = Verdict(Outcome.SUCCESS, None, "request:ok")
    return CallRecord(
        id=f"call-{number}", started_at=1000.0 + number, device="10.0.0.2", client="android", appid=None, version=None,
        api="request", api_confidence="likely", method="GET", url=url, http_status=200, outcome=Outcome.SUCCESS,
        errno=None, errmsg="request:ok", mode="debug", acted="pass", release=well, debug=well,
    )  # fmt: skip


@pytest.fixture
def said():
    return []


@pytest.fixture
def open_session(tmp_path, said, monkeypatch):
    monkeypatch.setattr(writing_module, "RETRY_S", 0.01)
    opened = []

    def start(folder=tmp_path / "session"):
        session = SessionWriter(folder, said.append)
        opened.append(session)
        session.fact("mode", "debug")
        session.policy(1.0, "appid: any\n")
        return session

    yield start
    for session in opened:
        session.close(PATIENCE_S)


def written(session, *numbers, flow=FLOW):
    """Writes calls that end one after the other, and waits for each."""
    for number in numbers:
        session.call(record(number), flow).result(PATIENCE_S)


def read(session):
    reader = SessionReader(session.folder)
    found = [int(each.id.partition("-")[2]) for each in reader.records()]
    facts = reader.facts()
    reader.close()
    return found, facts


def delete(session, pattern):
    for path in session.folder.glob(pattern):
        path.unlink()


def replace(session):
    other = session.folder / "other.sqlite"
    sqlite3.connect(other).executescript("CREATE TABLE mine (a)")
    other.replace(session.folder / "calls.sqlite")


@pytest.mark.parametrize(
    ("case", "harm"),
    [
        ("deleted with its journal", lambda session: delete(session, "calls.sqlite*")),
        ("deleted without its journal", lambda session: delete(session, "calls.sqlite")),
        ("its journal deleted", lambda session: delete(session, "calls.sqlite-wal")),
        ("the whole folder deleted", lambda session: shutil.rmtree(session.folder)),
        ("another one put in its place", replace),
        ("moved away", lambda session: session.folder.rename(session.folder.with_name("elsewhere"))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_database_that_loses_its_name_loses_no_call(case, harm, open_session, said):
    session = open_session()
    written(session, 1, 2, 3)
    harm(session)
    written(session, 4, 5)
    assert session.close(PATIENCE_S) == 0
    found, facts = read(session)
    assert found == [1, 2, 3, 4, 5]
    assert (facts.mode, facts.dropped_records) == ("debug", 0)
    assert any("every call in it was recovered" in notice.en for notice in facts.notices)
    assert (session.folder / "policy.yaml").read_text() == "appid: any\n"
    # The folder's other files may be missed as well, but each once.
    assert 1 <= len(said) <= 2 and len({text.en for text in said}) == len(said)


def test_a_database_cut_in_half_gives_back_what_it_still_holds_and_the_rest_is_counted(open_session, said):
    session = open_session()
    count = 3000
    for number in range(count):
        last = session.call(record(number))
    last.result(PATIENCE_S)
    # The journal is folded in, so that the cut goes through the calls.
    other = sqlite3.connect(session.folder / "calls.sqlite")
    other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    path = session.folder / "calls.sqlite"
    os.truncate(path, path.stat().st_size // 2)
    written(session, 5000, 5001)
    lost = session.close(PATIENCE_S)
    found, facts = read(session)
    assert found[-2:] == [5000, 5001]
    assert 0 < lost < count and len(found) == count + 2 - lost
    assert facts.dropped_records == lost
    assert any(f"{lost} calls in it are lost" in notice.en for notice in facts.notices)
    assert (session.folder / "calls.damaged-1.sqlite").exists()
    assert len(said) == 1


def test_a_database_overwritten_with_noise_begins_anew(open_session):
    session = open_session()
    written(session, 1, 2)
    with (session.folder / "calls.sqlite").open("r+b") as file:
        file.write(os.urandom(1 << 16))
    written(session, 3, 4)
    lost = session.close(PATIENCE_S)
    found, facts = read(session)
    assert {3, 4} <= set(found) and len(found) == 4 - lost and facts.dropped_records == lost


def test_a_lock_is_said_once_and_again_in_the_report(open_session, said):
    session = open_session()
    written(session, 1)
    other = sqlite3.connect(session.folder / "calls.sqlite")
    other.execute("BEGIN IMMEDIATE")
    assert session.call(record(2), FLOW).result(PATIENCE_S) is False
    assert session.behind
    other.rollback()
    other.close()
    written(session, 3)
    assert session.close(PATIENCE_S) == 0
    found, facts = read(session)
    assert found == [1, 2, 3] and len(said) == 1
    assert [notice.en for notice in facts.notices if "database is locked" in notice.en]
    assert (session.folder / "flows.mitm").read_bytes() == FLOW * 3


@pytest.mark.parametrize(
    ("case", "harm"),
    [
        ("deleted", lambda path: path.unlink()),
        ("replaced", lambda path: (path.rename(path.with_name("mine.mitm")), path.write_bytes(b""))),
        ("cut", lambda path: os.truncate(path, 5)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_trouble_with_the_flows_costs_no_record_and_the_next_flows_are_whole(case, harm, open_session, said):
    session = open_session()
    written(session, 1, 2)
    # Its flow is written after its record.
    session.call(record(3)).result(PATIENCE_S)
    harm(session.folder / "flows.mitm")
    written(session, 4, 5)
    assert not session.behind
    assert session.close(PATIENCE_S) == 0
    found, facts = read(session)
    assert found == [1, 2, 3, 4, 5]
    assert (session.folder / "flows.mitm").read_bytes() == FLOW * 2
    assert len(said) == 1 and any("flows.mitm" in notice.en for notice in facts.notices)


def test_flows_that_cannot_be_written_are_kept_up_to_a_limit_and_then_counted(open_session, monkeypatch):
    monkeypatch.setattr(backlog_module, "MOST_BYTES", 3 * len(FLOW))
    session = open_session()
    written(session, 0)
    is_full = threading.Event()
    is_full.set()
    append = session._writing.flows.append

    def full_disk(flow):
        if is_full.is_set():
            raise OSError(28, "No space left on device")
        return append(flow)

    monkeypatch.setattr(session._writing.flows, "append", full_disk)
    written(session, *range(1, 6))
    is_full.clear()
    assert session.close(PATIENCE_S) == 0
    found, facts = read(session)
    assert found == [0, 1, 2, 3, 4, 5]
    # Neither twice nor in part.
    content = (session.folder / "flows.mitm").read_bytes()
    assert content == FLOW * (len(content) // len(FLOW)) and 3 <= len(content) // len(FLOW) < 6
    assert any("calls could not be written to flows.mitm" in notice.en for notice in facts.notices)


def test_a_full_disk_is_survived_and_its_loss_counted_on_the_disk_itself(open_session, said, monkeypatch):
    monkeypatch.setattr(backlog_module, "MOST_ITEMS", 20)
    with small_disk(megabytes=1) as disk:
        session = open_session(disk / "session")
        long_url = "https://api.example.com/" + "x" * 8000
        count = 0
        while not session.behind and count < 1000:
            session.call(record(count, long_url), FLOW).result(PATIENCE_S)
            count += 1
        assert session.behind, "the disk was never full"
        for number in range(count, count + 50):
            session.call(record(number, long_url), FLOW)
        lost = session.close(PATIENCE_S)
        found, facts = read(session)
        assert lost >= 50 - 20 and len(found) == count + 50 - lost
        assert facts.dropped_records == lost
        assert any("until its end" in notice.en for notice in facts.notices)
        assert len(said) == 1


def test_a_full_disk_that_is_emptied_in_time_costs_nothing(open_session, said):
    with small_disk(megabytes=1) as disk:
        session = open_session(disk / "session")
        written(session, 1)
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file, pytest.raises(OSError):
            while True:
                file.write(bytes(4096))
        long_url = "https://api.example.com/" + "x" * 8000
        waiting = [session.call(record(number, long_url), FLOW) for number in range(2, 12)]
        # Those of one batch are answered; what comes while that is tried again waits behind it.
        assert wait_until(lambda: any(each.done() and each.result() is False for each in waiting), timeout_s=PATIENCE_S)
        filler.unlink()
        assert session.close(PATIENCE_S) == 0
        found, facts = read(session)
        assert found == list(range(1, 12)) and facts.dropped_records == 0
        assert (session.folder / "flows.mitm").read_bytes() == FLOW * 11


def test_a_notice_of_trouble_is_in_both_languages(open_session):
    session = open_session()
    written(session, 1)
    delete(session, "calls.sqlite*")
    written(session, 2)
    session.close(PATIENCE_S)
    (notice,) = [notice for notice in read(session)[1].notices if "recovered" in notice.en]
    assert isinstance(notice, Text) and "找回" in notice.zh

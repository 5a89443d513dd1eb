"""Calls that are in flows.mitm and not yet in calls.sqlite, as after a kill -9, are in whatever is read of the session."""

import os
import sqlite3
import subprocess
import sys

import pytest

from testenv.kept_calls import flow
from testenv.kept_calls import made
from wxsession import backlog as backlog_module
from wxsession import catching_up
from wxsession.netstrings import dumped
from wxsession.reader import SessionReader
from wxsession.reserve import Reserve
from wxsession.writer import SessionWriter

PATIENCE_S = 20


def ids(folder):
    reader = SessionReader(folder)
    try:
        return [each.id for each in reader.records()]
    finally:
        reader.close()


def behind(folder, *calls):
    """As a process leaves it that is killed before it commits what it has written."""
    with (folder / "flows.mitm").open("ab") as file:
        for call in calls:
            file.write(flow(call))


@pytest.fixture
def session(tmp_path):
    """Two calls in calls.sqlite, and their flows."""
    writer = SessionWriter(tmp_path)
    for number in (1, 2):
        assert writer.keep(made(number), flow(made(number))) is None, "kept at once"
    writer.close(PATIENCE_S)
    return tmp_path


def test_what_was_kept_is_there_with_its_flow(session):
    reader = SessionReader(session)
    assert list(reader.records()) == [made(1), made(2)]
    assert reader.flow("call-2") == flow(made(2))
    reader.close()


def test_a_reader_takes_it_in_once_for_all(session):
    behind(session, made(3, url="https://api.example.com/\\x00?名=值"), made(4))
    reader = SessionReader(session)
    assert [each.id for each in reader.records()] == ["call-1", "call-2", "call-3", "call-4"]
    assert reader.record("call-3") == made(3, url="https://api.example.com/\\x00?名=值")
    assert reader.flow("call-4") == flow(made(4))
    reader.close()
    with sqlite3.connect(session / "calls.sqlite") as database:
        assert database.execute("SELECT count(*) FROM calls").fetchone() == (4,)


def test_the_next_writer_takes_it_in(session):
    behind(session, made(3))
    writer = SessionWriter(session)
    writer.call(made(4)).result(PATIENCE_S)
    writer.close(PATIENCE_S)
    assert ids(session) == ["call-1", "call-2", "call-3", "call-4"]


def test_where_nothing_may_be_written_it_is_taken_into_memory(session, monkeypatch):
    behind(session, made(3))

    def not_allowed(folder):
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr("wxsession.reader.catch_up_on_disk", not_allowed)
    before = (session / "calls.sqlite").read_bytes()
    assert ids(session) == ["call-1", "call-2", "call-3"]
    assert (session / "calls.sqlite").read_bytes() == before


@pytest.mark.parametrize(
    ("case", "tail"),
    [
        ("a flow that was cut by the kill", flow(made(3))[:-5]),
        ("a flow of somebody else", dumped({"id": "foreign", "metadata": {}})),
        ("a record that is none", dumped({"id": "call-9", "metadata": {"miniprogram": {"id": "call-9"}}})),
        ("no flow at all", b"garbage of another program"),
        ("a dictionary in a dictionary without end", b"9:6:3:0:}}}}"),
    ],
)
def test_what_is_no_call_of_ours_is_passed_over(session, case, tail):
    with (session / "flows.mitm").open("ab") as file:
        file.write(tail)
    assert ids(session) == ["call-1", "call-2"]


def test_a_socket_that_was_open_gets_its_last_record(tmp_path):
    writer = SessionWriter(tmp_path)
    writer.call(made(1, duration_ms=5), is_last=False).result(PATIENCE_S)
    writer.close(PATIENCE_S)
    behind(tmp_path, made(1, duration_ms=9000))
    (found,) = SessionReader(tmp_path).records()
    assert found.duration_ms == 9000


def test_of_a_session_that_is_being_recorded_the_reader_waits_for_its_writer(tmp_path):
    writer = SessionWriter(tmp_path)
    for number in range(50):
        assert writer.keep(made(number), flow(made(number))) is None
    assert len(ids(tmp_path)) == 50
    writer.close(PATIENCE_S)


def test_a_writer_that_does_not_come_on_is_not_waited_for_for_ever(session, monkeypatch):
    monkeypatch.setattr(catching_up, "WRITER_S", 0.05)
    behind(session, made(3))
    held = Reserve(session)
    assert ids(session) == ["call-1", "call-2"]
    held.give_free()


def test_a_flow_that_cannot_be_written_at_once_is_the_threads(tmp_path, monkeypatch):
    writer = SessionWriter(tmp_path)
    long = made(1)
    waited = writer.keep(long, flow(long, body=b"x" * 200_000))
    assert waited is not None and waited.result(PATIENCE_S) is True
    monkeypatch.setattr(writer._writing.flows, "_append", lambda data: (_ for _ in ()).throw(OSError(28, "full")))
    waited = writer.keep(made(2), flow(made(2)))
    assert waited is not None and waited.result(PATIENCE_S) is True
    writer.close(PATIENCE_S)
    assert ids(tmp_path) == ["call-1", "call-2"]


_KILLED = """
import os, sys
from pathlib import Path
from testenv.kept_calls import flow, made
from wxsession.writer import SessionWriter
from wxsession import backlog
backlog.GATHER_S = 60
writer = SessionWriter(Path(sys.argv[1]))
writer.keep(made(0), flow(made(0)))
for number in range(1, 200):
    assert writer.keep(made(number), flow(made(number))) is None
    os.write(1, b"%d\\n" % number)
os.kill(os.getpid(), 9)
"""


def test_nothing_that_was_kept_is_lost_by_a_kill(tmp_path):
    paths = os.pathsep.join(sys.path)
    told = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path)], capture_output=True, env=os.environ | {"PYTHONPATH": paths}
    )
    assert told.returncode == -9, told.stderr.decode()
    with sqlite3.connect(tmp_path / "calls.sqlite") as database:
        assert database.execute("SELECT count(*) FROM calls").fetchone()[0] < 200, "the database had it all: no test"
    assert set(ids(tmp_path)) == {f"call-{number}" for number in range(200)}
    assert backlog_module.GATHER_S < 1

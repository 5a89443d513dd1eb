"""A session is read by whoever may read its files, and never wrongly, whether or not it is being written."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from testenv.without_rights import as_a_stranger
from testenv.without_rights import give_to_the_stranger
from testenv.without_rights import make_read_only
from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import weigh
from wxpolicy.terms import Api
from wxpolicy.terms import Outcome
from wxsession.reader import SessionReader
from wxsession.store import SessionUnreadable
from wxsession.writer import SessionWriter

PATIENCE_S = 20
CALLS = 5


@pytest.fixture
def open_folder():
    """A folder that any user may look into, as pytest's own are not."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        yield Path(made)
        for path in Path(made).rglob("*"):
            path.chmod(0o755)


def record(number):
    verdicts = weigh((), Api.REQUEST)
    return CallRecord(
        id=f"call-{number}", started_at=1000.0 + number, device="10.0.0.2", client="android", appid=None, version=None,
        api="request", api_confidence="likely", method="GET", url=f"https://api.example.com/{number}", http_status=200,
        outcome=Outcome.SUCCESS, errno=None, errmsg="request:ok", mode="debug", acted="pass",
        release=verdicts.release, debug=verdicts.debug,
    )  # fmt: skip


def write(folder, numbers):
    session = SessionWriter(folder)
    session.fact("scope", "all")
    for number in numbers:
        assert session.call(record(number)).result(PATIENCE_S)
    return session


def read(folder):
    with closing(SessionReader(folder)) as reader:
        return [each.id for each in reader.records()], reader.facts().scope, [text.en for text in reader.trouble]


def ended(folder):
    write(folder / "session", range(CALLS)).close()
    return folder / "session"


def ended_with_an_empty_journal(folder):
    session = ended(folder)
    (session / "calls.sqlite-wal").touch()
    return session


def killed(folder):
    """As kill -9 leaves it: all that was written stands in the journal."""
    writer = write(folder / "alive", range(CALLS))
    shutil.copytree(folder / "alive", folder / "session")
    writer.close()
    return folder / "session"


def killed_and_copied_without_the_index(folder):
    session = killed(folder)
    (session / "calls.sqlite-shm").unlink()
    assert (session / "calls.sqlite-wal").stat().st_size > (session / "calls.sqlite").stat().st_size
    return session


STATES = [ended, ended_with_an_empty_journal, killed, killed_and_copied_without_the_index]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_session_that_may_only_be_read_is_read_whole_and_left_as_it_is(open_folder, state):
    session = state(open_folder)
    make_read_only(session)
    before = sorted(path.name for path in session.iterdir())
    assert as_a_stranger(lambda: read(session)) == ([f"call-{number}" for number in range(CALLS)], "all", [])
    assert sorted(path.name for path in session.iterdir()) == before


def test_a_session_that_another_user_is_writing_is_read_as_it_stands(open_folder):
    writer = write(open_folder / "session", range(CALLS))
    # A session is its owner's alone, who may show it.
    (open_folder / "session").chmod(0o755)
    for path in (open_folder / "session").iterdir():
        path.chmod(0o644)
    for more in range(CALLS, CALLS + 3):
        assert writer.call(record(more)).result(PATIENCE_S)
        ids, _, trouble = as_a_stranger(lambda: read(open_folder / "session"))
        assert (len(ids), trouble) == (more + 1, [])
    writer.close()


def test_no_copy_is_left_behind(open_folder, tmp_path, monkeypatch):
    session = killed_and_copied_without_the_index(open_folder)
    make_read_only(session)
    copies = open_folder / "copies"
    copies.mkdir(mode=0o777)
    copies.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    assert len(as_a_stranger(lambda: read(session))[0]) == CALLS
    assert list(copies.iterdir()) == []


def test_a_database_that_changes_under_its_reader_is_said(open_folder):
    session = ended(open_folder)
    make_read_only(session)
    give_to_the_stranger(session / "calls.sqlite")

    def read_while_it_changes():
        with closing(SessionReader(session)) as reader:
            records = reader.records()
            next(records)
            os.utime(session / "calls.sqlite", ns=(0, 0))
            return len(list(records)), [text.en for text in reader.trouble]

    count, (said,) = as_a_stranger(read_while_it_changes)
    assert count == CALLS - 1 and "was written while it was read" in said


def hide_file(session):
    (session / "calls.sqlite").chmod(0)


def hide_folder(session):
    session.chmod(0)


@pytest.mark.parametrize("hide", [hide_file, hide_folder], ids=lambda hide: hide.__name__)
def test_a_session_without_rights_says_so_in_the_reader_s_language(open_folder, hide):
    session = ended(open_folder)
    hide(session)

    def said():
        with pytest.raises(SessionUnreadable) as found:
            SessionReader(session)
        return found.value.text

    text = as_a_stranger(said)
    assert text.en.endswith("calls.sqlite cannot be read: Permission denied") and text.zh.endswith(
        "calls.sqlite 无法读取：没有权限"
    )


def test_a_locked_database_is_not_read_around_its_lock(open_folder, monkeypatch):
    monkeypatch.setattr("wxsession.opening.BUSY_S", 0.05)
    session = ended(open_folder)
    with closing(sqlite3.connect(session / "calls.sqlite")) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SessionUnreadable, match="locked"):
            SessionReader(session)


READS = """\
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
assert database.execute("SELECT count(*) FROM calls").fetchone() == (1,)
database.close()
"""


def test_a_reader_beside_the_writer_takes_no_locks_from_it(tmp_path):
    """Closing any descriptor of a file gives up all locks that a process has on it. A journal whose writer is not seen
    is folded in and deleted by the next program that has read: what the writer writes from then on is lost."""
    session = write(tmp_path / "session", [1])
    assert read(tmp_path / "session")[0] == ["call-1"]
    for _ in range(2):
        subprocess.run([sys.executable, "-c", READS, tmp_path / "session" / "calls.sqlite"], check=True, timeout=30)
    assert (tmp_path / "session" / "calls.sqlite-wal").exists()
    assert session.call(record(2)).result(PATIENCE_S)
    session.close()
    assert read(tmp_path / "session") == (["call-1", "call-2"], "all", [])

"""Which folder is meant by what a person types for a session."""

import os
from pathlib import Path

import pytest

from wxcommand.session_folder import session_folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Two sessions, and a folder that is none but has one's name."""
    for number, name in enumerate(("sessions/one", "sessions/two", "elsewhere/three")):
        (tmp_path / name).mkdir(parents=True)
        store = tmp_path / name / "calls.sqlite"
        store.touch()
        os.utime(store, (1000 + number, 1000 + number))
    (tmp_path / "one").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


CASES = [
    ("nothing: the newest", None, "sessions/two"),
    ("its path", "sessions/one", "sessions/one"),
    ("its name, beside a folder that is none", "one", "sessions/one"),
    ("a path elsewhere", "elsewhere/three", "elsewhere/three"),
    ("its database", "sessions/one/calls.sqlite", "sessions/one"),
    ("a name of none", "four", "four"),
    ("a path of several parts is no name", "x/one", "x/one"),
]


@pytest.mark.parametrize(("case", "named", "expected"), CASES, ids=[each[0] for each in CASES])
def test_what_is_meant(case, named, expected, here):
    assert session_folder(named) == Path(expected)


def test_without_any_session_there_is_no_newest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert session_folder(None) is None

"""A session is its owner's alone, whatever the umask says, from the moment its files are made."""

import os
import stat
import threading

import pytest

from testenv.session_records import record
from wxsession.writer import SessionWriter

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
PATIENCE_S = 20


@pytest.fixture(autouse=True)
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


def test_no_file_of_an_open_session_is_anybody_elses(tmp_path):
    folder = tmp_path / "sessions" / "one"
    seen, is_done = set(), threading.Event()

    def look():
        while not is_done.is_set():
            for path in [folder, *folder.glob("*"), *folder.glob(".*")]:
                try:
                    seen.add((path.name, stat.S_IMODE(path.stat().st_mode)))
                except FileNotFoundError:
                    pass

    looking = threading.Thread(target=look)
    looking.start()
    writer = SessionWriter(folder)
    writer.policy(1.0, "appid: any\n")
    writer.policy(2.0, "appid: any # 2\n")
    for number in range(50):
        writer.call(record(number), b"flow").result(PATIENCE_S)
    writer.close()
    is_done.set()
    looking.join()
    assert {name for name, _ in seen} >= {
        "one",
        "calls.sqlite",
        "calls.sqlite-wal",
        "flows.mitm",
        "policy.yaml",
        "policy.2.yaml",
    }
    assert {mode for name, mode in seen if name == "one"} == {0o700}
    assert {mode for name, mode in seen if name != "one"} == {0o600}, seen


def test_a_folder_that_was_there_keeps_its_rights(tmp_path):
    tmp_path.chmod(0o750)
    SessionWriter(tmp_path).close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750
    assert stat.S_IMODE((tmp_path / "calls.sqlite").stat().st_mode) == 0o600

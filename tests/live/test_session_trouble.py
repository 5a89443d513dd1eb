"""A session in trouble while calls flow: none fails, none waits, what is lost is counted, and it is said once."""

import os
import shutil
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from testenv.proxy import run_script
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.served import KeptConnection
from testenv.tmpfs import small_disk
from wxsession.embedded import EMBEDDED

HOST = "api.example.com"
# No call may be held up by more than this, in which is the noise of a machine that runs other tests as well.
MOST_S = 2.0
# Fills a disk and a journal soon.
LONG = "&pad=xxxxxxxxxxxxxxxxxxxx" * 240


class Traffic:
    """Two clients that call one after the other until told to stop."""

    def __init__(self, proxy, *, query: str = "") -> None:
        self.failures: list[str] = []
        self.slowest_s = 0.0
        self.made = 0
        self._query = query
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(proxy,)) for _ in range(2)]
        self._lock = threading.Lock()

    def _run(self, proxy) -> None:
        line = KeptConnection(proxy.port, proxy.ca_pem, HOST, {})
        while not self._stop.is_set():
            with self._lock:
                self.made += 1
                number = self.made
            began = time.monotonic()
            answer = line.get(f"/json?call={number}{self._query}")
            took_s = time.monotonic() - began
            with self._lock:
                self.slowest_s = max(self.slowest_s, took_s)
                if not answer.answered:
                    self.failures.append(f"call {number}: {answer.error}")
        line.close()

    def wait_for_more(self, count: int) -> None:
        goal = self.made + count
        assert wait_until(lambda: self.made >= goal, timeout_s=20), f"{self.made} calls, then none"

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def summary_of(proxy) -> str:
    done = run_script("report.py", proxy.session, "--lang", "en")
    # 2 where records are lost: what is not there cannot be judged.
    assert done.returncode in (0, 2), done.stderr
    return " ".join(done.stdout.split())


def assert_nobody_noticed(traffic) -> None:
    assert traffic.failures == []
    assert traffic.slowest_s < MOST_S


def dropped(proxy) -> int:
    """The number of lost records that the report names; 0 where it names none."""
    before, found, _ = summary_of(proxy).partition(" could not be written; this report is incomplete")
    return int(before.rpartition("RECORD_DROPPED: ")[2].split()[0]) if found else 0


def delete(session):
    for path in session.glob("calls.sqlite*"):
        path.unlink()


def cut_in_half(session):
    path = session / "calls.sqlite"
    # Once the journal was folded in for the first time there is something to lose.
    # Not while that is going on: what is cut then is written again, with a hole that only a reader meets.
    seen = [0, 0]

    def is_folded() -> bool:
        seen.append(path.stat().st_size)
        return 1_000_000 < seen[-1] == seen[-2] == seen[-3]

    assert wait_until(is_folded, timeout_s=20)
    os.truncate(path, path.stat().st_size // 2)


def rows_of(proxy) -> int:
    """How many calls the database holds: what is salvaged of a damaged one may be a row that nothing can be read from."""
    with closing(sqlite3.connect(proxy.session / "calls.sqlite", timeout=5)) as database:
        return database.execute("SELECT count(*) FROM calls").fetchone()[0]


@pytest.mark.parametrize(
    ("case", "harm", "may_lose"),
    [
        ("the database deleted", delete, False),
        ("the whole session deleted", shutil.rmtree, False),
        ("the database cut in half", cut_in_half, True),
    ],
    ids=("deleted", "whole session deleted", "cut in half"),
)
def test_files_that_others_harm(case, harm, may_lose, start_proxy):
    proxy = start_proxy()
    proxy.is_replayed = False  # what is salvaged of a database holds calls in part
    with Traffic(proxy, query=LONG * may_lose) as traffic:
        traffic.wait_for_more(150)
        harm(proxy.session)
        traffic.wait_for_more(150)
    status = proxy.stop()
    assert_nobody_noticed(traffic)
    # What is lost cannot be judged.
    assert (status, proxy.output.count("cannot be written at the moment")) == (2 if may_lose else 0, 1)
    lost = dropped(proxy)
    assert rows_of(proxy) + lost == traffic.made
    assert (lost > 0) == may_lose
    assert "calls.sqlite was deleted or damaged" in summary_of(proxy)


def test_a_database_that_somebody_locks(start_proxy):
    proxy = start_proxy()
    with Traffic(proxy) as traffic:
        traffic.wait_for_more(50)
        other = sqlite3.connect(proxy.session / "calls.sqlite", timeout=5)
        other.execute("BEGIN IMMEDIATE")
        assert wait_until(lambda: "cannot be written at the moment" in proxy.output, timeout_s=30)
        traffic.wait_for_more(100)
        other.rollback()
        other.close()
        traffic.wait_for_more(50)
    assert proxy.stop() == 0
    assert_nobody_noticed(traffic)
    assert len(recorded(proxy)) == traffic.made
    assert proxy.output.count("cannot be written at the moment") == 1
    assert "could not be written (database is locked)" in summary_of(proxy)


def test_a_lock_up_to_the_end_loses_nothing_that_the_flows_carry(start_proxy):
    proxy = start_proxy()
    with Traffic(proxy) as traffic:
        traffic.wait_for_more(50)
        other = sqlite3.connect(proxy.session / "calls.sqlite", timeout=5)
        other.execute("BEGIN IMMEDIATE")
        traffic.wait_for_more(50)
    assert proxy.stop() == 0
    other.rollback()
    other.close()
    assert_nobody_noticed(traffic)
    assert traffic.made - len(recorded(proxy)) >= 50, "calls.sqlite had them all: no test"
    assert "RECORD_DROPPED" not in proxy.output
    assert len(proxy.records()) == traffic.made


def test_a_full_disk(start_proxy, tmp_path):
    with small_disk(megabytes=2) as disk:
        proxy = start_proxy(arguments=("--session", str(disk / "session")))
        proxy.session = disk / "session"
        with Traffic(proxy, query=LONG) as traffic:
            assert wait_until(lambda: "cannot be written at the moment" in proxy.output, timeout_s=30), traffic.made
            traffic.wait_for_more(100)
        assert proxy.stop() == 2
        assert_nobody_noticed(traffic)
        assert proxy.output.count("cannot be written at the moment") == 1
        lost = dropped(proxy)
        reader = EMBEDDED.open(proxy.session)
        assert lost >= 50 and len(list(reader.records())) + lost == traffic.made
        reader.close()
        # Said at the end, too, and again by whoever asks for the report later.
        assert f"RECORD_DROPPED: {lost} records" in proxy.output
        assert "until its end" in summary_of(proxy)

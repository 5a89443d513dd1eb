"""Whoever reads may leave early: no traceback, and the exit status is that of what was found."""

import os
import subprocess
import sys

import pytest

from testenv.process import clean_environment
from testenv.proxy import ROOT

HERE = ROOT / "tests" / "testenv" / "run_here.py"
# More than the buffer of standard output holds.
MANY = 200

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a pipe whose reader has gone is made otherwise there")


def status_without_reader(script, *arguments, also_stderr=False):
    """Exit status and what came on standard error, where nobody reads standard output."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, str(HERE), str(ROOT / "scripts" / script), *map(str, arguments)],
            stdout=writing, stderr=writing if also_stderr else subprocess.PIPE, stdin=subprocess.DEVNULL,
            env=clean_environment(PYTHONIOENCODING="utf-8"), cwd=ROOT, timeout=120,
        )  # fmt: skip
    finally:
        os.close(writing)
    return done.returncode, (done.stderr or b"").decode()


@pytest.mark.parametrize("how", ["text", "jsonl", "json", "html", "junit", "har"])
@pytest.mark.parametrize(("fail_on", "status"), [("debug-only", 1), pytest.param("never", 0, marks=pytest.mark.slow)])
def test_a_report_that_nobody_reads_has_its_status(make_session, how, fail_on, status):
    """Slow where it is 0: a reader who leaves shows in the status that is not."""
    session = make_session(MANY, unlisted=1)  # the finding is on the last call
    assert status_without_reader("report.py", session, "--format", how, "--fail-on", fail_on) == (status, "")


@pytest.mark.parametrize("how", ["text", "jsonl", "json", "html", "junit"])
def test_a_check_that_nobody_reads_has_its_status(make_session, policy, how):
    session = make_session(MANY, unlisted=1)
    assert status_without_reader("check.py", session, "--policy", policy, "--format", how) == (1, "")


def test_damage_counts_although_nobody_reads(make_session, policy):
    session = make_session(2000)
    os.truncate(session / "calls.sqlite", (session / "calls.sqlite").stat().st_size // 2)
    status, said = status_without_reader("report.py", session, "--format", "jsonl", "--fail-on", "debug-only")
    assert status == 2 and "is damaged" in said and "Traceback" not in said
    assert status_without_reader("check.py", session, "--policy", policy, also_stderr=True)[0] == 2


def test_a_mistake_that_nobody_reads_has_its_status(tmp_path, policy):
    assert status_without_reader("report.py", tmp_path, also_stderr=True)[0] == 2
    assert status_without_reader("check.py", tmp_path, "--policy", policy, also_stderr=True)[0] == 2
    assert status_without_reader("check.py", tmp_path, "--policy", tmp_path / "none.yaml", also_stderr=True)[0] == 2


def test_a_disk_that_is_full_is_said_once(make_session):
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no device that is always full")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, str(HERE), str(ROOT / "scripts" / "report.py"), str(make_session()), "--lang", "zh"],
            stdout=full, stderr=subprocess.PIPE, env=clean_environment(PYTHONIOENCODING="utf-8"), cwd=ROOT, timeout=120,
        )  # fmt: skip
    assert (done.returncode, done.stderr.decode()) == (2, "stdout 无法写入：磁盘已满\n")

"""Work that several processes share is the same as the work of one: in its order, its output and its exit status."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow

from wxcommand.parts.workers import Workers
from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import weigh
from wxpolicy.terms import Api
from wxpolicy.terms import Outcome
from wxsession.writer import SessionWriter

ROOT = Path(__file__).resolve().parents[2]
POLICY = "appid: any\nscope: all\nedition: current\ndomains: {request: [https://api.example.com], downloadFile: [https://api.example.com]}\n"
# Portions of a few calls, so that a short session has many.
_RUN = """
import sys
sys.path.insert(0, sys.argv[1])
processes, command, *words = sys.argv[2:]
import wxcapture.portions, wxsession.reader, wxcommand.check, wxcommand.reports, wxcommand.parts.workers as workers
wxcapture.portions.MOST_FLOWS = wxsession.reader.MOST_CALLS = 3
wxcommand.check.LONG_FILE_BYTES = wxcommand.reports.LONG_WORK = 0
workers.processors = lambda: int(processes)
import importlib
sys.exit(importlib.import_module("wxcommand." + command).main(words))
"""
AWAY = "https://unlisted.example.org/in"


def flows():
    """Calls of which some are refused, and redirects that are followed at once, much later, or by nobody."""
    for number in range(40):
        flow = tflow.tflow(resp=True)
        flow.id = f"call-{number}"
        flow.request.url = f"https://api.example.com/{number}"
        if number % 7 == 3:
            flow.request.url = f"https://host-{number}.example.org/"
        if number in (4, 8, 17, 30):
            flow.response.status_code = 302
            flow.response.headers["location"] = f"{AWAY}-{number}"
        if number in (5, 27, 31):
            flow.request.url = f"{AWAY}-{ {5: 4, 27: 17, 31: 30}[number] }"
        flow.request.headers["content-type"] = "application/json"
        flow.client_conn.sni = flow.request.host
        flow.request.timestamp_start = flow.request.timestamp_end = 1000.0 + number
        flow.response.timestamp_start = flow.response.timestamp_end = 1000.5 + number
        yield flow


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "flows.mitm"
    with path.open("wb") as file:
        for flow in flows():
            FlowWriter(file).add(flow)
        end = file.tell()
        FlowWriter(file).add(tflow.tflow())
        file.truncate(end + 100)  # the last is cut
    return path


@pytest.fixture
def session(tmp_path):
    writer, verdicts = SessionWriter(tmp_path / "session"), weigh((), Api.REQUEST)
    for number, flow in enumerate(flows()):
        (tmp_path / "one").write_bytes(b"")
        with (tmp_path / "one").open("wb") as file:
            FlowWriter(file).add(flow)
        record = CallRecord(
            id=flow.id, started_at=2000.0 - number, device=f"10.0.0.{number % 3}", client="android", appid=None, version=None,
            api="request", api_confidence="likely", method="GET", url=flow.request.url, http_status=200,
            outcome=Outcome.SUCCESS, errno=None, errmsg="request:ok", mode="debug", acted="pass",
            release=verdicts.release, debug=verdicts.debug,
        )  # fmt: skip
        writer.call(record, (tmp_path / "one").read_bytes() if number % 5 else None)
    assert writer.close() == 0
    database = sqlite3.connect(tmp_path / "session" / "calls.sqlite")
    with database:
        database.execute("UPDATE calls SET outcome = 'neither' WHERE id IN ('call-9', 'call-20')")
    database.close()
    return tmp_path / "session"


def run(processes, command, *words):
    arguments = [sys.executable, "-c", _RUN, str(ROOT / "addons"), str(processes), command, *map(str, words)]
    done = subprocess.run(arguments, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("how", ["text", "jsonl"])
def test_a_capture_is_judged_as_by_one(capture, tmp_path, how):
    (tmp_path / "policy.yaml").write_text(POLICY)
    words = (capture, "--policy", tmp_path / "policy.yaml", "--format", how, "--lang", "en")
    one = run(1, "check", *words)
    assert run(2, "check", *words) == one
    assert one[0] == 2 and "flow 41" in one[2]
    if how == "jsonl":
        records = [json.loads(line) for line in one[1].splitlines()]
        assert len(records) == 40
        said = {record["id"]: {each["code"]: each["status"] for each in record["findings"]} for record in records}
        redirects = {id: found["REDIRECT_NOT_LISTED"] for id, found in said.items() if "REDIRECT_NOT_LISTED" in found}
        # The second is followed by nobody.
        assert redirects == {
            "call-4": "violated", "call-8": "not_observable", "call-17": "violated", "call-30": "violated",
        }  # fmt: skip


@pytest.mark.parametrize("how", ["json", "har"])
def test_a_session_is_shown_as_by_one(session, how):
    one = run(1, "report", session, "--format", how, "--lang", "en")
    assert run(2, "report", session, "--format", how, "--lang", "en") == one
    assert one[0] == 2 and "2 damaged records" in one[2]


def test_a_session_is_judged_as_by_one(session, capture, tmp_path):
    (tmp_path / "policy.yaml").write_text(POLICY)
    words = (session, capture, "--policy", tmp_path / "policy.yaml", "--format", "jsonl", "--lang", "en")
    one = run(1, "check", *words)
    assert run(2, "check", *words) == one
    assert len(one[1].splitlines()) == 38 + 40 and "2 damaged records" in one[2]


def _killed(number: int) -> int:
    if number == 5 and os.getpid() != _FIRST:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * 2


_FIRST = os.getpid()


def test_what_a_killed_process_had_is_done_by_the_first():
    with Workers(_killed, 2) as workers:
        assert [done for _, done in workers.in_order(range(20))] == [number * 2 for number in range(20)]

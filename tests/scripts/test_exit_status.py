"""The exit statuses of report.py and check.py as a pipeline sees them; run.py's are in tests/live/test_session_end.py."""

import json
import sqlite3

import pytest

from testenv.proxy import run_script

ANY = "appid: any\nscope: all\ndomains:\n  request: [https://api.example.com]\n"


@pytest.fixture
def policy(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(ANY, encoding="utf-8")
    return path


def status(script, *arguments):
    done = run_script(script, *arguments, "--lang", "en")
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


SESSIONS = [
    # case, calls that are good, calls to an unlisted host, options, status of report.py and of check.py
    ("clean", 2, 0, ["--fail-on", "violation"], 0, 0),
    ("debug-only, asked for violations", 1, 1, ["--fail-on", "violation"], 1, 1),
    ("debug-only, asked for debug-only", 1, 1, ["--fail-on", "debug-only"], 1, 1),
    ("debug-only, asked for possible", 1, 1, ["--fail-on", "possible"], 1, 1),
    ("debug-only, asked for nothing", 1, 1, ["--fail-on", "never"], 0, 0),
    ("debug-only, by default", 1, 1, [], 0, 1),
    ("empty, by default", 0, 0, [], 0, 4),
    ("empty, asked for violations", 0, 0, ["--fail-on", "violation"], 4, 4),
    ("empty, and that is all right", 0, 0, ["--fail-on", "violation", "--require-calls", "0"], 0, 0),
    ("fewer calls than required", 2, 0, ["--fail-on", "never", "--require-calls", "3"], 4, 4),
    ("a finding and fewer calls than required", 1, 1, ["--fail-on", "violation", "--require-calls", "9"], 1, 1),
    ("no such choice", 1, 0, ["--fail-on", "everything"], 2, 2),
]


@pytest.mark.parametrize("how", ["text", "junit"])
@pytest.mark.parametrize(
    ("case", "good", "unlisted", "options", "of_report", "of_check"), SESSIONS, ids=[each[0] for each in SESSIONS]
)
def test_a_session(make_session, policy, case, good, unlisted, options, of_report, of_check, how):
    session = make_session(good, unlisted)
    found, told = status("report.py", session, "--format", how, *options)
    assert found == of_report and ("exit status 4: " in told) is (of_report == 4)
    found, told = status("check.py", session, "--policy", policy, "--format", how, *options)
    assert found == of_check and ("exit status 4: " in told) is (of_check == 4)


def test_a_capture_out_of_scope_is_not_green(tmp_path, policy):
    har = tmp_path / "a.har"
    entry = {
        "request": {"method": "GET", "url": "https://a.com/", "headers": []},
        "response": {"status": 200},
        "time": 1,
    }
    har.write_text(json.dumps({"log": {"entries": [entry]}}), encoding="utf-8")
    found, told = status("check.py", har, "--policy", policy, "--scope", "miniprogram")
    assert found == 4 and "--scope all" in told
    assert status("check.py", har, "--policy", policy, "--scope", "all")[0] == 1


@pytest.mark.parametrize("options", [[], ["--fail-on", "violation"], ["--require-calls", "99"]], ids=" ".join)
def test_records_lost_to_a_full_disk_stand_in_the_first_line(make_session, options):
    session = make_session(2, 1)
    with sqlite3.connect(session / "calls.sqlite") as database:
        database.execute("INSERT OR REPLACE INTO facts VALUES ('dropped_records', '3903')")
    done = run_script("report.py", session, *options, "--lang", "en")
    assert done.returncode == 2
    assert done.stdout.startswith("3903 records could not be written, so this report is incomplete.")


def test_a_session_that_was_cut_has_status_2(make_session):
    session = make_session(3, 0)
    path = session / "calls.sqlite"
    path.write_bytes(path.read_bytes()[:9000])
    assert status("report.py", session, "--fail-on", "violation")[0] == 2


def test_secrets_in_a_policys_mistakes_are_masked(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("appid: any\ndomains: {request: ['https://me:hunter2@api.example.com/a?token=0a1b2c3d4e5f']}\n")
    for script, *arguments in (
        ("policy.py", "lint", policy),
        ("run.py", "--policy", policy, "--listen", "127.0.0.1:0"),
    ):
        done = run_script(script, *arguments)
        said = done.stdout + done.stderr
        assert (done.returncode, "api.example.com" in said) == (2, True), said
        assert "hunter2" not in said and "0a1b2c3d4e5f" not in said

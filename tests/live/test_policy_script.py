"""scripts/policy.py as a user types it: what it says, where it says it, and its exit status."""

import os
import subprocess
import sys

import pytest

from testenv.process import clean_environment
from testenv.proxy import ROOT
from testenv.proxy import run_script
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.finding import Code
from wxpolicy.finding import from_prose
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text
from wxsession.writer import SessionWriter

HERE = (sys.executable, str(ROOT / "tests" / "testenv" / "run_here.py"))
POLICY = "appid: any\ndomains:\n  request: [https://api.example.com]\n  connectSocket: [wss://ws.example.com]\n"


def policy_script(*arguments, lang="en"):
    return run_script("policy.py", "--lang", lang, *arguments)


def unlisted(number):
    """A call to n.example.com, which no list names."""
    host = f"{number}.example.com"
    missing = from_prose(
        Code.DOMAIN_NOT_LISTED, Text("没有配置", "not listed"), Text("加一行", "add it"), "seed-2017 §1", subject=host
    )
    failed = Verdict(Outcome.FAIL, 600002, f"request:fail url not in domain list:{host}")
    return CallRecord(
        id=f"call-{number}", started_at=1000.0 + number, device="10.0.0.2", client="android", appid=None, version=None,
        api="request", api_confidence="likely", method="GET", url=f"https://{host}/" + "x" * 500, http_status=None,
        outcome=Outcome.FAIL, errno=600002, errmsg=failed.errmsg, mode="release", acted="refused", release=failed,
        debug=Verdict(Outcome.SUCCESS, None, "request:ok"), findings=(missing,),
    )  # fmt: skip


@pytest.fixture
def session(tmp_path):
    writer = SessionWriter(tmp_path / "session", print)
    for number in range(60):
        writer.call(unlisted(number), b"").result(20)
    writer.close(20)
    return tmp_path / "session"


def left_after_a_line(*arguments):
    """The exit status, and what was said on standard error, where the reader of standard output leaves at once."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [*HERE, str(ROOT / "scripts" / "policy.py"), "--lang", "en", *map(str, arguments)]
    with os.fdopen(writing, "wb") as out:
        done = subprocess.run(
            command,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            timeout=60,
            env=clean_environment(),
        )
    return done.returncode, done.stderr


# options


@pytest.mark.parametrize("command", ["lint", "explain", "suggest", "import", "probe"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_language_may_stand_behind_the_command_too(command, lang):
    more = {
        "explain": ("https://api.example.com/", "--policy", "nothing.yaml"),
        "probe": ("api.example.com", "--policy", "nothing.yaml"),
    }
    operands = more.get(command, ("nothing.yaml",))
    behind = run_script("policy.py", command, *operands, "--lang", lang)
    before = run_script("policy.py", "--lang", lang, command, *operands)
    assert behind.returncode == before.returncode == 2 and behind.stderr == before.stderr
    assert ("nothing.yaml" in behind.stderr) and ("无法读取" in behind.stderr or "不是会话" in behind.stderr) == (
        lang == "zh"
    )


# a closed pipe


@pytest.mark.parametrize("count", [1, 2000], ids=["a short answer", "one that fills the pipe's buffer"])
def test_a_reader_who_leaves_changes_no_exit_status_and_sees_no_traceback(count, tmp_path):
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text("".join(f"key{number}: 1\n" for number in range(count)), "utf-8")
    good.write_text(POLICY, "utf-8")
    assert left_after_a_line("lint", bad) == (2, "")
    assert left_after_a_line("lint", good) == (0, "")
    assert left_after_a_line("explain", "http://203.0.113.7/", "--policy", good) == (1, "")
    assert left_after_a_line("explain", "https://api.example.com/", "--policy", good) == (0, "")


def test_mistakes_whose_reader_leaves_change_no_exit_status(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("".join(f"key{number}: 1\n" for number in range(2000)), "utf-8")
    command = [*HERE, str(ROOT / "scripts" / "policy.py"), "explain", "https://api.example.com/", "--policy", str(bad)]
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as out:
        assert subprocess.run(command, stdout=out, stderr=out, timeout=60, env=clean_environment()).returncode == 2


# lint


def test_lint_finds_the_certificate_files_that_would_stop_the_start(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(
        POLICY + "certificates: {trust: nope.pem, extra_roots: [nope2.pem, policy.yaml]}\nmdoe: release\n", "utf-8"
    )
    done = policy_script("lint", path)
    assert (done.returncode, done.stderr) == (2, "")
    assert [line.partition(": ")[0] for line in done.stdout.splitlines()] == [
        f"{path}:{place}" for place in ("5:23", "5:47", "5:58", "6:1")
    ]


def test_lint_finds_no_mistake_where_there_is_none(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY, "utf-8")
    done = policy_script("lint", path)
    assert (done.returncode, done.stdout) == (0, f"{path}: no mistakes\n")


# explain


@pytest.mark.parametrize(
    ("url", "options", "status", "said"),
    [
        ("https://api.example.com/user", (), 0, "called by request, not by uploadFile, downloadFile"),
        ("https://api.example.com/user", ("--api", "request"), 0, "request       ✓"),
        ("https://api.example.com/user", ("--api", "uploadFile"), 1, "uploadFile    ✗"),
        ("https://evil.example.com/", (), 1, "DOMAIN_NOT_LISTED"),
        ("wss://ws.example.com/", (), 0, "connectSocket ✓"),
        ("ws.example.com", (), 1, "Write https://ws.example.com (wss:// for connectSocket)"),
        ("", (), 1, "The URL is empty."),
    ],
)
def test_explain_exits_with_0_where_any_api_may_call_the_url(url, options, status, said, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY, "utf-8")
    done = policy_script("explain", url, "--policy", path, *options)
    assert (done.returncode, done.stderr) == (status, "")
    assert said in done.stdout


# import


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", ":1:2: "), ('{"requestdomain": ["https://a.example.com", "http://b.example.com"]}', ":1:45: ")],
    ids=["broken JSON", "a wrong entry beside a good one"],
)
def test_import_prints_no_list_where_there_is_a_mistake(text, said, tmp_path):
    path = tmp_path / "domains.json"
    path.write_text(text, "utf-8")
    done = policy_script("import", path)
    assert (done.returncode, done.stdout) == (2, "") and f"{path}{said}" in done.stderr


def test_import_prints_lists_as_the_policys_domains(tmp_path):
    path = tmp_path / "domains.json"
    path.write_text('{"requestdomain": ["https://a.example.com"]}', "utf-8")
    done = policy_script("import", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("domains:\n  request:\n    - https://a.example.com\n  uploadFile: []\n")


# suggest


def test_suggest_prints_the_entries_that_a_session_lacked(session):
    done = policy_script("suggest", session)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("domains:\n  request:\n    - https://0.example.com\n")


@pytest.mark.parametrize(
    ("kept", "lang", "said"), [(0.5, "en", "damaged"), (0.1, "en", "damaged"), (0.5, "zh", "已损坏")]
)
def test_suggest_says_what_could_not_be_read_of_a_damaged_session(session, kept, lang, said):
    path = session / "calls.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)] + b"\xff" * int(len(data) * (1 - kept)))
    done = policy_script("suggest", session, lang=lang)
    assert done.returncode == 2 and said in done.stderr, done.stderr
    assert "No entries are missing" not in done.stderr and "Traceback" not in done.stderr

"""No terminal and no redirection is too poor for what a script says."""

import json
import subprocess
import sys

import pytest

from testenv.process import clean_environment
from testenv.proxy import ROOT

HERE = ROOT / "tests" / "testenv" / "run_here.py"
SCRIPTS = sorted(
    path.name for path in (ROOT / "scripts").glob("*.py") if not path.name.startswith("_") and path.name != "test.py"
)


def run(encoding, script, *arguments, **options):
    return subprocess.run(
        [sys.executable, str(HERE), str(ROOT / "scripts" / script), *map(str, arguments)], stdin=subprocess.DEVNULL,
        env=clean_environment(PYTHONIOENCODING=encoding, PYTHONUTF8="0"), cwd=ROOT, timeout=60, **{"capture_output": True} | options,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "script", "lang"),
    [
        ("ascii", "report.py", "zh"),
        ("latin-1", "report.py", "en"),
        ("gbk", "report.py", "zh"),
        ("ascii", "check.py", "en"),
        ("gbk", "check.py", "zh"),
    ],
)
def test_a_report_is_shown_as_well_as_it_can_be(make_session, policy, encoding, script, lang):
    arguments = [make_session(1, unlisted=1), "--lang", lang, *(["--policy", policy] if script == "check.py" else [])]
    done = run(encoding, script, *arguments)
    assert (done.returncode, done.stderr) == (int(script == "check.py"), b"")
    assert b"DOMAIN_NOT_LISTED" in done.stdout
    assert b"\\u" in done.stdout or encoding == "gbk"


@pytest.mark.parametrize(
    ("encoding", "how"),
    [
        ("ascii", "json"),
        ("latin-1", "jsonl"),
        ("gbk", "har"),
        ("ascii", "html"),
        ("gbk", "junit"),
        ("latin-1", "junit"),
    ],
)
def test_what_programs_read_is_utf_8_everywhere(make_session, encoding, how):
    text = run(encoding, "report.py", make_session(0, unlisted=1), "--lang", "zh", "--format", how).stdout.decode(
        "utf-8"
    )
    assert "未配置" in text and "\\u" not in text
    if how in ("json", "jsonl", "har"):
        json.loads(text)


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_can_be_read_everywhere(script):
    done = run("ascii", script, "--help")
    assert (done.returncode, done.stderr) == (0, b"") and b"usage: " in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of Unix closes them")
def test_output_that_was_closed_is_no_crash(make_session):
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" >&- 2>&-', sys.executable, str(HERE), str(ROOT / "scripts" / "report.py"), str(make_session(0, unlisted=1)), "--fail-on", "debug-only"],
        env=clean_environment(), cwd=ROOT, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1

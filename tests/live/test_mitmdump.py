"""mitmdump -s as those who know mitmproxy type it."""

import subprocess
import sys
from pathlib import Path

import pytest

from testenv.process import Program
from testenv.process import clean_environment
from testenv.proxy import POLICY
from testenv.proxy import ROOT


def command(tmp_path, *options):
    return [
        str(Path(sys.executable).with_name("mitmdump")), "-s", str(ROOT / "addons" / "miniprogram.py"), "--listen-host", "127.0.0.1",
        "--listen-port", "0", "--set", f"confdir={tmp_path}", "--set", f"mp_session={tmp_path / 'session'}",
        *(word for option in options for word in ("--set", option)),
    ]  # fmt: skip


def test_it_says_policy_session_and_mode(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    program = Program(command(tmp_path, f"mp_policy={policy}", "mp_mode=debug"))
    said = program.wait_for_line(r"Policy .*", timeout_s=30)[0]
    assert str(policy) in said and "mode debug" in said and str(tmp_path / "session") in said
    assert program.stop() == 0
    assert "Traceback" not in program.text and (tmp_path / "session" / "calls.sqlite").exists()


@pytest.mark.parametrize(
    ("case", "options", "says"),
    [
        ("no policy", ["mp_policy=missing.yaml"], "missing.yaml cannot be read"),
        ("an option that nobody knows", ["mp_polcy=x"], "there is no option mp_polcy; did you mean mp_policy?"),
    ],
)
def test_a_mistake_ends_the_start_with_a_sentence(tmp_path, case, options, says):
    done = subprocess.run(
        command(tmp_path, *options), capture_output=True, text=True, timeout=60, env=clean_environment(), cwd=tmp_path
    )
    assert done.returncode == 1 and says in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "session").exists()

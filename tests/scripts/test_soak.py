"""Fifty devices, all protocols, faults, edits, background and an open page: what was sent is what was recorded."""

import json
import sys

import pytest

from testenv.proxy import run_script

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="loopback has one address here")


def soaked(tmp_path, *arguments, timeout_s):
    figures = tmp_path / "figures.json"
    done = run_script("soak.py", "--json", figures, "--lang", "en", *arguments, timeout_s=timeout_s)
    assert figures.exists(), done.stdout + done.stderr
    told = json.loads(figures.read_text())
    assert (done.returncode, told["troubles"]) == (0, []), done.stdout
    assert told["calls"] == told["records"] == told["flows"] > 50
    return done.stdout


def test_every_call_is_recorded_once_and_no_file_stays_open(tmp_path):
    soaked(tmp_path, "--minutes", "0.05", "--counts-only", timeout_s=120)


@pytest.mark.slow
def test_memory_does_not_grow_either(tmp_path, capsys):
    told = soaked(tmp_path, "--minutes", "15", timeout_s=1100)
    with capsys.disabled():
        print(f"\n{told}")

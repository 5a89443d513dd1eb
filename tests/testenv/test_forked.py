"""A script that was forked is a process of its own, with what it was given and nothing else."""

import os
import signal
import subprocess
import sys

import pytest

from testenv import forked

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
TELLS = """\
import os, sys
print(sys.argv[1:], os.getcwd(), os.environ.get("MINE"), os.environ.get("OTHERS"), os.getsid(0) == os.getpid())
print("你好", file=sys.stderr)
print(sorted(int(name) for name in os.listdir("/proc/self/fd"))[:4] if os.path.exists("/proc") else "")
sys.exit(7)
"""


@pytest.fixture
def start(tmp_path, monkeypatch):
    monkeypatch.setenv("OTHERS", "no")

    def start(text, *arguments, **more):
        script = tmp_path / "script.py"
        script.write_text(text, "utf-8")
        command = [*forked.RUN_HERE, str(script), *arguments]
        assert forked.can_start(command)
        return forked.Forked(
            command, cwd=tmp_path, env={"PATH": os.environ["PATH"], "MINE": "yes"}, stderr=subprocess.PIPE
        )

    return start


def test_it_has_its_arguments_its_folder_its_environment_and_its_status(start, tmp_path):
    process = start(TELLS, "one", "two words")
    said = process.stdout.read()
    assert said.splitlines()[0] == f"['one', 'two words'] {tmp_path} yes None True"
    assert process.stderr.read() == "你好\n"
    assert process.wait(10) == process.poll() == 7
    if sys.platform == "linux":
        assert said.splitlines()[1] == "[0, 1, 2, 3]", "the fourth is the listing's own"


def test_it_ends_by_ctrl_c_and_by_force(start):
    for number in (signal.SIGINT, signal.SIGKILL):
        process = start("import time\nprint('here', flush=True)\ntime.sleep(60)\n")
        assert process.stdout.readline() == "here\n" and process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        process.send_signal(number)
        assert process.wait(10) == -number


def test_a_mistake_in_it_is_told(start):
    process = start("raise ValueError('mine')\n")
    assert "ValueError: mine" in process.stderr.read()
    assert process.wait(10) == 1


def test_what_one_does_is_unknown_to_the_next(start):
    text = "import json\nprint(getattr(json, 'mine', None))\njson.mine = 1\n"
    assert [start(text).stdout.read() for _ in range(2)] == ["None\n", "None\n"]

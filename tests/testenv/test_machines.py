"""Namespaces end with the test run that made them, at the latest when the next one begins."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from testenv.machines import Network
from testenv.machines import apart
from testenv.machines import clear_what_was_left
from testenv.recorded import wait_until

pytestmark = apart()
OWNER = """
import subprocess, time
from testenv.machines import Network
network = Network()
network.__enter__()
inside = subprocess.Popen(network.command("proxy", ["sleep", "600"]))
print(network.name("proxy"), inside.pid, flush=True)
time.sleep(600)
"""


def names():
    return subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout


def is_there(pid):
    return Path(f"/proc/{pid}/cmdline").is_file() and bool(Path(f"/proc/{pid}/cmdline").read_bytes())


def test_what_a_killed_run_left_is_ended_by_the_next(tmp_path):
    tests = Path(__file__).resolve().parents[1]
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{tests}:{tests.parent / 'addons'}"},
    )
    left, inside = owner.stdout.readline().split()
    with Network() as mine:
        clear_what_was_left.cache_clear()
        clear_what_was_left()
        assert left in names() and is_there(inside), "its owner is still there"
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert left in names()
        clear_what_was_left.cache_clear()
        clear_what_was_left()
        assert left not in names() and mine.name("proxy") in names()
        assert wait_until(lambda: not is_there(inside))

"""The benchmark measures what it says, in small: its figures are worth something only on an idle machine."""

import re

from testenv.proxy import run_script


def test_many_calls_are_made_recorded_and_read_by_all_who_read_a_session():
    done = run_script("bench.py", "calls", "--calls", "60", "--connections", "2", timeout_s=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"product / mitmdump: \d\.\d\d", done.stdout)
    for reader in ("report.py", "check.py, session", "check.py, flows"):
        assert re.search(rf"^{reader} +60 calls", done.stdout, re.MULTILINE), done.stdout


def test_bodies_arrive_whole():
    done = run_script("bench.py", "bodies", "--megabytes", "2", timeout_s=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"2 MB (?:down|up)", done.stdout)) == 4 and "NOT THE SAME" not in done.stdout

"""mitmdump -s as those who know mitmproxy type it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from testenv.process import Program
from testenv.process import clean_environment
from testenv.proxy import POLICY
from testenv.proxy import ROOT
from testenv.proxy import Proxy
from testenv.recorded import wait_until

LISTED = "https://api.example.com"
UNLISTED = "https://unlisted.example.com"


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


class Mitmdump(Proxy):
    """mitmdump as somebody who knows mitmproxy starts it, with the product as a script."""

    ready_line = r"listening at \S*?127\.0\.0\.1:(\d+)"

    def command(self):
        return [
            Path(sys.executable).with_name("mitmdump"), "--listen-host", "127.0.0.1", "--listen-port", "0",
            "-s", ROOT / "addons" / "miniprogram.py", "--set", f"mp_policy={self.policy}",
            "--set", f"mp_session={self.session}", "--set", f"mp_extra_roots={self.root}",
            *self._lab_arguments(), *self.mitmproxy,
        ]  # fmt: skip


@pytest.fixture
def mitmdump(lab, confdir, tmp_path):
    proxy = Mitmdump(lab, tmp_path, confdir, policy=POLICY)
    yield proxy.start()
    proxy.kill9()


def test_as_a_script_of_mitmdump_it_enforces_too(mitmdump, lab):
    assert mitmdump.clients.curl(f"{LISTED}/listed").status == 200
    for http2 in (False, True):
        refused = mitmdump.clients.curl(f"{UNLISTED}/refused", http2=http2)
        assert (refused.kind, refused.status) == ("network_error", None)
        failed = mitmdump.clients.curl(f"{LISTED}/close", http2=http2)
        assert (failed.kind, failed.status) == ("network_error", None)
    assert {seen.host for seen in lab.origin.requests} == {"api.example.com"}
    mitmdump.write_policy(POLICY + "mode: debug\n")
    assert wait_until(lambda: mitmdump.clients.curl(f"{UNLISTED}/now").status == 200)
    mitmdump.stop()
    assert {record["mode"] for record in mitmdump.records()} == {"release", "debug"}


def test_its_flows_carry_marks_comments_and_the_record(mitmdump, lab):
    mitmdump.clients.curl(f"{LISTED}/listed", headers={"content-type": "application/json"})
    mitmdump.clients.curl(f"{UNLISTED}/refused")
    mitmdump.clients.curl(f"{LISTED}/close?failed")
    mitmdump.stop()
    read = subprocess.run(
        [sys.executable, "-c", _READ_FLOWS, str(mitmdump.session / "flows.mitm")],
        capture_output=True, text=True, encoding="utf-8", env=clean_environment(PYTHONIOENCODING="utf-8"), timeout=30,
    )  # fmt: skip
    assert read.returncode == 0, read.stderr
    flows = {
        path: (marked, comment, metadata)
        for path, marked, comment, metadata in map(json.loads, read.stdout.splitlines())
    }
    assert flows["/listed"][:2] == ("", "")
    assert flows["/listed"][2]["outcome"] == "success"
    marked, comment, metadata = flows["/refused"]
    assert (marked, metadata["debug_only"], metadata["release"]["errno"]) == (":warning:", True, 600002)
    assert comment.startswith("request:fail url not in domain list") and "DOMAIN_NOT_LISTED" in comment
    assert flows["/close?failed"][0] == ":x:"
    by_id = {record["url"]: record["id"] for record in mitmdump.records()}
    assert {metadata["url"]: metadata["id"] for _, _, metadata in flows.values()} == by_id


_READ_FLOWS = """
import json, sys
from mitmproxy.io import FlowReader
with open(sys.argv[1], "rb") as file:
    for flow in FlowReader(file).stream():
        print(json.dumps([flow.request.path, flow.marked, flow.comment, flow.metadata["miniprogram"]]))
"""


def test_a_policy_with_mistakes_stops_mitmdump_too(lab, confdir, tmp_path):
    proxy = Mitmdump(lab, tmp_path, confdir, policy="appid: any\nscope: al\n")
    program = Program(proxy.command(), cwd=ROOT)
    assert program.wait() != 0
    assert "policy.yaml:2:8" in program.text

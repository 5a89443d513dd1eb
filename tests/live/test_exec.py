"""run.py --exec: a test command behind the proxy, as a pipeline runs it."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from testenv.programs import found
from testenv.programs import undici
from testenv.proxy import ROOT
from testenv.proxy import Proxy
from testenv.recorded import wait_until

LISTED, UNLISTED = "https://api.example.com/x", "https://unlisted.example.com/x"
PYTHON = "import sys, urllib.request as u; u.urlopen(sys.argv[1]).read()"
# As a test does that minds what it gets.
NODE = "fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(0))"


def python(url):
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(PYTHON)} {url}"


def node(url):
    script = (
        "const { fetch, EnvHttpProxyAgent } = require(process.argv[2]);"
        "fetch(process.argv[1], { dispatcher: new EnvHttpProxyAgent() }).then((a) => a.text())"
        ".catch((e) => { console.error(e); process.exit(9); })"
    )
    return f"{found('node')} -e {shlex.quote(script)} {url} {undici()}"


def curl(url):
    return f"{found('curl')} -sS -o /dev/null {url}"


@pytest.fixture
def run(start_proxy, tmp_path):
    """Runs a command behind the proxy; gives the proxy, which has ended, and its status."""

    def run(command, *options):
        proxy = start_proxy(arguments=("--exec", command, *options))
        return proxy, proxy.wait()

    return run


@pytest.mark.parametrize("client", [python, curl, node])
@pytest.mark.parametrize(
    ("case", "url", "mode", "status"),
    [
        ("a debug-only call", UNLISTED, "debug", 1),
        ("a good call", LISTED, "debug", 0),
        ("a good call", LISTED, "release", 0),
    ],
)
def test_a_client_is_judged_without_being_told_of_the_proxy(run, lab, tmp_path, client, case, url, mode, status):
    report = tmp_path / "report.xml"
    proxy, found = run(
        client(url), "--mode", mode, "--fail-on", "debug-only", "--require-calls", "1", "--report", f"junit={report}"
    )
    assert found == status, proxy.output
    suites = ElementTree.parse(report).getroot()
    assert suites.get("failures") == str(status)
    assert len(proxy.records()) == 1


@pytest.mark.slow
def test_the_example_project_fails_for_its_debug_only_call_and_passes_when_fixed(lab, confdir, tmp_path):
    """docs/examples/ci, as its README says it."""
    node = found("node")
    folder = tmp_path / "example"
    shutil.copytree(ROOT / "docs" / "examples" / "ci", folder)
    (folder / "node_modules").mkdir()
    (folder / "node_modules" / "undici").symlink_to(undici())
    policy = (folder / "policy.yaml").read_text(encoding="utf-8")

    def status(policy, name):
        (tmp_path / name).mkdir()
        command = f"cd {shlex.quote(str(folder))} && {node} --test"
        options = ("--mode", "debug", "--exec", command, "--fail-on", "debug-only", "--require-calls", "3")
        proxy = Proxy(lab, tmp_path / name, confdir, policy=policy, arguments=options)
        with proxy.start():
            return proxy.wait(), proxy

    found_, proxy = status(policy, "before")
    assert found_ == 1, proxy.output
    assert [call["api"] for call in proxy.records() if call["debug_only"]] == ["downloadFile"]
    fixed, proxy = status(policy.replace("downloadFile: []", "downloadFile: [https://cdn.example.com]"), "after")
    assert fixed == 0, proxy.output


def test_node_s_own_fetch_ignores_the_proxy_until_24(run, lab):
    """Its call never comes here, and a run without a call is not green."""
    version = subprocess.run([found("node"), "--version"], capture_output=True, text=True).stdout
    proxy, status = run(
        f"{found('node')} -e {shlex.quote(NODE)} {UNLISTED}", "--fail-on", "debug-only", "--mode", "debug"
    )
    expected = 4 if int(version[1:].partition(".")[0]) < 24 else 1
    assert status == expected, proxy.output


def test_the_command_s_own_status_counts_first(run, lab):
    assert run(f"{curl(UNLISTED)}; exit 7", "--fail-on", "violation")[1] == 7
    proxy, status = run(curl(UNLISTED), "--mode", "release", "--fail-on", "violation")
    assert status not in (0, 1), "curl fails where its connection is cut"


def test_a_client_that_ignores_the_proxy_is_told_by_status_4(run, lab):
    proxy, status = run("true", "--fail-on", "debug-only")
    assert status == 4 and "exit status 4: no call was judged" in proxy.output


def test_a_command_that_does_not_exist_has_the_shell_s_status(run, lab):
    assert run("no-such-command-here")[1] == 127


def test_a_command_that_does_not_end_is_ended_with_the_session(run, lab):
    mark = f"6{os.getpid()}"
    # With a second command, the shell stays and has a child.
    proxy, status = run(f"sleep {mark}; true", "--for", "2")
    assert status == 128 + 15, proxy.output
    assert not running(f"sleep {mark}"), "left behind"


def test_ctrl_c_ends_both(start_proxy, lab):
    mark = f"7{os.getpid()}"
    proxy = start_proxy(arguments=("--exec", f"sleep {mark}; true"))
    assert wait_until(lambda: running(f"sleep {mark}"))
    assert proxy.stop() == 128 + 15
    assert not running(f"sleep {mark}"), "left behind"


def running(command):
    """Whether a process with that command line, word for word, is there."""
    wanted = command.encode().replace(b" ", b"\0") + b"\0"
    return any(wanted == line for line in map(_command_line, Path("/proc").glob("[0-9]*/cmdline")))


def _command_line(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("wrong", ["junit", "pdf=x", "junit="])
def test_a_report_that_cannot_be_is_a_mistake_in_the_options(wrong):
    from testenv.proxy import run_script

    done = run_script("run.py", "--report", wrong, "--lang", "en")
    assert done.returncode == 2 and "FORMAT=FILE such as junit=report.xml" in done.stderr


def test_reports_of_every_kind_are_written(run, lab, tmp_path):
    kinds = ("text", "html", "json", "jsonl", "junit", "har")
    options = [word for kind in kinds for word in ("--report", f"{kind}={tmp_path / kind}")]
    proxy, status = run(curl(LISTED), *options)
    assert status == 0, proxy.output
    assert all(
        "api.example.com" in (tmp_path / kind).read_text(encoding="utf-8") or kind in ("text", "html", "junit")
        for kind in kinds
    )


def test_a_report_that_cannot_be_written_has_status_2(run, lab, tmp_path):
    (tmp_path / "file").touch()
    proxy, status = run("true", "--report", f"junit={tmp_path / 'file' / 'report.xml'}")
    assert status == 2 and "cannot be written" in proxy.output


def test_the_folder_of_a_report_is_made(run, lab, tmp_path):
    report = tmp_path / "reports" / "network" / "junit.xml"
    run("true", "--report", f"junit={report}")
    assert "<testsuites" in report.read_text("utf-8")

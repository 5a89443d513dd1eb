"""run.py --exec: a test command behind the proxy, as a pipeline runs it."""

import shlex
import sys
from xml.etree import ElementTree

import pytest

from testenv.programs import found

LISTED, UNLISTED = "https://api.example.com/x", "https://unlisted.example.com/x"
PYTHON = "import sys, urllib.request as u; u.urlopen(sys.argv[1]).read()"
# As a test does that minds what it gets.
NODE = "fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(0))"


def python(url):
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(PYTHON)} {url}"


def curl(url):
    return f"{found('curl')} -sS -o /dev/null {url}"


@pytest.fixture
def run(start_proxy, tmp_path):
    """Runs a command behind the proxy; gives the proxy, which has ended, and its status."""

    def run(command, *options):
        proxy = start_proxy(arguments=("--exec", command, *options))
        return proxy, proxy.wait()

    return run


@pytest.mark.parametrize("client", [python, curl])
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


def test_the_command_s_own_status_counts_first(run, lab):
    assert run(f"{curl(UNLISTED)}; exit 7", "--fail-on", "violation")[1] == 7
    proxy, status = run(curl(UNLISTED), "--mode", "release", "--fail-on", "violation")
    assert status not in (0, 1), "curl fails where its connection is cut"


def test_a_client_that_ignores_the_proxy_is_told_by_status_4(run, lab):
    proxy, status = run(f"{found('node')} -e {shlex.quote(NODE)} http://127.0.0.1:9/", "--fail-on", "debug-only")
    assert status == 4 and "exit status 4: no call was judged" in proxy.output


def test_a_command_that_does_not_exist_has_the_shell_s_status(run, lab):
    assert run("no-such-command-here")[1] == 127


def test_a_command_that_does_not_end_is_ended_with_the_session(run, lab):
    proxy, status = run("sleep 600", "--for", "2")
    assert status == 128 + 15, proxy.output


def test_ctrl_c_ends_both(start_proxy, lab):
    proxy = start_proxy(arguments=("--exec", "sleep 600"))
    assert proxy.stop() == 128 + 15


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
    proxy, status = run("true", "--report", f"junit={tmp_path / 'no' / 'folder'}")
    assert status == 2 and "cannot be written" in proxy.output

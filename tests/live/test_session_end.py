"""How a session starts, ends and is told of: exit status, report, and the entry for mitmproxy's own users."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from testenv.process import Program
from testenv.process import clean_environment
from testenv.proxy import POLICY
from testenv.proxy import ROOT
from testenv.proxy import Proxy
from testenv.proxy import run_script
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.tunnel import read_answer

LISTED = "https://api.example.com"
UNLISTED = "https://unlisted.example.com"
COUNT_OPEN_CALLS = Path(__file__).resolve().parents[1] / "testenv" / "count_open_calls.py"


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


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_ctrl_c_ends_a_session_with_its_report(start_proxy, lab, how):
    proxy = start_proxy(arguments=("--mode", "debug"))
    assert proxy.clients.python_request(f"{UNLISTED}/seen").status == 200
    proxy.program.process.send_signal(how)
    assert proxy.wait() == 0
    report = proxy.output.partition("Ctrl-C ends it")[2]
    assert "unlisted.example.com" in report and "https://unlisted.example.com" in report, "the line that fixes it"
    assert "Traceback" not in proxy.output
    assert [record["debug_only"] for record in proxy.records()] == [True]


def test_a_session_without_a_call_ends_with_advice(start_proxy, lab):
    proxy = start_proxy()
    assert proxy.stop() == 0
    assert "No call was seen" in proxy.output


@pytest.mark.parametrize(
    ("fail_on", "mode", "url", "status"),
    [
        ("debug-only", "debug", f"{UNLISTED}/x", 1),
        ("violation", "observe", f"{LISTED}/x", 0),
        ("violation", "observe", f"{UNLISTED}/x", 1),
        ("possible", "release", f"{UNLISTED}/x", 1),
        ("never", "release", f"{UNLISTED}/x", 0),
    ],
)
def test_the_exit_status_is_what_was_asked_for(start_proxy, lab, fail_on, mode, url, status):
    proxy = start_proxy(arguments=("--mode", mode, "--fail-on", fail_on))
    proxy.clients.python_request(url)
    assert proxy.stop() == status, proxy.output
    assert run_script("report.py", proxy.session, "--fail-on", fail_on).returncode == status


@pytest.mark.parametrize(
    ("case", "options", "calls", "status"),
    [
        ("nothing judged, asked to fail", ("--fail-on", "violation"), 0, 4),
        ("nothing judged, and that is all right", ("--fail-on", "violation", "--require-calls", "0"), 0, 0),
        ("fewer calls than required", ("--require-calls", "2"), 1, 4),
        ("as many as required", ("--require-calls", "1"), 1, 0),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else None,
)
def test_an_empty_run_is_not_green(start_proxy, lab, case, options, calls, status):
    proxy = start_proxy(arguments=options)
    for _ in range(calls):
        assert proxy.clients.python_request(f"{LISTED}/x").status == 200
    assert proxy.stop() == status, proxy.output
    assert ("exit status 4: " in proxy.output) is (status == 4)


def test_a_session_ends_by_itself_when_its_time_is_up(start_proxy, lab):
    proxy = start_proxy(arguments=("--for", "1.5"))
    assert proxy.clients.python_request(f"{LISTED}/x").status == 200
    assert proxy.wait() == 0
    assert len(proxy.records()) == 1


def started_in_vain(proxy, *changes):
    """run.py with some of its words changed, to its end."""
    words = [str(word) for word in proxy.command()]
    for before, after in changes:
        words = [after if word == before else word for word in words]
    program = Program(words, cwd=ROOT)
    return program.wait(), program.text


@pytest.mark.parametrize(("lang", "said"), [("en", "is taken"), ("zh", "已被占用")])
def test_a_port_that_is_taken_is_said_once_and_leaves_no_session(lab, confdir, tmp_path, lang, said):
    proxy = Proxy(lab, tmp_path, confdir)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        status, text = started_in_vain(proxy, ("127.0.0.1:0", place), ("en", lang))
    assert status == 3, text
    assert text.count(place) == 1 and said in text and "--listen 127.0.0.1:" in text
    assert "Traceback" not in text and "--mode" not in text
    assert not proxy.session.exists()


@pytest.mark.parametrize(
    ("case", "mitmproxy", "status"),
    [
        ("mitmproxy cannot take the place", ("--mode", "regular@{taken}"), 3),
        ("a mode that there is not", ("--mode", "nonsense"), 2),
        ("a script that is not there", ("-s", "no-such-script.py"), 2),
    ],
)
def test_a_start_that_fails_leaves_no_session(lab, confdir, tmp_path, case, mitmproxy, status):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        more = tuple(word.format(taken=taken.getsockname()[1]) for word in mitmproxy)
        proxy = Proxy(lab, tmp_path, confdir, mitmproxy=more)
        found, text = started_in_vain(proxy)
        assert found == status and "Traceback" not in text, text
        assert not proxy.session.exists()
        # One that was there before is left alone.
        proxy.session.mkdir()
        (proxy.session / "mine.txt").touch()
        assert started_in_vain(proxy)[0] == status
    assert (proxy.session / "mine.txt").exists()


def test_a_folder_for_certificates_that_cannot_be_used_is_said(lab, tmp_path):
    (tmp_path / "file").touch()
    proxy = Proxy(lab, tmp_path, tmp_path / "file" / "ca")
    status, text = started_in_vain(proxy)
    assert status == 3 and "Traceback" not in text and str(tmp_path / "file") in text, text


def test_wireguard_gives_a_phone_what_its_app_needs(lab, confdir, tmp_path):
    proxy = Proxy(lab, tmp_path, confdir, arguments=("--for", "0.5"), mitmproxy=("--mode", "wireguard"))
    status, text = started_in_vain(proxy)
    assert status == 0, text
    assert re.search(r"WireGuard \(UDP port \d+\)", text) and re.search(r"Endpoint = 127\.0\.0\.1:\d+", text)
    assert "PrivateKey = " in text and "Set the HTTP proxy" not in text


def test_a_session_that_goes_on_is_said(start_proxy, lab, confdir, tmp_path):
    first = start_proxy()
    first.clients.python_request(f"{LISTED}/x")
    first.stop()
    again = Proxy(lab, first.folder, confdir, arguments=("--for", "0.5"))
    status, text = started_in_vain(again)
    assert status == 0 and "holds a session already" in text and "1 call" in text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
@pytest.mark.parametrize("script", ["run.py", "check.py", "policy.py lint"])
def test_ctrl_c_before_anything_runs_is_no_traceback(tmp_path, script):
    # It waits for the policy for ever: a pipe that nobody writes into.
    pipe = tmp_path / "policy.yaml"
    os.mkfifo(pipe)
    (tmp_path / "x.har").write_text("{}")
    name, *words = script.split()
    words += {"run.py": ["--policy", pipe], "check.py": [tmp_path / "x.har", "--policy", pipe], "policy.py": [pipe]}[
        name
    ]
    program = Program(
        [sys.executable, ROOT / "tests" / "testenv" / "run_here.py", ROOT / "scripts" / name, *words], cwd=ROOT
    )
    with pipe.open("w"):  # returns once the script reads
        program.process.send_signal(signal.SIGINT)
        assert program.wait() == 130, program.text
    assert "Traceback" not in program.text and "interrupted" in program.text


@pytest.mark.skipif(sys.platform == "win32", reason="nothing tells of another writer there")
def test_two_do_not_record_in_one_folder(start_proxy, lab, confdir):
    first = start_proxy()
    status, text = started_in_vain(Proxy(lab, first.folder, confdir))
    assert status == 2 and "another proxy is recording its session in" in text and "Traceback" not in text
    # The first is none the worse for it.
    assert first.clients.python_request(f"{LISTED}/x").status == 200
    assert len(first.records()) == 1


@pytest.mark.parametrize(
    "command",
    [
        ("run.py", "--policy", "no-such.yaml"),
        ("policy.py", "lint", "no-such.yaml"),
        ("check.py", "x.har", "--policy", "no-such.yaml"),
    ],
    ids=lambda command: command[0],
)
def test_what_the_system_refuses_is_told_in_the_readers_language(command):
    name, *words = command
    done = run_script(name, *words, "--lang", "zh")
    assert done.returncode == 2 and "no-such.yaml 无法读取：没有这个文件或文件夹" in done.stderr
    assert "No such file" not in done.stderr


MISTAKES = {
    "a policy that is not there": ("--policy", "no-such-policy.yaml"),
    "a folder as policy": ("--policy", "."),
    "a word for a port": ("--listen", "127.0.0.1:http"),
    "an unknown mode": ("--mode", "realese"),
    "no number of seconds": ("--for", "soon"),
    "an extra root that is not there": ("--extra-root", "no-such-root.pem"),
    "an unknown option": ("--polcy", "x"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_in_the_options_gives_status_2_and_no_traceback(lab, confdir, tmp_path, case):
    proxy = Proxy(lab, tmp_path, confdir)
    words = proxy.command()
    at = words.index("--")
    program = Program([*words[:at], *MISTAKES[case], *words[at:]], cwd=tmp_path)
    assert program.wait() == 2, program.text
    assert MISTAKES[case][1] in program.text or MISTAKES[case][0] in program.text
    assert "Traceback" not in program.text


@pytest.mark.parametrize("word", ["--no-such-option", "--set=stream_large_bodies=x"])
def test_a_mistake_in_what_goes_to_mitmproxy_gives_status_2(lab, confdir, tmp_path, word):
    proxy = Proxy(lab, tmp_path, confdir, mitmproxy=(word,))
    program = Program(proxy.command(), cwd=ROOT)
    assert program.wait() == 2, program.text
    assert "Traceback" not in program.text


def test_a_session_that_cannot_be_written_is_said_at_the_start(lab, confdir, tmp_path):
    proxy = Proxy(lab, tmp_path, confdir)
    proxy.session.write_text("a file where the folder should be")
    program = Program(proxy.command(), cwd=ROOT)
    assert program.wait() in (2, 3), program.text
    assert "session" in program.text and "Traceback" not in program.text


def test_calls_in_flight_when_it_ends_are_recorded(start_proxy, lab):
    proxy = start_proxy()
    answers = []
    url = f"{LISTED}/hang?in-flight"
    client = threading.Thread(target=lambda: answers.append(proxy.clients.python_request(url)))
    client.start()
    assert lab.origin.wait_requests(1)
    assert proxy.stop() == 0
    client.join()
    assert answers[0].failed
    (record,) = [record for record in proxy.records() if "in-flight" in record["url"]]
    assert (record["outcome"], record["http_status"]) == ("fail", None)
    assert "Traceback" not in proxy.output


def test_no_call_is_lost_recorded_twice_or_held_after_its_end(start_proxy, lab):
    """Every way to begin and end, over both HTTP versions; then what is still held is counted."""
    proxy = start_proxy(mitmproxy=("-s", str(COUNT_OPEN_CALLS)))
    clients = proxy.clients
    urls = [
        f"{LISTED}/json", f"{LISTED}/bytes?n=2000000", f"{LISTED}/bytes?n=100&chunked=1", f"{LISTED}/status/204", f"{LISTED}/status/304",
        f"{LISTED}/close", f"{LISTED}/reset", f"{LISTED}/cut-body", f"{LISTED}/redirect?to={UNLISTED}/", f"{LISTED}/redirect?to=/json",
        f"{LISTED}/sse", f"{UNLISTED}/json", "https://nowhere.example.com/json", "http://api.example.com/json",
    ]  # fmt: skip
    expected = []
    for http2 in (False, True):
        for number, url in enumerate(urls):
            mark = f"w{http2}-{number}-"
            clients.curl(url + ("&" if "?" in url else "?") + mark, http2=http2)
            expected.append(mark)
        for number, path in enumerate(("/hang", "/hang-body", "/slow?ms=2000", "/drip?n=100&every_ms=50")):
            mark = f"l{http2}-{number}-"
            assert (
                clients.curl(f"{LISTED}{path}{'&' if '?' in path else '?'}{mark}", http2=http2, timeout_s=0.3).kind
                == "gave_up"
            )
            expected.append(mark)
    for host in ("ws", "unlisted"):
        clients.websocket(f"wss://{host}.example.com/socket-{host}-")
        expected.append(f"socket-{host}-")
    with clients.open_tunnel("api.example.com:443") as tunnel:
        for number in range(5):
            tunnel.sendall(f"HEAD /json?kept-{number}- HTTP/1.1\r\nHost: api.example.com\r\n\r\n".encode())
            assert read_answer(tunnel, "HEAD").status == 200
            expected.append(f"kept-{number}-")
        tunnel.sendall(b"POST /echo?half- HTTP/1.1\r\nHost: api.example.com\r\nContent-Length: 100\r\n\r\nhalf of it")
    expected.append("half-")
    assert wait_until(lambda: len(recorded(proxy)) >= len(expected)), len(recorded(proxy))
    assert proxy.stop() == 0
    found = [record["url"] for record in proxy.records()]
    counted = {mark: sum(mark in url for url in found) for mark in expected}
    assert counted == dict.fromkeys(expected, 1)
    assert len(found) == len(expected)
    assert "open calls: 0" in proxy.output
    assert "Traceback" not in proxy.output


# For those who know mitmproxy


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

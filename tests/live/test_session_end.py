"""How a session ends and is told of: exit status, report, and every call in it."""

import signal
import threading
from pathlib import Path

import pytest

from testenv.proxy import Proxy
from testenv.proxy import run_script
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.tunnel import read_answer

LISTED = "https://api.example.com"
UNLISTED = "https://unlisted.example.com"
COUNT_OPEN_CALLS = Path(__file__).resolve().parents[1] / "testenv" / "count_open_calls.py"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_ctrl_c_ends_a_session_with_its_report(start_proxy, lab, how):
    proxy = start_proxy(arguments=("--mode", "debug"))
    assert proxy.clients.python_request(f"{UNLISTED}/seen").status == 200
    proxy.program.process.send_signal(how)
    assert proxy.wait() == 0
    report = proxy.output.partition("Ctrl-C to stop")[2]
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


def test_a_session_that_goes_on_is_said(start_proxy, lab, confdir, tmp_path):
    first = start_proxy()
    first.clients.python_request(f"{LISTED}/x")
    first.stop()
    with Proxy(lab, first.folder, confdir, arguments=("--for", "0.5")).start() as again:
        assert again.wait() == 0
    assert "already contains a session" in again.output and "1 call" in again.output


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

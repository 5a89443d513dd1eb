"""The proxy is killed with no chance to tidy up: every call that had ended is in the report."""

import json
import random
import sqlite3
import subprocess
import sys
import threading

import pytest

from testenv.proxy import POLICY
from testenv.proxy import ROOT
from testenv.proxy import run_script
from testenv.recorded import wait_until
from testenv.tunnel import read_answer
from wxsession.catching_up import catch_up

CALLS = 200
WAYS = ("listed", "unlisted", "redirected", "failing", "large", "streamed")


def call(clients, number: int, ended: list[str], killed: threading.Event) -> None:
    """One call in a connection of its own; its marker is noted once its client has seen its end."""
    way = WAYS[number % len(WAYS)]
    mark = f"n{number:03}-{way}"
    target = {
        "listed": f"/slow?ms={number * 3}&{mark}",
        "unlisted": f"/json?{mark}",
        "redirected": f"/redirect?to=https://unlisted.example.com/{mark}",
        "failing": f"/close?{mark}",
        "large": f"/bytes?n=300000&{mark}",
        "streamed": f"/bytes?n=100000&chunked=1&{mark}",
    }[way]
    host = "unlisted.example.com" if way == "unlisted" else "api.example.com"
    try:
        with clients.open_tunnel(f"{host}:443", timeout_s=15) as tunnel:
            tunnel.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            answer = read_answer(tunnel)
    except OSError:
        return  # it died before this call began
    # A refused call ends like one whose proxy has died: it counts where the proxy was alive at its end.
    if answer.answered or (answer.failed and not killed.is_set()):
        ended.append(mark)


@pytest.fixture(scope="module")
def running(shared_proxy):
    return shared_proxy(policy=POLICY)


# Of 200 calls under way, how many have ended when it is killed.
MOMENTS = random.Random(20).sample(range(5, 190), 20)


@pytest.mark.parametrize(
    "after", [MOMENTS[0], MOMENTS[1], *(pytest.param(after, marks=pytest.mark.slow) for after in MOMENTS[2:])]
)
def test_every_call_whose_client_saw_its_end_is_in_the_report(shared_proxy, lab, after):
    proxy = shared_proxy(policy=POLICY)
    clients = proxy.clients
    assert clients.python_request("https://api.example.com/json?warm").status == 200
    ended: list[str] = []
    killed = threading.Event()
    threads = [threading.Thread(target=call, args=(clients, number, ended, killed)) for number in range(CALLS)]
    for thread in threads:
        thread.start()
    assert wait_until(lambda: len(ended) >= after, timeout_s=20), proxy.output[-2000:]
    killed.set()
    proxy.kill9()
    for thread in threads:
        thread.join()
    assert after <= len(ended) < CALLS, "it was killed in the middle"

    done = run_script("report.py", proxy.session, "--format", "jsonl", "--lang", "en")
    assert (done.returncode, done.stderr) == (0, "")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    urls = "\n".join(record["url"] for record in records)
    assert [mark for mark in ended if mark not in urls] == []
    assert len({record["id"] for record in records}) == len(records) <= CALLS + 1
    for record in records:
        if record["outcome"] == "success":
            assert record["http_status"] in (200, 302)
    # The flow of a long answer is written behind its record.
    assert set(flows_of(proxy.session)) <= {record["url"].partition("?")[2] for record in records}
    text = run_script("report.py", proxy.session, "--lang", "en")
    assert text.returncode == 0 and "unlisted.example.com" in text.stdout
    assert wait_until(lambda: lab.origin.open_connections == 0)


ENDS = {
    "refused": ("https://unlisted.example.com/json?{mark}", False),
    "failed": ("https://api.example.com/close?{mark}", False),
    "redirected": ("https://api.example.com/redirect?to=https://unlisted.example.com/{mark}", False),
    "answered": ("https://api.example.com/json?{mark}", True),
    "of chunks": ("https://api.example.com/bytes?n=2000&chunked=1&{mark}", True),
    "without a body": ("https://api.example.com/status/204?{mark}", True),
    "larger than what is kept": ("https://api.example.com/bytes?n=2000000&{mark}", True),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_call_is_on_disk_before_its_client_learns_its_end(running, lab, end):
    """Twenty times in a row: what another process reads now is what a kill -9 would leave."""
    proxy, (template, answered) = running, ENDS[end]
    for number in range(20):
        for url in (template.replace("{mark}", f"at-once-{number}-{end.replace(' ', '-')}"),):
            assert proxy.clients.python_request(url).answered is answered
            assert found_in(proxy.session, url) == 1, url


def found_in(session, url):
    """How many calls of that URL whoever opens the session as it lies there now would find, the writer aside."""
    disk, copy = sqlite3.connect(session / "calls.sqlite"), sqlite3.connect(":memory:")
    disk.backup(copy)
    disk.close()
    catch_up(session, copy)
    (found,) = copy.execute("SELECT count(*) FROM calls WHERE url = ?", (url,)).fetchone()
    copy.close()
    return found


def test_a_session_that_was_killed_goes_on_in_a_new_run(shared_proxy, lab):
    proxy = shared_proxy(policy=POLICY)
    assert proxy.clients.python_request("https://api.example.com/json?first-run").status == 200
    proxy.kill9()
    proxy.start()
    assert proxy.clients.python_request("https://api.example.com/json?second-run").status == 200
    assert proxy.stop() == 0
    urls = [record["url"] for record in proxy.records()]
    assert [url.partition("?")[2] for url in urls] == ["first-run", "second-run"]


def test_the_killed_session_opens_in_mitmproxy(shared_proxy, lab):
    proxy = shared_proxy(policy=POLICY)
    for number in range(5):
        assert proxy.clients.python_request(f"https://api.example.com/json?{number}").status == 200
    proxy.kill9()
    assert flows_of(proxy.session) == [str(number) for number in range(5)]


def flows_of(session):
    """What mitmproxy reads of a session's flows: the queries of their requests."""
    read = subprocess.run(
        [sys.executable, "-c", _READ_FLOWS, str(session / "flows.mitm")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert read.returncode == 0, read.stderr
    return read.stdout.split()


_READ_FLOWS = """
import sys
from mitmproxy.io import FlowReader
with open(sys.argv[1], "rb") as file:
    for flow in FlowReader(file).stream():
        print(flow.request.path.partition("?")[2])
"""

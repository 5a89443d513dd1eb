"""An origin or a client that fails at any moment of a call: the right code, and nothing of the call stays behind.

Upstream HTTP/3 has no origin here that could fail; tests/wxgate/layers has its layer.
"""

import json
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from testenv import failing
from testenv.failing import CLIENT
from testenv.failing import CLIENT_BEFORE
from testenv.failing import HANGING
from testenv.failing import HOST
from testenv.failing import ORIGIN
from testenv.failing import FailingOrigin
from testenv.memory import memory_mb
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.recorded import wait_until

POLICY = f"""\
appid: any
scope: all
domains:
  request: [https://{HOST}]
  connectSocket: [wss://{HOST}]
networkTimeout: {{request: 1000}}
"""
RESETS_MEANWHILE = Path(__file__).resolve().parents[1] / "testenv" / "resets_meanwhile.py"
INNER_STATE = Path(__file__).resolve().parents[1] / "testenv" / "inner_state.py"
# Threads of the pool that looks names up, and the like, come when they are first needed.
MOST_MORE_FILES = 4
MOST_MEMORY_MB = 15
# What runs from time to time is between two rounds when the first look is taken; a leak of each case would be forty.
MOST_MORE = {"calls": 0, "wires": 0, "tasks": 2, "timers": 3}


@pytest.fixture(scope="module")
def state_file(tmp_path_factory):
    return tmp_path_factory.mktemp("state") / "state.json"


@pytest.fixture(scope="module")
def shared(shared_proxy, state_file):
    more = ("-s", str(INNER_STATE), "--set", f"inner_state={state_file}")
    started = shared_proxy(policy=POLICY, mitmproxy=more)
    # What broke off before it was whole is no flow that could be judged again.
    started.is_replayed = False
    return started


def held(state_file) -> dict[str, int]:
    return json.loads(state_file.read_text())


def files(proxy) -> int:
    return len(list(Path(f"/proc/{proxy.program.process.pid}/fd").iterdir()))


@pytest.fixture
def proxy(shared, lab, state_file):
    """Before each case and behind it the proxy holds the same."""
    lab.write_map(shared.map)
    if not hasattr(shared, "at_rest"):
        assert shared.clients.curl(f"https://{HOST}/json").status == 200
        assert shared.clients.websocket(f"wss://{HOST}/ws").status == 101
        assert wait_until(lambda: state_file.exists() and held(state_file)["wires"] == 0)
        shared.at_rest, shared.files = held(state_file), files(shared)
    output = len(shared.output)
    yield shared
    at_rest = shared.at_rest
    found = wait_until(
        lambda: all(held(state_file)[name] <= at_rest[name] + MOST_MORE[name] for name in at_rest), timeout_s=8
    )
    assert found, (held(state_file), at_rest)
    assert wait_until(lambda: files(shared) <= shared.files + MOST_MORE_FILES), (files(shared), shared.files)
    assert "Traceback" not in shared.output[output:], shared.output[output:]


def fails(proxy, lab, tmp_path, case, mark):
    serve, expected, is_http2 = (ORIGIN | HANGING)[case]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(lab.issuing.issue(HOST).write(tmp_path))
    context.set_alpn_protocols(["h2"] if is_http2 else ["http/1.1"])
    with FailingOrigin(serve, context) as origin:
        lab.place(HOST, 443, origin)
        lab.write_map(proxy.map)
        headers = {"X-Miniprogram-Api": "request"}
        answer = proxy.clients.curl(f"https://{HOST}/json?{mark}", http2=is_http2, headers=headers, timeout_s=8)
    lab.forget()
    lab.write_map(proxy.map)
    assert answer.kind == "network_error", answer
    record = one_record(proxy, mark)
    found = [each for each in codes(record) if each != "API_AMBIGUOUS"]
    assert set(found) & expected and not set(found) - expected, (found, record.findings)
    assert (record.outcome, record.release.outcome, record.debug.outcome) == ("fail", "fail", "fail")


def mark_of(case, of) -> str:
    return f"fault-{of}-{case.replace(' ', '-')}-"


@pytest.mark.parametrize("case", ORIGIN)
def test_an_origin_that_fails(proxy, lab, tmp_path, case):
    fails(proxy, lab, tmp_path, case, mark_of(case, "origin"))


@pytest.mark.slow
@pytest.mark.parametrize("case", HANGING)
def test_an_origin_that_hangs(proxy, lab, tmp_path, case):
    fails(proxy, lab, tmp_path, case, mark_of(case, "hanging"))


@pytest.mark.parametrize("case", CLIENT_BEFORE)
def test_a_client_that_leaves_before_there_is_a_call(proxy, lab, case):
    before = len(recorded(proxy))
    CLIENT_BEFORE[case](proxy)
    assert proxy.clients.curl(f"https://{HOST}/json?right-again").status == 200
    assert wait_until(lambda: len(recorded(proxy)) == before + 1)


@pytest.mark.parametrize("resets", [False, True], ids=["closes", "resets"])
@pytest.mark.parametrize("case", CLIENT)
def test_a_client_that_leaves(proxy, lab, case, resets):
    mark = mark_of(case, f"client-{resets}")
    failing.client(CLIENT[case], resets=resets)(proxy, mark.encode())
    record = one_record(proxy, mark)
    assert [each for each in codes(record) if each not in ("API_AMBIGUOUS",)] in ([], ["NETWORK_ERROR"])
    assert all(finding.data.get("reason") == "client" for finding in record.findings if finding.code == "NETWORK_ERROR")
    assert record.release.outcome == "success", record


def test_all_slots_are_free_after_all_of_it(proxy, lab):
    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(lambda n: proxy.clients.curl(f"https://{HOST}/slow?ms=300&slot={n}").status, range(10)))
    assert found == [200] * 10
    assert wait_until(lambda: len(recorded(proxy, "slot=")) == 10)
    assert not any("CONCURRENCY_QUEUED" in codes(record) for record in recorded(proxy, "slot="))


@pytest.mark.slow
def test_memory_returns(proxy, lab, tmp_path):
    def round_(number):
        for case in ORIGIN:
            fails(proxy, lab, tmp_path, case, mark_of(case, f"round-{number}"))
        for case in CLIENT_BEFORE:
            CLIENT_BEFORE[case](proxy)

    round_(0)
    settled_mb = memory_mb(proxy)
    for number in range(1, 6):
        round_(number)
    assert memory_mb(proxy) - settled_mb < MOST_MEMORY_MB


def test_a_server_that_resets_before_it_is_asked_for_its_name_keeps_nobody_waiting(start_proxy, lab):
    """mitmproxy alone leaves such a call without an answer for ever."""
    proxy = start_proxy(policy=POLICY.replace("1000", "30000"), mitmproxy=("-s", str(RESETS_MEANWHILE)))
    for http2 in (False, True):
        mark = f"/meanwhile-{http2}"
        answer = proxy.clients.curl(f"https://{HOST}{mark}", http2=http2, headers={"X-Miniprogram-Api": "request"})
        assert answer.kind == "network_error", answer
        assert codes(one_record(proxy, mark))[0] == "NETWORK_ERROR"

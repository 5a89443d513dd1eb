"""Nothing holds the loop: not a long policy's save, not an answer that is no text, not many calls at once."""

import json
import random
import threading

import pytest

from testenv.proxy import POLICY
from testenv.recorded import wait_until
from testenv.steering import Steering
from wxlab import watchdog

# Of the loop's own time in one callback, collections of garbage aside.
MOST_MS = 20.0
LONG_POLICY = POLICY + "".join(
    f"  {name}:\n" + "".join(f"    - {scheme}://host-{number}.example.net\n" for number in range(2_500))
    for name, scheme in {
        "request": "https", "uploadFile": "https", "downloadFile": "https", "connectSocket": "wss",
    }.items()
)  # fmt: skip
NOISE = random.Random(5).randbytes(32 * 1024)


async def noise(exchange):
    await exchange.answer(200, NOISE, [("content-type", "application/json; charset=utf-8")])


@pytest.fixture
def watched(start_proxy, tmp_path, lab):
    lab.origin.routes["/noise"] = noise
    told = tmp_path / "holds.json"
    watching = ("-s", watchdog.__file__, "--set", f"watchdog_file={told}")
    proxy = start_proxy(arguments=("--page", "127.0.0.1:0"), mitmproxy=watching)
    return proxy, told


def test_a_long_policy_and_odd_answers_do_not_hold_up_others(watched):
    proxy, told = watched
    policy = LONG_POLICY.replace(POLICY, POLICY.partition("domains:")[0] + "domains:\n")

    def call() -> None:
        for number in range(15):
            path = "noise" if number % 3 else "json"
            assert proxy.clients.python_request(f"https://api.example.com/{path}?{number}").status in (200, None)

    callers = [threading.Thread(target=call) for _ in range(3)]
    for caller in callers:
        caller.start()
    proxy.write_policy(policy)
    assert wait_until(lambda: "applies to new calls" in proxy.output, timeout_s=20), proxy.output
    page = Steering(proxy)
    entry = {"api": "request", "entry": "https://one-more.example.com"}
    status, answer = page.ask("POST", "/api/policy/entries", entry)
    assert status == 200, answer
    assert entry["entry"] in json.dumps(answer), "it is in force by then"
    assert page.ask("POST", "/api/policy", {"mode": "observe"})[0] == 200
    assert page.ask("POST", "/api/policy/undo", {})[0] == 200
    for caller in callers:
        caller.join()
    assert proxy.stop() == 0
    holds = json.loads(told.read_text())
    assert [hold for hold in holds if hold["own_ms"] > MOST_MS] == []

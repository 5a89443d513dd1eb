"""At most ten at once, the rest in order, and no slot is ever lost."""

import asyncio
import threading

import pytest

from testenv.crowd import Crowd
from testenv.steering import Steering
from testenv.tunnel import open_tunnel
from wxlab.origin import Origin
from wxlab.routes import ROUTES

POLICY = """\
appid: any
scope: all
domains:
  request:       [https://api.example.com]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://cdn.example.com]
  connectSocket: [wss://ws.example.com]
concurrency: {request: 10, uploadFile: 10, downloadFile: 10, excess: EXCESS}
networkTimeout: {request: 30000}
"""
SECOND_DEVICE = "127.0.0.2"


class Gauge:
    """Routes that count who is at the origin at once, and that answer when they may."""

    def __init__(self):
        self.now, self.most, self.order = 0, 0, []
        self.open = threading.Event()

    async def count(self, exchange):
        self.now += 1
        self.most = max(self.most, self.now)
        self.order.append(int(exchange.query["n"]))
        try:
            await asyncio.sleep(0.03)
            await exchange.json({"n": exchange.query["n"]})
        finally:
            self.now -= 1

    async def hold(self, exchange):
        """Until the gauge is opened. A client that goes ends it too."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            while not self.open.is_set():
                await asyncio.sleep(0.005)
            await exchange.json({})
        finally:
            self.now -= 1


@pytest.fixture
def gauge(lab):
    gauge = Gauge()
    leaf = lab.issuing.issue("api.example.com")
    with Origin(leaf, routes={**ROUTES, "/count": gauge.count, "/hold": gauge.hold}) as gauge.origin:
        lab.place("api.example.com", 443, gauge.origin)
        yield gauge
        gauge.open.set()


def started(start_proxy, excess="queue", *arguments):
    proxy = start_proxy(policy=POLICY.replace("EXCESS", excess), arguments=("--page", "127.0.0.1:0", *arguments))
    return proxy, Steering(proxy)


async def all_ended(calls, timeout_s=30):
    await asyncio.wait_for(asyncio.gather(*(call.ended for call in calls)), timeout_s)


def codes(record):
    return [finding["code"] for finding in record["findings"]]


def test_a_hundred_calls_run_ten_at_a_time_in_their_order(start_proxy, gauge):
    proxy, _ = started(start_proxy)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            lines = [await crowd.connect("api.example.com") for _ in range(5)]
            calls = [lines[0].send(f"/count?n={number}") for number in range(20)]
            await calls[0].ended
            # Those on other connections come later, and wait with all others.
            calls += [lines[number % 5].send(f"/count?n={number}") for number in range(20, 100)]
            await all_ended(calls)
            return calls

    calls = asyncio.run(go())
    assert [(call.status, call.failed) for call in calls] == [(200, False)] * 100
    assert gauge.most == 10
    # Ten run at once and may overtake each other by a hair; nobody overtakes a queue.
    assert sorted(gauge.order) == list(range(100))
    assert max(abs(place - number) for place, number in enumerate(gauge.order[:20])) < 10
    proxy.stop()
    records = proxy.records()
    assert len(records) == 100
    queued = [record for record in records if record["queued_ms"] or "CONCURRENCY_QUEUED" in codes(record)]
    assert 80 <= len(queued) <= 90
    for record in queued:
        assert (record["acted"], record["outcome"], codes(record)) == ("hold", "success", ["CONCURRENCY_QUEUED"])
        assert 0 <= record["queued_ms"] <= record["duration_ms"]


def test_queued_ms_is_true_and_another_device_does_not_wait(start_proxy, gauge):
    proxy, steering = started(start_proxy)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line, other = (
                await crowd.connect("api.example.com"),
                await crowd.connect("api.example.com", source=SECOND_DEVICE),
            )
            held = [line.send("/hold") for _ in range(10)]
            waiting = line.send("/json")
            loop = asyncio.get_running_loop()
            assert await loop.run_in_executor(
                None, steering.wait_for, lambda apps: apps.get("127.0.0.1", {}).get("waiting", {}).get("request") == 1
            )
            quick = other.send("/json")
            await asyncio.wait_for(quick.ended, 5)
            assert not waiting.ended.done()
            began = loop.time()
            gauge.open.set()
            await all_ended([*held, waiting])
            return quick, waiting, began

    quick, waiting, opened_at = asyncio.run(go())
    assert quick.status == waiting.status == 200
    assert quick.ended_at < opened_at
    proxy.stop()
    by_device = {record["device"]: record for record in proxy.records() if record["url"].endswith("/json")}
    assert by_device[SECOND_DEVICE]["queued_ms"] == 0 and by_device[SECOND_DEVICE]["acted"] == "pass"
    waited_ms = by_device["127.0.0.1"]["queued_ms"]
    assert (opened_at - waiting.sent_at) * 1000 - 50 <= waited_ms <= (waiting.ended_at - waiting.sent_at) * 1000


def test_clients_that_leave_the_queue_take_no_slot_with_them(start_proxy, gauge):
    """30 of 60 waiting calls are given up: by a reset, or with their whole connection."""
    proxy, steering = started(start_proxy)

    def waiting(count):
        return lambda apps: apps["127.0.0.1"]["waiting"]["request"] == count

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            loop = asyncio.get_running_loop()
            line, leaving, staying = [await crowd.connect("api.example.com") for _ in range(3)]
            held = [line.send("/hold") for _ in range(10)]
            assert await loop.run_in_executor(None, gauge.origin.wait_requests, 10)
            queued = [staying.send("/count?n=1") for _ in range(45)] + [leaving.send("/count?n=2") for _ in range(15)]
            assert await loop.run_in_executor(None, steering.wait_for, waiting(60))
            for call in queued[:15]:
                staying.reset(call)
            assert await loop.run_in_executor(None, steering.wait_for, waiting(45))
            await leaving.close()
            assert await loop.run_in_executor(None, steering.wait_for, waiting(30))
            # Two that run are given up as well: two that wait take their places.
            for call in held[:2]:
                line.reset(call)
            gauge.open.set()
            await all_ended([*held[2:], *queued[15:45]])
            assert all(call.status == 200 for call in (*held[2:], *queued[15:45]))
            # Every slot is there again.
            again = [line.send("/count?n=3") for _ in range(10)]
            await all_ended(again)
            assert await loop.run_in_executor(None, steering.wait_for, lambda apps: apps["127.0.0.1"]["calls"] == 0)

    asyncio.run(go())
    assert gauge.most == 10
    assert gauge.order.count(1) == 30 and 2 not in gauge.order
    proxy.stop()
    records = proxy.records()
    assert len(records) == 10 + 60 + 10
    left = [record for record in records if record["outcome"] == "fail"]
    assert len(left) == 15 + 15 + 2
    assert all("NETWORK_ERROR" in codes(record) for record in left)


def test_http1_clients_that_hang_up_leave_the_queue(start_proxy, gauge):
    """mitmproxy holds back the news of a connection's end while its call waits."""
    proxy, steering = started(start_proxy)
    head = b"GET /hold HTTP/1.1\r\nHost: api.example.com\r\nX-Miniprogram-Api: request\r\n\r\n"
    upload = head.replace(b"GET", b"POST").replace(b"\r\n\r\n", b"\r\nContent-Length: 100\r\n\r\nhalf of it")
    socks = [open_tunnel(proxy.port, proxy.ca_pem, "api.example.com:443") for _ in range(14)]
    try:
        for sock in socks[:10]:
            sock.sendall(head)
        assert gauge.origin.wait_requests(10)
        for sock, request in zip(socks[10:], (head, upload, head, upload), strict=True):
            sock.sendall(request)
        assert steering.wait_for(lambda apps: apps["127.0.0.1"]["waiting"]["request"] == 4)
        for sock in socks[10:12]:
            sock.close()
        assert steering.wait_for(lambda apps: apps["127.0.0.1"]["waiting"]["request"] == 2)
        # One that runs hangs up: the next in the queue takes its place.
        socks[0].close()
        assert steering.wait_for(lambda apps: apps["127.0.0.1"]["waiting"]["request"] == 1)
    finally:
        for sock in socks:
            sock.close()
    assert steering.wait_for(lambda apps: apps["127.0.0.1"]["calls"] == 0)
    assert gauge.most == 10


def test_slots_come_back_however_a_call_ends(start_proxy, gauge, lab):
    proxy, steering = started(start_proxy)
    for path in ("/json", "/close", "/reset", "/cut-body", "/redirect?to=https://unlisted.example.com/", "/status/500"):
        for _ in range(11):
            proxy.clients.python_request(f"https://api.example.com{path}", headers={"X-Miniprogram-Api": "request"})
    # A client that goes while the origin thinks.
    assert proxy.clients.python_request("https://api.example.com/hold", timeout_s=0.5).kind == "gave_up"
    assert steering.wait_for(
        lambda apps: apps["127.0.0.1"]["calls"] == 0 and not any(apps["127.0.0.1"]["running"].values())
    )


def test_more_than_ten_fail_where_the_policy_says_so(start_proxy, gauge):
    proxy, _ = started(start_proxy, "fail")

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line = await crowd.connect("api.example.com")
            calls = [line.send("/hold") for _ in range(12)]
            await all_ended(calls[10:])
            gauge.open.set()
            await all_ended(calls)
            return calls

    calls = asyncio.run(go())
    assert [call.failed for call in calls] == [False] * 10 + [True] * 2
    proxy.stop()
    failed = [record for record in proxy.records() if record["outcome"] == "fail"]
    assert {(record["errno"], record["errmsg"]) for record in failed} == {
        (600007, "request:fail exceed max task count")
    }
    assert len(gauge.origin.requests) == 10


def test_observe_holds_nobody_and_says_who_would_have_waited(start_proxy, gauge):
    proxy, _ = started(start_proxy, "queue", "--mode", "observe")

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line = await crowd.connect("api.example.com")
            calls = [line.send("/hold") for _ in range(12)]
            assert await asyncio.get_running_loop().run_in_executor(None, gauge.origin.wait_requests, 12)
            gauge.open.set()
            await all_ended(calls)

    asyncio.run(go())
    proxy.stop()
    records = proxy.records()
    assert [record["acted"] for record in records] == ["pass"] * 12
    assert sum("CONCURRENCY_QUEUED" in codes(record) for record in records) == 2


def test_an_edit_that_raises_the_limit_lets_the_queue_go_on(start_proxy, gauge):
    proxy, steering = started(start_proxy)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            loop = asyncio.get_running_loop()
            line = await crowd.connect("api.example.com")
            calls = [line.send("/hold") for _ in range(12)]
            assert await loop.run_in_executor(
                None, steering.wait_for, lambda apps: apps.get("127.0.0.1", {"calls": 0})["calls"] == 12
            )
            proxy.write_policy(POLICY.replace("EXCESS", "queue").replace("request: 10", "request: 12"))
            # None of them is answered yet: twelve are there at once.
            assert await loop.run_in_executor(None, gauge.origin.wait_requests, 12)
            gauge.open.set()
            await all_ended(calls)

    asyncio.run(go())

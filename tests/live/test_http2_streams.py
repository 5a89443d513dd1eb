"""On HTTP/2 a call is one stream among others: it ends alone, at the client and at the origin."""

import asyncio

import pytest

from testenv.crowd import Crowd
from testenv.steering import Steering
from wxlab.origin import Origin
from wxlab.routes import ROUTES

TIMEOUT_MS = 700
POLICY = f"""\
appid: any
scope: all
domains:
  request:       [https://api.example.com]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://api.example.com]
  connectSocket: [wss://ws.example.com]
networkTimeout: {{request: {TIMEOUT_MS}, downloadFile: 20000}}
background: {{grace_ms: 300}}
"""


class Endings:
    """A route that never answers, and tells how often its client gave up."""

    def __init__(self):
        self.begun = self.cancelled = 0

    async def hang(self, exchange):
        self.begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled += 1


@pytest.fixture(params=[("h2", "http/1.1"), ("http/1.1",)], ids=["origin speaks HTTP/2", "origin speaks HTTP/1.1"])
def origin(request, lab):
    endings = Endings()
    leaf = lab.issuing.issue("api.example.com")
    with Origin(leaf, routes={**ROUTES, "/endless": endings.hang}, alpn=request.param) as origin:
        lab.place("api.example.com", 443, origin)
        origin.endings = endings
        yield origin


def test_one_stream_of_five_times_out_and_four_go_on(start_proxy, origin):
    proxy = start_proxy(policy=POLICY)
    late = f"/slow?ms={TIMEOUT_MS + 500}"

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line = await crowd.connect("api.example.com")
            late_ones = [line.send(late, "downloadFile") for _ in range(2)]
            dripping = line.send(f"/drip?n=60&every_ms={TIMEOUT_MS // 30}", "downloadFile")
            hung = line.send("/endless")
            quick = line.send("/json")
            await asyncio.wait_for(asyncio.gather(*(call.ended for call in (*late_ones, dripping, hung, quick))), 20)
            # The connection goes on, too.
            after = line.send("/json")
            await asyncio.wait_for(after.ended, 5)
            return late_ones, dripping, hung, quick, after

    late_ones, dripping, hung, quick, after = asyncio.run(go())
    assert hung.failed
    assert TIMEOUT_MS / 1000 - 0.01 <= hung.ended_at - hung.sent_at <= TIMEOUT_MS / 1000 + 1.0
    assert [(call.status, call.failed) for call in (*late_ones, dripping, quick, after)] == [(200, False)] * 5
    assert len(dripping.body) == 60
    assert origin.wait_for(lambda origin: origin.endings.cancelled == origin.endings.begun == 1)
    assert proxy.stop() == 0
    assert "crashed" not in proxy.output
    assert sorted(record["errno"] or 0 for record in proxy.records()) == [0] * 5 + [5]


def test_streams_in_every_state_end_alone(start_proxy, origin):
    """Before the answer, within it, within an upload: each times out, and none takes another with it."""
    proxy = start_proxy(policy=POLICY)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line = await crowd.connect("api.example.com")
            ending = [line.send(path) for path in ("/endless", "/hang-body", "/drip?n=3000000&every_ms=20")]
            # Kept until it is whole, and passed on as it comes.
            ending += [line.send("/echo", promises=size) for size in (1000, 5_000_000)]
            living = line.send(f"/slow?ms={TIMEOUT_MS + 500}", "downloadFile")
            await asyncio.wait_for(asyncio.gather(*(call.ended for call in (*ending, living))), 20)
            return ending, living

    ending, living = asyncio.run(go())
    assert all(call.failed and call.ended_at - call.sent_at < TIMEOUT_MS / 1000 + 1.0 for call in ending)
    assert (living.status, living.failed) == (200, False)
    assert proxy.stop() == 0
    assert "crashed" not in proxy.output


def test_those_who_wait_for_one_connection_end_one_by_one(start_proxy, lab):
    """A TLS handshake that hangs: the call whose time is up goes, the other waits on, until nobody is left."""
    with Origin(handshake="stall") as origin:
        lab.place("api.example.com", 443, origin)
        proxy = start_proxy(policy=POLICY, arguments=("--page", "127.0.0.1:0"))
        steering = Steering(proxy)

        async def go():
            async with Crowd(proxy.port, proxy.ca_pem) as crowd:
                line = await crowd.connect("api.example.com")
                short, long, given_up = (
                    line.send("/json"),
                    line.send("/json", "downloadFile"),
                    line.send("/json", "downloadFile"),
                )
                await asyncio.wait_for(short.ended, 10)
                assert short.failed and not long.ended.done()
                loop = asyncio.get_running_loop()
                # A stream that is reset while it waits gives its place back at once.
                line.reset(given_up)
                assert await loop.run_in_executor(None, steering.wait_for, lambda apps: apps["127.0.0.1"]["calls"] == 1)
                assert origin.open_connections == 1
                await loop.run_in_executor(None, steering.order, "background")
                await asyncio.wait_for(long.ended, 10)
                assert long.failed
                assert await loop.run_in_executor(None, origin.wait_closed_connections)
                # A new call of the same client opens a connection of its own.
                await loop.run_in_executor(None, steering.order, "foreground")
                line.send("/json")
                assert await loop.run_in_executor(None, lambda: origin.wait_for(lambda origin: origin.connections == 2))

        asyncio.run(go())
        proxy.stop()
        assert "crashed" not in proxy.output
        by_errno = sorted(str(record["errno"]) for record in proxy.records())
        assert by_errno[:2] == ["5", "600003"]


def test_more_calls_than_the_server_takes_at_once(start_proxy, lab):
    """Calls that mitmproxy keeps back for the server's sake end on time, and never reach it."""
    with Origin(lab.issuing.issue("api.example.com")) as origin:
        lab.place("api.example.com", 443, origin)
        proxy = start_proxy(policy=POLICY + "concurrency: {request: 300}\n")

        async def go():
            async with Crowd(proxy.port, proxy.ca_pem) as crowd:
                line = await crowd.connect("api.example.com")
                first = line.send("/json")
                await asyncio.wait_for(first.ended, 5)
                calls = [line.send(f"/hang?{number}") for number in range(100)]
                await asyncio.wait_for(asyncio.gather(*(call.ended for call in calls)), 20)
                after = line.send("/json")
                await asyncio.wait_for(after.ended, 5)
                return calls, after

        calls, after = asyncio.run(go())
        assert all(call.failed and call.ended_at - call.sent_at < TIMEOUT_MS / 1000 + 1.5 for call in calls)
        assert after.status == 200
        proxy.stop()
        assert "crashed" not in proxy.output

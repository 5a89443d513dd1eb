"""In the background: what is unfinished after the grace is cut, what comes later is refused, and pinned is exempt."""

import asyncio
import os
import time

import pytest
from websockets.exceptions import ConnectionClosed

from testenv.crowd import Crowd
from testenv.sockets import on_linux
from testenv.sockets import open_sockets
from testenv.sockets import wait_for_sockets
from testenv.steering import Steering

# The rule's grace is 5000 ms; the tests need not wait so long.
GRACE_MS = int(os.environ.get("MINIPROGRAM_TEST_GRACE_MS", "1000"))
POLICY = f"""\
appid: any
scope: all
edition: EDITION
domains:
  request:       [https://api.example.com]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://cdn.example.com]
  connectSocket: [wss://ws.example.com]
concurrency: {{request: LIMIT}}
background: {{grace_ms: {GRACE_MS}}}
"""
REQUEST = {"X-Miniprogram-Api": "request"}
URL = "https://api.example.com/json"
# A busy machine's clients are late, and so may the last of a thousand calls be.
LATE_S = 0.2
SLACK_S = float(os.environ.get("MINIPROGRAM_TEST_SLACK_S", "2.0"))


def started(start_proxy, *arguments, edition='"2017"', limit=10):
    policy = POLICY.replace("EDITION", edition).replace("LIMIT", str(limit))
    proxy = start_proxy(policy=policy, arguments=("--page", "127.0.0.1:0", *arguments))
    return proxy, Steering(proxy)


def codes(record):
    return [finding["code"] for finding in record["findings"]]


def records_by_path(proxy):
    proxy.stop()
    return {record["url"].partition(".com")[2]: record for record in proxy.records()}


async def off_thread(call, *arguments):
    return await asyncio.get_running_loop().run_in_executor(None, call, *arguments)


def test_calls_share_the_end_of_the_grace_and_later_ones_are_refused(start_proxy, lab):
    proxy, steering = started(start_proxy)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line, other = (
                await crowd.connect("api.example.com"),
                await crowd.connect("api.example.com", source="127.0.0.2"),
            )
            before, ending = line.send("/hang?before"), line.send(f"/slow?ms={GRACE_MS // 2}")
            stays = other.send("/hang?other")
            assert await off_thread(steering.wait_for, lambda apps: len(apps) == 2 and apps["127.0.0.1"]["calls"] == 2)
            ordered_at = await off_thread(steering.order, "background", "127.0.0.1")
            within = line.send("/hang?within")
            await asyncio.wait_for(asyncio.gather(before.ended, within.ended, ending.ended), GRACE_MS / 1000 + 5)
            refused = line.send("/json?refused")
            await asyncio.wait_for(refused.ended, 5)
            assert (await off_thread(steering.apps))["127.0.0.1"]["state"] == "background"
            await off_thread(steering.order, "foreground", "127.0.0.1")
            again = line.send("/json?again")
            await asyncio.wait_for(again.ended, 5)
            assert not stays.ended.done()
            return ordered_at, before, within, ending, refused, again

    ordered_at, before, within, ending, refused, again = asyncio.run(go())
    for call in (before, within):
        assert call.failed
        assert -0.1 <= call.ended_at - (ordered_at + GRACE_MS / 1000) <= LATE_S + SLACK_S
    assert abs(before.ended_at - within.ended_at) < LATE_S
    assert (ending.status, ending.failed) == (200, False)
    assert refused.failed
    assert again.status == 200
    assert "/json?refused" not in lab.origin.paths()
    records = records_by_path(proxy)
    for path in ("/hang?before", "/hang?within"):
        assert (records[path]["errno"], records[path]["errmsg"], codes(records[path])) == (
            600003,
            "request:fail interrupted",
            ["INTERRUPTED"],
        )
        assert records[path]["acted"] == "fail"
    assert "begun after that" in records["/hang?within"]["findings"][0]["message"]
    assert (records["/json?refused"]["errno"], codes(records["/json?refused"])) == (600003, ["BACKGROUND_REFUSED"])
    assert records["/json?again"]["outcome"] == "success"


def test_back_in_time_nothing_is_cut(start_proxy, lab):
    proxy, steering = started(start_proxy)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line = await crowd.connect("api.example.com")
            call = line.send(f"/slow?ms={GRACE_MS * 2}")
            assert await off_thread(steering.wait_for, lambda apps: bool(apps))
            await off_thread(steering.order, "background")
            await off_thread(steering.order, "foreground")
            await asyncio.wait_for(call.ended, 20)
            return call

    call = asyncio.run(go())
    assert (call.status, call.failed) == (200, False)
    assert call.ended_at - call.sent_at >= GRACE_MS * 2 / 1000


@pytest.mark.parametrize(("edition", "exempt"), [('"2017"', True), ("current", False)])
def test_pinned_is_exempt_in_edition_2017_only(start_proxy, lab, edition, exempt):
    proxy, steering = started(start_proxy, edition=edition)
    steering.order("pinned")
    steering.order("background")
    answer = proxy.clients.python_request(f"https://api.example.com/slow?ms={GRACE_MS + 500}", headers=REQUEST)
    assert answer.answered is exempt
    steering.order("unpinned")
    steering.order("foreground")
    assert proxy.clients.python_request(URL, headers=REQUEST).status == 200


def test_open_sockets_are_cut_too_on_both_sides(start_proxy, lab):
    proxy, steering = started(start_proxy)
    with proxy.clients.open_socket("wss://ws.example.com/ws") as ws:
        ws.send("hello")
        assert ws.receive(timeout_s=5) == "hello"
        ordered_at = steering.order("background")
        with pytest.raises(ConnectionClosed) as closed:
            ws.receive(timeout_s=GRACE_MS / 1000 + 5)
        took_s = time.monotonic() - ordered_at
    # No close frame: to the client, the network failed.
    assert closed.value.rcvd is None
    assert -0.1 <= took_s - GRACE_MS / 1000 <= LATE_S + SLACK_S
    assert lab.origin.wait_closed_connections(timeout_s=2)
    record = records_by_path(proxy)["/ws"]
    assert (record["outcome"], record["errno"], record["errmsg"]) == ("fail", 600003, "connectSocket:fail interrupted")
    assert (codes(record), record["http_status"]) == (["INTERRUPTED"], 101)


def test_waiting_calls_are_cut_as_well(start_proxy, lab):
    proxy, steering = started(start_proxy, limit=1)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line = await crowd.connect("api.example.com")
            calls = [line.send("/hang") for _ in range(3)]
            assert await off_thread(steering.wait_for, lambda apps: bool(apps) and apps["127.0.0.1"]["calls"] == 3)
            await off_thread(steering.order, "background")
            await asyncio.wait_for(asyncio.gather(*(call.ended for call in calls)), GRACE_MS / 1000 + 5)
            assert all(call.failed for call in calls)

    asyncio.run(go())
    assert lab.origin.paths() == ["/hang"]
    proxy.stop()
    records = proxy.records()
    assert [record["errno"] for record in records] == [600003] * 3
    assert sorted(record["queued_ms"] > 0 for record in records) == [False, True, True]


def test_observe_says_what_would_have_happened(start_proxy, lab):
    proxy, steering = started(start_proxy, "--mode", "observe")
    steering.order("background")
    answer = proxy.clients.python_request(f"https://api.example.com/slow?ms={GRACE_MS + 300}", headers=REQUEST)
    assert answer.status == 200
    assert proxy.clients.python_request(URL, headers=REQUEST).status == 200
    records = records_by_path(proxy)
    assert [codes(record) for record in records.values()] == [["INTERRUPTED"], ["BACKGROUND_REFUSED"]]
    assert {record["outcome"] for record in records.values()} == {"success"}
    assert {record["release"]["errno"] for record in records.values()} == {600003}


@on_linux
def test_a_thousand_calls_on_two_hundred_connections_end_together(start_proxy, lab):
    """All within 200 ms of the end of the grace; the connections come back."""
    proxy, steering = started(start_proxy, limit=2000)
    pid = proxy.program.process.pid
    assert proxy.clients.python_request(URL, headers=REQUEST).status == 200
    assert lab.origin.wait_closed_connections()
    sockets_before = open_sockets(pid)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            lines = [await crowd.connect("api.example.com") for _ in range(200)]
            finished = [line.send("/json") for line in lines]
            await asyncio.wait_for(asyncio.gather(*(call.ended for call in finished)), 60)
            calls = [line.send("/hang") for line in lines for _ in range(5)]
            assert await off_thread(
                lambda: steering.wait_for(lambda apps: apps["127.0.0.1"]["calls"] == 1000, timeout_s=60)
            )
            # All of them are at the origin: nothing is left to do when the grace ends.
            assert await off_thread(
                lambda: lab.origin.wait_for(lambda origin: len(origin.requests) >= 1201, timeout_s=60)
            )
            asked_at = time.monotonic()
            ordered_at = await off_thread(steering.order, "background")
            await asyncio.wait_for(asyncio.gather(*(call.ended for call in calls)), GRACE_MS / 1000 + 30)
            return finished, calls, asked_at, ordered_at

    finished, calls, asked_at, ordered_at = asyncio.run(go())
    assert all(call.status == 200 and not call.failed for call in finished)
    assert all(call.failed for call in calls)
    first, last = min(call.ended_at for call in calls), max(call.ended_at for call in calls)
    due = GRACE_MS / 1000
    print(
        f"\ngrace {GRACE_MS} ms: first {1000 * (first - ordered_at - due):.0f} ms, last {1000 * (last - asked_at - due):.0f} ms after its end"
    )
    assert first >= asked_at + due
    assert last <= ordered_at + due + LATE_S + SLACK_S
    assert lab.origin.wait_closed_connections(timeout_s=20)
    assert wait_for_sockets(pid, sockets_before)
    assert steering.apps()["127.0.0.1"]["calls"] == 0
    proxy.stop()
    interrupted = [record for record in proxy.records() if record["errno"] == 600003]
    assert len(interrupted) == 1000
    assert {tuple(codes(record)) for record in interrupted} == {("INTERRUPTED",)}

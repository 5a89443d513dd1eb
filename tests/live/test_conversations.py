"""Conversations by chance, of fixed seeds: cut anywhere, with an addon that waits, answers, changes, kills and injects.

Each client and each origin gets just what was said to it, each call has its record and its flow, and nothing of ours
raises. A longer run: ``CONVERSATIONS=5000 FIRST_SEED=1 scripts/test.py tests/live/test_conversations.py``.
"""

import asyncio
import os
import random
import ssl
from pathlib import Path

import pytest
from mitmproxy.io import FlowReader

from testenv import changes_on_the_way
from testenv.conversation_clients import Client
from testenv.conversations import TIMEOUT_S
from testenv.conversations import Origin
from testenv.conversations import calls_of
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.socket_conversations import Socket

HOST = "api.example.com"
POLICY = f"""\
appid: any
scope: all
mode: observe
domains:
  request: [https://{HOST}]
"""
FIRST_SEED = int(os.environ.get("FIRST_SEED", "1"))
COUNT = int(os.environ.get("CONVERSATIONS", "20"))
AT_ONCE = 10


@pytest.fixture(scope="module")
def proxy(shared_proxy):
    return shared_proxy(policy=POLICY, mitmproxy=("-s", changes_on_the_way.__file__))


def converse(proxy, lab, tmp_path, make):
    """``make(seed, chance, origin, client)`` gives the work of one conversation; what each of them found wrong, by its seed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(lab.issuing.issue(HOST).write(tmp_path))
    context.set_alpn_protocols(["http/1.1"])

    async def all_of_them():
        async with Origin(context) as origin:
            lab.place(HOST, 443, origin)
            lab.write_map(proxy.map)
            client = Client(proxy.port, HOST, proxy.ca_pem)
            wrong, some = {}, asyncio.Semaphore(AT_ONCE)

            async def one(seed):
                async with some:
                    try:
                        found = await asyncio.wait_for(make(seed, random.Random(seed), origin, client), TIMEOUT_S)
                    except TimeoutError:
                        found = "no end"
                    if found:
                        wrong[seed] = found

            await asyncio.gather(*(one(seed) for seed in range(FIRST_SEED, FIRST_SEED + COUNT)))
            return wrong

    return asyncio.run(all_of_them())


def flows_of(proxy):
    """The paths of the flows that are kept."""
    with (Path(proxy.session) / "flows.mitm").open("rb") as file:
        return [flow.request.path for flow in FlowReader(file).stream()]


def nothing_is_lost(proxy, paths):
    """Of each call that came as far as its head: one record, one flow, and no exception of ours."""
    assert wait_until(lambda: {record.url.removeprefix(f"https://{HOST}") for record in recorded(proxy)} >= paths)
    records = [record for record in recorded(proxy) if record.url.removeprefix(f"https://{HOST}") in paths]
    assert len(records) == len(paths)
    assert [record.url for record in records if "INTERNAL_ERROR" in str(record.findings)] == []
    kept = flows_of(proxy)
    assert sorted(path for path in kept if path in paths) == sorted(paths)
    assert "Traceback" not in proxy.output


@pytest.mark.parametrize("version", ["http1", "http2"])
def test_calls(proxy, lab, tmp_path, version):
    everything = {}

    async def converse_by_calls(seed, chance, origin, client):
        name = f"{version}-{seed}"
        calls = calls_of(name, chance, http2=version == "http2")
        everything.update((call.path, call) for call in calls)
        origin.calls.update((call.path, call) for call in calls)
        found = await getattr(client, version)(calls, chance)
        told = [call for call in calls if not call.leaves]
        wrong = [
            (call.path, call.orders, got if got == "failed" else (got[0], len(got[1])))
            for call, got in zip(told, found, strict=True)
            if got != call.expected
        ]
        return wrong + [
            (call.path, call.orders, list(map(len, call.reached)))
            for call in told
            if call.reached != call.expected_at_origin and call.expected != "failed"
        ]

    assert converse(proxy, lab, tmp_path, converse_by_calls) == {}
    # A connection that is aborted may take its last bytes with it; a stream that is reset does not.
    nothing_is_lost(proxy, {path for path, call in everything.items() if not call.leaves or version == "http2"})


def test_sockets(proxy, lab, tmp_path):
    paths = set()

    async def converse_by_socket(seed, chance, origin, client):
        socket = Socket(f"/socket-{seed}", chance)
        paths.add(socket.path)
        origin.sockets[socket.path] = socket
        await client.socket(socket)
        wrong = []
        for is_client in (True, False):
            expected = socket.expected(of_client=is_client), socket.injected(of_client=is_client)
            if socket.got_by(client=is_client) != expected:
                wrong.append(
                    (is_client, [len(each) for each in expected[0]], [len(each) for each in socket.got[is_client]])
                )
        return wrong

    assert converse(proxy, lab, tmp_path, converse_by_socket) == {}
    nothing_is_lost_of_sockets(proxy, paths)


def nothing_is_lost_of_sockets(proxy, paths):
    assert wait_until(lambda: set(flows_of(proxy)) >= paths)
    records = [record for record in recorded(proxy) if record.url.rpartition("/")[2] in {path[1:] for path in paths}]
    assert len(records) == len(paths)
    assert [record.url for record in records if "INTERNAL_ERROR" in str(record.findings)] == []
    assert "Traceback" not in proxy.output

"""An upload that waits for a slot waits at its client: the proxy holds little of it, and other calls go on."""

import asyncio
import hashlib
import random
import threading

import pytest

from testenv.h2client import get
from testenv.memory import memory_mb
from testenv.received import until
from testenv.recorded import one_record
from testenv.recorded import wait_until
from testenv.slow_client import SlowClient
from testenv.steering import Steering
from testenv.tunnel import open_tunnel

MB = 1024 * 1024
BLOCK = random.Random(7).randbytes(MB)
SIZE_MB = 100
# Windows, the proxy's own buffers, and those of the sockets.
MOST_UNDER_WAY_MB = 30
MOST_MEMORY_MB = 25
HOST = "api.example.com"
POLICY = """\
appid: any
mode: debug
scope: all
domains:
  uploadFile: [https://api.example.com]
concurrency: {request: 10, uploadFile: 1, downloadFile: 10, excess: queue}
"""
AS_UPLOAD = ("x-miniprogram-api", "uploadFile")


@pytest.fixture
def proxy(start_proxy):
    return start_proxy(policy=POLICY, arguments=("--page", "127.0.0.1:0"))


@pytest.fixture
def holding(proxy, lab):
    """The only slot is taken until this is set."""
    may_end = threading.Event()

    async def hold(exchange):
        while not may_end.is_set():
            await asyncio.sleep(0.005)  # a poll of the condition above
        await exchange.json({})

    async def take(exchange):
        await exchange.json({"sha256": exchange.seen.body_sha256})

    lab.origin.routes |= {"/hold": hold, "/take": take}
    first = SlowClient(proxy, HOST)
    first.ask(get(HOST, "/hold", AS_UPLOAD))
    assert Steering(proxy).wait_for(lambda apps: apps and apps["127.0.0.1"]["running"].get("uploadFile") == 1)
    yield may_end
    may_end.set()
    first.sock.close()


def whole_sha256():
    expected = hashlib.sha256()
    for _ in range(SIZE_MB):
        expected.update(BLOCK)
    return expected.hexdigest()


def test_over_http2_its_window_runs_out(proxy, lab, holding):
    client = SlowClient(proxy, HOST)
    client.fetch("/json", HOST)
    idle_mb = memory_mb(proxy)
    upload = client.ask(
        [(":method", "POST"), (":scheme", "https"), (":authority", HOST), (":path", "/take"), AS_UPLOAD,
         ("content-length", str(SIZE_MB * MB))], end_stream=False,
    )  # fmt: skip
    body, sent = BLOCK * SIZE_MB, 0

    def send_what_may_go() -> None:
        nonlocal sent
        while window := min(
            client.h2.local_flow_control_window(upload), client.h2.max_outbound_frame_size, len(body) - sent
        ):
            client.h2.send_data(upload, body[sent : sent + window])
            client.flush()
            sent += window

    for _ in range(50):
        send_what_may_go()
        client.fetch("/json", HOST)
    assert sent <= MOST_UNDER_WAY_MB * MB
    assert memory_mb(proxy) - idle_mb < MOST_MEMORY_MB
    holding.set()
    while sent < len(body):
        send_what_may_go()
        if sent < len(body):
            client.read_once()
    client.h2.end_stream(upload)
    client.flush()
    client.read_until(lambda: upload in client.ended)
    assert whole_sha256() in client.body[upload].decode()
    assert memory_mb(proxy) - idle_mb < MOST_MEMORY_MB
    assert one_record(proxy, "/take").request_bytes == SIZE_MB * MB
    client.sock.close()


@pytest.mark.parametrize("chunked", [False, True], ids=["of known length", "chunked"])
def test_over_http1_it_is_not_read_on(proxy, lab, holding, chunked):
    other = SlowClient(proxy, HOST)
    other.fetch("/json", HOST)
    idle_mb = memory_mb(proxy)
    sock = open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", timeout_s=20)
    how = "transfer-encoding: chunked" if chunked else f"content-length: {SIZE_MB * MB}"
    sock.sendall(f"POST /take HTTP/1.1\r\nHost: {HOST}\r\n{AS_UPLOAD[0]}: {AS_UPLOAD[1]}\r\n{how}\r\n\r\n".encode())
    block = b"%x\r\n%b\r\n" % (len(BLOCK), BLOCK) if chunked else BLOCK
    sent_mb, has_sent_all = 0, threading.Event()

    def send() -> None:
        nonlocal sent_mb
        for _ in range(SIZE_MB):
            sock.sendall(block)
            sent_mb += 1
        if chunked:
            sock.sendall(b"0\r\n\r\n")
        has_sent_all.set()

    threading.Thread(target=send, daemon=True).start()
    # Nothing tells that nothing more is taken: as much as all of it could have gone meanwhile.
    assert not has_sent_all.wait(1.5)
    for _ in range(50):
        other.fetch("/json", HOST)
    assert sent_mb <= MOST_UNDER_WAY_MB
    assert memory_mb(proxy) - idle_mb < MOST_MEMORY_MB
    holding.set()
    assert has_sent_all.wait(20)
    until(sock, whole_sha256().encode())
    assert one_record(proxy, "/take").request_bytes == SIZE_MB * MB
    sock.close()
    other.sock.close()


@pytest.mark.parametrize("alpn", ["h2", "http/1.1"])
def test_one_that_is_cut_while_it_waits_leaves_nothing_behind(start_proxy, lab, alpn, request):
    proxy = start_proxy(
        policy=POLICY + "background: {grace_ms: 700}\n",
        arguments=("--page", "127.0.0.1:0"),
    )
    first = SlowClient(proxy, HOST)
    first.ask(get(HOST, "/hang", AS_UPLOAD))
    assert Steering(proxy).wait_for(lambda apps: apps and apps["127.0.0.1"]["running"].get("uploadFile") == 1)
    # Time in the queue is none of its timeout: what ends a call that waits is the background.
    Steering(proxy).order("background")
    if alpn == "h2":
        client = SlowClient(proxy, HOST)
        fields = [(":method", "POST"), (":scheme", "https"), (":authority", HOST), (":path", "/echo"), AS_UPLOAD]
        upload = client.ask(fields, end_stream=False)
        while window := min(client.h2.local_flow_control_window(upload), client.h2.max_outbound_frame_size):
            client.h2.send_data(upload, bytes(window))
            client.flush()
        client.read_until(lambda: upload in client.reset)
        # Its connection lives on.
        Steering(proxy).order("foreground")
        client.fetch("/json", HOST)
        client.sock.close()
    else:
        sock = open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", timeout_s=20)
        sock.sendall(
            f"POST /echo HTTP/1.1\r\nHost: {HOST}\r\n{AS_UPLOAD[0]}: {AS_UPLOAD[1]}\r\ncontent-length: {SIZE_MB * MB}\r\n\r\n".encode()
        )
        with pytest.raises(OSError):
            for _ in range(SIZE_MB):
                sock.sendall(BLOCK)
        sock.close()
    assert one_record(proxy, "/echo").release.errno == 600003
    assert wait_until(lambda: not Steering(proxy).apps()["127.0.0.1"]["waiting"].get("uploadFile"))
    first.sock.close()
    assert proxy.stop() == 0
    assert "Traceback" not in proxy.output and "Task was destroyed" not in proxy.output

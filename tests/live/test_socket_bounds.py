"""A socket's message that unpacks to more than the bound: the socket closes with 1009, and its record says why."""

import threading
from contextlib import suppress
from types import SimpleNamespace

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

from testenv.recorded import wait_until


@pytest.fixture
def bomb():
    """A server that answers each message with one that unpacks to 2 MB."""

    def answer(socket_):
        with suppress(ConnectionClosed):
            for _ in socket_:
                socket_.send("x" * 2_000_000)

    with serve(answer, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield SimpleNamespace(port=server.socket.getsockname()[1])
        server.shutdown()


def test_a_message_beyond_the_bound_closes_the_socket_and_is_recorded(start_proxy, whole_lab, bomb):
    policy = "appid: any\nscope: all\nmode: debug\ndomains: {connectSocket: [wss://ws.example.com]}\n"
    proxy = start_proxy(policy=policy, mitmproxy=("--set", "mp_message_limit=1000000"))
    whole_lab.place("ws.example.com", 80, bomb)
    whole_lab.write_map(proxy.map)
    with proxy.clients.open_socket("ws://ws.example.com/", max_size=None) as client:
        client.send("go")
        with pytest.raises(ConnectionClosed) as closed:
            client.receive(timeout_s=10)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009
    assert wait_until(lambda: any(record["method"] == "GET" for record in proxy.records()))
    proxy.stop()
    (record,) = proxy.records()
    assert [f["code"] for f in record["findings"] if f["code"] == "LIMIT_REACHED"] == ["LIMIT_REACHED"]
    assert record["acted"] == "fail"

"""Addresses of this machine are lent to no other device, however they are spelled and whatever way leads there."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from testenv.foreign import ARGUMENTS
from testenv.foreign import WAYS
from testenv.foreign import Device
from testenv.foreign import until_end
from testenv.ports import free_port
from testenv.proxy import POLICY
from testenv.rawserver import RawServer
from testenv.rawserver import http_answer
from testenv.recorded import wait_until

SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.01", "127.0.0.1.", "localhost", "LOCALHOST",
    "localhost.", "0.0.0.0", "0", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]", "127.0.0.53",
    "named.example.com", "api.example.com", "lent.example.com",
]  # fmt: skip
RELEASE_ALL = POLICY + "hosts: {lent.example.com: 127.0.0.1}\n"
PAIRS = [(mode, scope) for mode in ("release", "debug", "observe") for scope in ("all", "miniprogram")]
# CI takes a share: the first of each, and every spelling in debug, where no domain rule stands before.
ALL = os.environ.get("ALL_CELLS") == "1"


@pytest.fixture(scope="module")
def redis():
    """A service on loopback that must not be reached: it answers whatever it is sent."""
    with RawServer(lambda received: b"+PONG\r\n" if received.startswith(b"*") else http_answer(received)) as server:
        yield server


@pytest.fixture(scope="module")
def socks_port():
    return free_port()


@pytest.fixture(scope="module")
def proxy(shared_proxy, whole_lab, redis, socks_port):
    modes = ("--mode", "regular", "--mode", f"socks5@127.0.0.1:{socks_port}")
    proxy = shared_proxy(policy=RELEASE_ALL, mitmproxy=(*ARGUMENTS, *modes))
    for name in ("named.example.com", "api.example.com"):
        whole_lab.place(name, redis.port, redis)
    whole_lab.write_map(proxy.map)
    return proxy


@pytest.fixture
def device(proxy, socks_port):
    return Device(proxy.port, socks_port)


def save(proxy, mode, scope):
    text = RELEASE_ALL.replace("scope: all", f"scope: {scope}\nmode: {mode}")
    if proxy.policy.read_text("utf-8") == text:
        return
    said = proxy.output.count("applies to new calls")
    proxy.write_policy(text)
    assert wait_until(lambda: proxy.output.count("applies to new calls") > said), proxy.output


@pytest.mark.parametrize(("mode", "scope"), PAIRS, ids=lambda each: each)
def test_no_byte_reaches_loopback_from_another_machine(proxy, redis, device, mode, scope):
    save(proxy, mode, scope)
    cells = list(product(SPELLINGS, WAYS))
    if not ALL and mode != "debug":
        cells = [
            (spelling, way)
            for spelling, way in cells
            if spelling in ("127.0.0.1", "0x7f.1", "named.example.com", "lent.example.com")
        ]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda cell: cell[1](device, cell[0], redis.port), cells))
    reached = [
        (spelling, way.__name__)
        for (spelling, way), answer in zip(cells, answers, strict=True)
        if b"ok" in answer or b"PONG" in answer
    ]
    assert reached == []
    assert b"".join(redis.received) == b""


def test_the_address_of_cloud_metadata_is_not_reached(proxy, device):
    save(proxy, "observe", "miniprogram")
    assert device.plain("169.254.169.254", 80) == b""


def test_a_call_is_recorded_with_the_line_that_would_allow_it(proxy, redis, device):
    save(proxy, "debug", "all")
    device.plain("named.example.com", redis.port)
    device.tunnel_with_bytes("127.0.0.1", redis.port)
    line = f"hosts: {{named.example.com: 127.0.0.1:{redis.port}}}"
    found = [
        finding for record in proxy.records() for finding in record["findings"]
        if finding["code"] == "LOCAL_ADDRESS" and finding["data"]["host"] == "named.example.com"
    ]  # fmt: skip
    assert found and all(line in finding["fix"] for finding in found)
    assert f"hosts: {{dev.example.com: 127.0.0.1:{redis.port}}}" in proxy.output


def test_a_call_of_observe_mode_is_recorded_as_failed(proxy, redis, device):
    save(proxy, "observe", "all")
    device.plain("named.example.com", redis.port)
    record = next(record for record in reversed(proxy.records()) if record["mode"] == "observe")
    assert (record["outcome"], record["acted"]) == ("fail", "fail")
    assert "LOCAL_ADDRESS" in [finding["code"] for finding in record["findings"]]


THROUGH = """
from mitmproxy import ctx

def load(loader):
    loader.add_option("through", int, 0, "An upstream proxy on loopback.")

def requestheaders(flow):
    flow.server_conn.via = ("http", ("127.0.0.1", ctx.options.through))
"""


def tunnelling(received):
    """An upstream proxy and what lies behind it: a tunnel, then one answer in it."""
    if not received.endswith(b"\r\n\r\n"):
        return b""
    return b"HTTP/1.1 200 OK\r\n\r\n" if received.count(b"\r\n\r\n") == 1 else http_answer(received)


def test_an_upstream_proxy_that_another_addon_names_may_be_here_and_leads_to_nothing_else_here(shared_proxy, tmp_path):
    addon = tmp_path / "through.py"
    addon.write_text(THROUGH)
    with RawServer(tunnelling) as upstream:
        more = ("-s", str(addon), "--set", f"through={upstream.port}")
        proxy = shared_proxy(policy=POLICY, arguments=("--mode", "debug"), mitmproxy=(*ARGUMENTS, *more))
        device = Device(proxy.port)
        assert device.plain("api.example.com", 80, "/through").endswith(b"ok")
        assert upstream.received[0].startswith(b"CONNECT api.example.com:80 HTTP/1.1\r\n")
        upstream.received.clear()
        for spelling in ("127.0.0.1", "0x7f.1", "localhost", "169.254.169.254", "[::1]"):
            assert device.plain(spelling, 80, "/through") == b"", spelling
        assert b"".join(upstream.received) == b""
    found = [record for record in proxy.records() if "LOCAL_ADDRESS" in str(record["findings"])]
    assert len(found) == 5 and {record["outcome"] for record in found} == {"fail"}


def test_this_machines_own_clients_reach_loopback(proxy, redis):
    save(proxy, "debug", "all")
    with Device(proxy.port, source=None).connect() as sock:
        sock.sendall(f"GET http://127.0.0.1:{redis.port}/own HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        assert until_end(sock).endswith(b"ok")
    redis.received.clear()

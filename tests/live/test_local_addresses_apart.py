"""As test_local_addresses, with machines apart: a phone, and a proxy whose loopback and link-local addresses are really its own."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest

from testenv.apart import PAGE_PORT
from testenv.apart import PORT
from testenv.apart import ProxyApart
from testenv.foreign import WAYS
from testenv.foreign import Device
from testenv.foreign import until_end
from testenv.machines import LINK_LOCAL
from testenv.machines import LINK_LOCAL_V6
from testenv.machines import PROXY
from testenv.machines import PROXY_V6
from testenv.machines import Network
from testenv.machines import apart
from testenv.rawserver import RawServer
from testenv.rawserver import http_answer
from testenv.recorded import wait_until
from wxlab.lab import Lab

pytestmark = apart()
HOSTS = {"api.example.com": "127.0.0.1", "named.example.com": "::1", "metadata.example.com": LINK_LOCAL}
SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0177.0.0.01", "127.0.0.1.",
    "localhost", "LOCALHOST", "localhost.", "0.0.0.0", "0", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::]", "127.0.0.53", "named.example.com", "api.example.com",
]  # fmt: skip
LINK_LOCALS = [
    LINK_LOCAL,
    "0xa9fea9fe",
    "[::ffff:169.254.169.254]",
    "metadata.example.com",
    f"[{LINK_LOCAL_V6}]",
    f"[{LINK_LOCAL_V6}%phone]",
]
SERVICE_PORT, SOCKS_PORT, REVERSE_PORT, UPSTREAM_PORT, OTHER_PROXY_PORT = 6379, 1080, 8082, 8083, 3128
# CI takes two of the six.
PAIRS = [
    pytest.param(
        mode, scope, id=f"{mode}-{scope}",
        marks=() if (mode, scope) in (("release", "all"), ("observe", "miniprogram")) else pytest.mark.slow,
    )
    for mode in ("release", "debug", "observe")
    for scope in ("all", "miniprogram")
]  # fmt: skip
POLICY = """\
appid: any
scope: {scope}
mode: {mode}
domains:
  request: [https://api.example.com]
hosts: {{dev.example.com: "127.0.0.1:6379"}}
"""


@pytest.fixture(scope="module")
def network():
    with Network(HOSTS) as made:
        yield made


@pytest.fixture(scope="module")
def service(network):
    """On every address of the proxy's machine; it must not be reached but by the machine's own name in the LAN."""
    with network.inside("proxy"):
        server = RawServer(
            lambda received: b"+PONG\r\n" if received.startswith(b"*") else http_answer(received),
            port=SERVICE_PORT, everywhere=True,
        )  # fmt: skip
    with server:
        yield server


@pytest.fixture(scope="module")
def other_proxy(network):
    """An upstream proxy on the operator's loopback."""
    with network.inside("proxy"):
        server = RawServer(http_answer, port=OTHER_PROXY_PORT)
    with server:
        yield server


@pytest.fixture(scope="module")
def proxy(network, service, other_proxy, confdir, tmp_path_factory):
    modes = (
        "regular", f"socks5@{SOCKS_PORT}", f"reverse:http://127.0.0.1:{SERVICE_PORT}@{REVERSE_PORT}",
        f"upstream:http://127.0.0.1:{OTHER_PROXY_PORT}@{UPSTREAM_PORT}",
    )  # fmt: skip
    made = ProxyApart(
        network, Lab(), tmp_path_factory.mktemp("apart"), confdir,
        policy=POLICY.format(mode="release", scope="all"), mitmproxy=tuple(word for mode in modes for word in ("--mode", mode)),
    )  # fmt: skip
    with made:
        yield made


def save(proxy, mode, scope):
    text = POLICY.format(mode=mode, scope=scope)
    if proxy.policy.read_text("utf-8") == text:
        return
    said = proxy.output.count("applies to new calls")
    proxy.write_policy(text)
    assert wait_until(lambda: proxy.output.count("applies to new calls") > said), proxy.output


def phone(port=PORT, host=PROXY):
    return Device(port, SOCKS_PORT, host, source=None)


def tried(network, cells, port):
    """What came back to a phone for each cell."""
    with network.inside("phone"), ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda cell: cell[1](phone(), cell[0], port), cells))


@pytest.mark.parametrize(("mode", "scope"), PAIRS)
def test_no_byte_reaches_loopback_or_link_local_from_a_phone(network, proxy, service, mode, scope):
    save(proxy, mode, scope)
    service.received.clear()
    cells = list(product([*SPELLINGS, *LINK_LOCALS], WAYS))
    answers = tried(network, cells, SERVICE_PORT)
    reached = [
        (spelling, way.__name__)
        for (spelling, way), answer in zip(cells, answers, strict=True)
        if b"ok" in answer or b"PONG" in answer
    ]
    assert reached == []
    assert b"".join(service.received) == b""


def test_the_page_is_not_reached_from_a_phone(network, proxy):
    save(proxy, "observe", "miniprogram")
    cells = list(product([*SPELLINGS, *LINK_LOCALS], WAYS))
    answers = tried(network, cells, PAGE_PORT)
    assert [
        cell[0] for cell, answer in zip(cells, answers, strict=True) if b" 200 " in answer or b"<html" in answer
    ] == []
    with network.inside("phone"):
        for host in (PROXY, PROXY_V6, f"{LINK_LOCAL_V6}%proxy"):
            with pytest.raises(OSError):
                phone(PAGE_PORT, host).connect().close()


def test_the_machines_name_in_the_lan_is_reached(network, proxy, service):
    """A phone calls the development server of whoever runs the proxy."""
    save(proxy, "debug", "all")
    with network.inside("phone"):
        assert phone().plain(PROXY, SERVICE_PORT).endswith(b"ok")
        assert phone(host=PROXY_V6).plain(f"[{PROXY_V6}]", SERVICE_PORT).endswith(b"ok")


@pytest.mark.parametrize("host", ["127.0.0.1", PROXY, "::1", PROXY_V6])
def test_the_operators_own_client_reaches_loopback(network, proxy, service, host):
    save(proxy, "debug", "all")
    with network.inside("proxy"):
        for spelling in ("127.0.0.1", "[::1]", "localhost", "0x7f.1"):
            assert phone(host=host).plain(spelling, SERVICE_PORT).endswith(b"ok"), spelling


def test_what_the_operator_named_is_reached(network, proxy, service, other_proxy):
    save(proxy, "debug", "all")
    with network.inside("phone"):
        assert phone().plain("dev.example.com", 80).endswith(b"ok")
        assert b"GET http://elsewhere.example.com:80/" in asked_through(other_proxy, "elsewhere.example.com")
        with phone(REVERSE_PORT).connect() as sock:
            sock.sendall(b"GET /reversed HTTP/1.1\r\nHost: any.example.com\r\nConnection: close\r\n\r\n")
            assert until_end(sock).endswith(b"ok")
    assert any(b"/reversed" in each for each in service.received)


def asked_through(other_proxy, host):
    other_proxy.received.clear()
    assert phone(UPSTREAM_PORT).plain(host, 80).endswith(b"ok")
    return b"".join(other_proxy.received)


def test_an_upstream_proxy_is_asked_for_no_address_of_its_own_machine(network, proxy, other_proxy):
    save(proxy, "debug", "all")
    other_proxy.received.clear()
    with network.inside("phone"):
        for spelling in ("127.0.0.1", "0x7f.1", "localhost", "[::1]", LINK_LOCAL):
            assert phone(UPSTREAM_PORT).plain(spelling, SERVICE_PORT) == b"", spelling
    assert b"".join(other_proxy.received) == b""

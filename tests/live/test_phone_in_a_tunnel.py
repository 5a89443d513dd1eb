"""The phone's page where no proxy is set on the phone: through a WireGuard tunnel, and through a gateway."""

import socket

import pytest

from testenv.apart import ProxyApart
from testenv.apart import redirect
from testenv.apart import tunnel
from testenv.foreign import until_end
from testenv.machines import PROXY
from testenv.machines import Network
from testenv.machines import apart
from testenv.tunnel import trusting

pytestmark = [pytest.mark.slow, *apart("nft", "wg", "wireguard-go")]
POLICY = "appid: any\nscope: miniprogram\ndomains: {}\n"
# For the address of the page's name.
QUESTION = b"\0\7\1\0\0\1\0\0\0\0\0\0\x0bminiprogram\4test\0\0\1\0\1"
PAGE_ADDRESS = "192.0.2.53"


@pytest.fixture
def network():
    with Network() as made:
        yield made


@pytest.fixture
def start(network, lab, confdir, tmp_path):
    started = []

    def start(ready_line, *modes):
        words = tuple(word for mode in modes for word in ("--mode", mode))
        proxy = ProxyApart(network, lab, tmp_path, confdir, policy=POLICY, mitmproxy=words)
        proxy.ready_line = ready_line
        started.append(proxy)
        proxy.start()
        assert proxy.program.wait_for_line(r"Ctrl-C to stop", timeout_s=20)
        return proxy

    yield start
    for proxy in started:
        proxy.stop()


def asked(network, host, ca_pem=None):
    """The page, plain or over TLS that must be trusted."""
    with network.inside("phone"):
        sock = socket.create_connection((PAGE_ADDRESS, 443 if ca_pem else 80), 10)
    if ca_pem:
        sock = trusting(ca_pem).wrap_socket(sock, server_hostname=host)
    with sock:
        sock.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nAccept-Language: en\r\nConnection: close\r\n\r\n".encode())
        return until_end(sock).decode()


@pytest.mark.parametrize(("number", "address"), [(0, "10.0.0.1"), (1, "10.0.0.2")])
def test_through_a_wireguard_tunnel_by_its_name(network, start, tmp_path, number, address):
    ports = (51820, 51821)
    proxy = start(r"UDP port (\d+)", f"wireguard@{ports[0]}", f"wireguard:{tmp_path / 'second.json'}@{ports[1]}")
    told = proxy.tunnels[number]
    assert told["Endpoint"] == f"{PROXY}:{ports[number]}"
    assert told["Address"].startswith(f"{address}/32")
    with tunnel(network, told, tmp_path):
        with network.inside("phone"), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
            resolver.settimeout(10)
            resolver.sendto(QUESTION, ("10.0.0.53", 53))
            assert socket.inet_ntoa(resolver.recv(512)[-4:]) == PAGE_ADDRESS
        plain, secure = asked(network, "miniprogram.test"), asked(network, "miniprogram.test", proxy.ca_pem)
    assert 'data-step="certificate"' in plain and 'data-step="certificate"' in secure
    assert f"device is {address}" in plain and 'data-standing="proxied"' in plain
    # What came over TLS has proved it.
    assert 'data-standing="trusted"' in secure


def test_through_a_gateway_by_its_address(network, start):
    start(r"redirect TCP to ports 80 and 443 to port (\d+)", "transparent")
    with redirect(network):
        shown = asked(network, PAGE_ADDRESS)
    assert 'data-standing="proxied"' in shown and f"https://{PAGE_ADDRESS}/trusted.svg" in shown

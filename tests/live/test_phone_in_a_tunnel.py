"""The phone's page where no proxy is set on the phone: through a WireGuard tunnel, and through a gateway."""

import os
import re

import pytest

from testenv.namespaces import PROXY_ADDRESS
from testenv.namespaces import joined
from testenv.proxy import Proxy
from testenv.recorded import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.network_namespace]
POLICY = "appid: any\nscope: miniprogram\ndomains: {}\n"
# Asks a resolver for the page's name, then for the page by what it answered, plain and over TLS that must be trusted.
ASK_BY_NAME = """
import socket, ssl, sys
resolver, ca = sys.argv[1:]
question = b"\\0\\7\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\x0bminiprogram\\4test\\0\\0\\1\\0\\1"
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
    asked.settimeout(10)
    asked.sendto(question, (resolver, 53))
    address = socket.inet_ntoa(asked.recv(512)[-4:])
print(address)
head = b"GET / HTTP/1.1\\r\\nHost: miniprogram.test\\r\\nAccept-Language: en\\r\\nConnection: close\\r\\n\\r\\n"
for port in (80, 443):
    sock = socket.create_connection((address, port), 10)
    if port == 443:
        sock = ssl.create_default_context(cafile=ca).wrap_socket(sock, server_hostname="miniprogram.test")
    sock.sendall(head)
    print(b"".join(iter(lambda: sock.recv(65536), b"")).decode())
"""
ASK_BY_ADDRESS = """
import socket
sock = socket.create_connection(("192.0.2.53", 80), 10)
sock.sendall(b"GET / HTTP/1.1\\r\\nHost: 192.0.2.53\\r\\nConnection: close\\r\\n\\r\\n")
print(b"".join(iter(lambda: sock.recv(65536), b"")).decode())
"""


class ProxyThere(Proxy):
    """In the namespace ``here``, where a phone reaches it."""

    is_replayed = False

    def command(self):
        words = [f"{PROXY_ADDRESS}:8080" if word == "127.0.0.1:0" else word for word in super().command()]
        return self.here.command(*words)


@pytest.fixture
def start(lab, confdir, tmp_path):
    started = []

    def start(here, ready_line, *modes):
        words = [word for mode in modes for word in ("--mode", mode)]
        proxy = ProxyThere(lab, tmp_path, confdir, policy=POLICY, mitmproxy=tuple(words))
        proxy.here, proxy.ready_line = here, ready_line
        started.append(proxy)
        return proxy.start()

    yield start
    for proxy in started:
        proxy.stop()


@pytest.mark.parametrize(("number", "address"), [(0, "10.0.0.1"), (1, "10.0.0.2")])
def test_through_a_wireguard_tunnel_by_its_name(start, tmp_path, number, address):
    with joined("wireguard-go", "wg") as (here, phone):
        ports = (51820, 51821)
        proxy = start(
            here, r"UDP port (\d+)", f"wireguard@{ports[0]}", f"wireguard:{tmp_path / 'second.json'}@{ports[1]}"
        )
        assert proxy.program.wait_for_line(r"Ctrl-C ends", timeout_s=20)
        block = proxy.output.split("[Interface]")[1 + number]
        told = dict(re.findall(r"^  (\w+) = (.+)$", block, re.MULTILINE))
        assert told["Endpoint"] == f"{PROXY_ADDRESS}:{ports[number]}"
        assert told["Address"].startswith(f"{address}/32")
        configuration = (
            f"[Interface]\nPrivateKey = {told['PrivateKey']}\n[Peer]\nPublicKey = {told['PublicKey']}\n"
            f"AllowedIPs = {told['AllowedIPs']}\nEndpoint = {told['Endpoint']}\n"
        )
        file = tmp_path / "wg.conf"
        file.write_text(configuration, encoding="ascii")
        # Its control socket lies in a folder that all namespaces share.
        tunnel = f"phone{os.getpid()}"
        with phone.running("wireguard-go", "--foreground", tunnel):
            assert wait_until(lambda: tunnel in phone.run("wg", "show", "interfaces"))
            phone.run("wg", "setconf", tunnel, file)
            phone.run("ip", "address", "add", f"{address}/32", "dev", tunnel)
            phone.run("ip", "link", "set", tunnel, "up")
            phone.run("ip", "route", "add", "default", "dev", tunnel)
            shown = phone.python(ASK_BY_NAME, "10.0.0.53", proxy.ca_pem)
    assert shown.startswith("192.0.2.53\n") and f"device is {address}" in shown
    assert shown.count('data-step="certificate"') == 2
    # What came over TLS has proved it.
    assert 'data-standing="proxied"' in shown and 'data-standing="trusted"' in shown


def test_through_a_gateway_by_its_address(start):
    with joined("nft") as (here, phone):
        start(here, r"port (8080)", "transparent")
        rules = (
            "table ip redirected {\n chain prerouting {\n type nat hook prerouting priority -100;\n"
            " tcp dport { 80, 443 } redirect to :8080\n }\n}\n"
        )
        here.run("nft", "-f", "-", input=rules)
        phone.run("ip", "route", "add", "default", "via", PROXY_ADDRESS)
        shown = phone.python(ASK_BY_ADDRESS)
    assert 'data-standing="proxied"' in shown and "https://192.0.2.53/trusted.svg" in shown

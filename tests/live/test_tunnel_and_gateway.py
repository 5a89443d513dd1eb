"""Phones with no proxy set: all of their traffic comes through a WireGuard tunnel, or by a gateway's redirect, IPv4 and IPv6."""

import socket
import threading

import pytest

from testenv.apart import ProxyApart
from testenv.apart import redirect
from testenv.apart import tunnel
from testenv.machines import INTERNET
from testenv.machines import INTERNET_V6
from testenv.machines import OTHER_PHONE
from testenv.machines import PHONE
from testenv.machines import PHONE_V6
from testenv.machines import Network
from testenv.machines import apart
from testenv.rawserver import RawServer
from testenv.received import head_of
from testenv.received import until
from testenv.recorded import codes
from testenv.recorded import facts
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.tunnel import trusting
from wxlab.lab import Lab
from wxlab.origin import Origin

pytestmark = [pytest.mark.slow, *apart("nft", "wg", "wireguard-go")]
LISTED, SOCKETS, UNLISTED = "api.example.com", "ws.example.com", "unlisted.example.com"
POLICY = f"""\
appid: any
scope: miniprogram
mode: {{mode}}
domains:
  request: [https://{LISTED}]
  downloadFile: [https://{LISTED}]
  connectSocket: [wss://{SOCKETS}]
background: {{{{grace_ms: 0}}}}
"""
REFERER = "https://servicewechat.com/wx0123456789abcdef/1/page-frame.html"
# As the proxy gives it to the first tunnel.
IN_TUNNEL = "10.0.0.1"
RAW_PORT, UDP_PORT = 7000, 7001
ADDRESSES = {"IPv4": INTERNET, "IPv6": INTERNET_V6}
PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}
# scheme and host of a mini-program's call -> why a release build fails it
CALLS = {
    ("https", LISTED): None, ("https", UNLISTED): "DOMAIN_NOT_LISTED",
    ("http", LISTED): "SCHEME_NOT_SECURE", ("http", UNLISTED): "SCHEME_NOT_SECURE",
    ("wss", SOCKETS): None, ("wss", UNLISTED): "DOMAIN_NOT_LISTED",
    ("ws", SOCKETS): "SCHEME_NOT_SECURE", ("ws", UNLISTED): "SCHEME_NOT_SECURE",
}  # fmt: skip


class Internet:
    """One origin by TLS and one without, a server of another protocol, and one of UDP, on the internet's addresses."""

    def __init__(self, lab: Lab) -> None:
        self.secure = Origin(lab.issuing.issue(LISTED, SOCKETS, UNLISTED), place=("::", 443))
        self.plain = Origin(place=("::", 80))
        self.secure.start()
        self.plain.start()
        self.raw = RawServer(lambda received: b"220 here\r\n", port=RAW_PORT, everywhere=True)
        self.udp = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.udp.bind(("::", UDP_PORT))
        threading.Thread(target=self._echo, daemon=True).start()

    def _echo(self) -> None:
        while True:
            try:
                data, peer = self.udp.recvfrom(2048)
                self.udp.sendto(data, peer)
            except OSError:
                return

    def origin(self, scheme: str) -> Origin:
        return self.secure if PORTS[scheme] == 443 else self.plain

    def close(self) -> None:
        self.secure.stop()
        self.plain.stop()
        self.raw.close()
        self.udp.close()


class Phone:
    """In the phone's place of a network. ``source`` is the address it comes from, for a phone that has several."""

    def __init__(self, network, proxy, device, source=None):
        self.network, self.proxy, self.device, self.source = network, proxy, device, source
        self.is_in_tunnel = device["IPv4"] == IN_TUNNEL

    def connect(self, address, port):
        with self.network.inside("phone"):
            return socket.create_connection(
                (address, port), timeout=10, source_address=(self.source, 0) if self.source else None
            )

    def call(self, scheme, host, marker, family, *, is_miniprogram=True):
        """The answer, or a socket's echo; b"" where there is none."""
        path = f"/{'ws' if 'ws' in scheme else 'json'}?{marker}"
        headers = {"Referer": REFERER} if is_miniprogram else {}
        try:
            sock = self.connect(ADDRESSES[family], PORTS[scheme])
            if scheme in ("https", "wss"):
                sock = trusting(self.proxy.ca_pem).wrap_socket(sock, server_hostname=host)
            with sock:
                return (self._echoed if "ws" in scheme else self._got)(sock, host, path, headers)
        except OSError:
            return b""

    @staticmethod
    def _got(sock, host, path, headers):
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Connection: close",
            *(f"{k}: {v}" for k, v in headers.items()),
        ]
        sock.sendall("\r\n".join((*lines, "", "")).encode())
        received = b""
        while data := sock.recv(65536):
            received += data
        return received

    @staticmethod
    def _echoed(sock, host, path, headers):
        """By hand: the library's client looks at the socket alone, and so misses what TLS has read of it already."""
        lines = [
            f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", *(f"{k}: {v}" for k, v in headers.items()),
        ]  # fmt: skip
        sock.sendall("\r\n".join((*lines, "", "")).encode())
        try:
            if b" 101 " not in head_of(sock).splitlines()[0]:
                return b""
            # A text, and in the end a close, masked with zeros.
            sock.sendall(b"\x81\x85\0\0\0\0hello")
            received = until(sock, b"hello")
        except ConnectionError:
            return b""
        sock.sendall(b"\x88\x82\0\0\0\0\x03\xe8")
        return received


@pytest.fixture(scope="module")
def network():
    with Network() as made:
        yield made


@pytest.fixture(scope="module")
def apart_lab():
    return Lab()


@pytest.fixture(scope="module")
def internet(network, apart_lab):
    with network.inside("internet"):
        made = Internet(apart_lab)
    yield made
    made.close()


@pytest.fixture(scope="module", params=["wireguard", "transparent"])
def phone(request, network, internet, apart_lab, confdir, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    mode = "wireguard@51820" if request.param == "wireguard" else "transparent"
    proxy = ProxyApart(
        network, apart_lab, folder, confdir, policy=POLICY.format(mode="release"), mitmproxy=("--mode", mode)
    )
    proxy.ready_line = (
        r"UDP port (\d+)" if request.param == "wireguard" else r"redirect TCP to ports 80 and 443 to port (\d+)"
    )
    with proxy:
        assert proxy.program.wait_for_line("Ctrl-C to stop", timeout_s=20)
        if request.param == "wireguard":
            with tunnel(network, proxy.tunnels[0], folder):
                yield Phone(network, proxy, {"IPv4": IN_TUNNEL, "IPv6": IN_TUNNEL})
        else:
            with redirect(network):
                yield Phone(network, proxy, {"IPv4": PHONE, "IPv6": PHONE_V6})


def the_record(phone, marker):
    assert wait_until(lambda: recorded(phone.proxy, marker)), (marker, phone.proxy.output)
    (record,) = recorded(phone.proxy, marker)
    return record


@pytest.mark.parametrize("family", ADDRESSES)
def test_a_release_build_passes_what_is_listed_and_secure_alone(phone, internet, family):
    internet.secure.forget()
    internet.plain.forget()
    answers = {}
    for scheme, host in CALLS:
        answers[scheme, host] = phone.call(scheme, host, f"release-{family}-{scheme}-{host}", family)
    for (scheme, host), code in CALLS.items():
        marker = f"release-{family}-{scheme}-{host}"
        record = the_record(phone, marker)
        assert (code in codes(record)) if code else codes(record) == [], (marker, codes(record))
        assert (record.release.outcome, record.acted) == (("fail", "fail") if code else ("success", "pass"))
        assert bool(answers[scheme, host]) is (code is None), (marker, answers[scheme, host])
        assert record.device == phone.device[family]
        seen = [path for path in internet.origin(scheme).paths() if marker in path]
        assert bool(seen) is (code is None), marker


@pytest.mark.parametrize("family", ADDRESSES)
def test_other_apps_are_left_alone(phone, internet, family):
    before, counted = len(recorded(phone.proxy)), facts(phone.proxy).counts
    for scheme in PORTS:
        marker = f"other-{family}-{scheme}"
        answer = phone.call(scheme, UNLISTED, marker, family, is_miniprogram=False)
        assert answer, (scheme, phone.proxy.output)
        assert any(marker in path for path in internet.origin(scheme).paths())
    with phone.connect(ADDRESSES[family], RAW_PORT) as sock:
        sock.sendall(b"EHLO\r\n")
        assert sock.recv(100) == b"220 here\r\n"
    with phone.network.inside("phone"):
        sock = socket.socket(socket.AF_INET6 if family == "IPv6" else socket.AF_INET, socket.SOCK_DGRAM)
    with sock:
        sock.settimeout(10)
        sock.sendto(b"ping", (ADDRESSES[family], UDP_PORT))
        assert sock.recv(100) == b"ping"
    assert len(recorded(phone.proxy)) == before
    # A tunnel carries all of a phone's traffic, a redirect two ports of TCP.
    for kind in ("other", *(("raw", "udp") if phone.is_in_tunnel else ())):
        assert wait_until(lambda kind=kind: facts(phone.proxy).counts.get(kind, 0) > counted.get(kind, 0)), kind


@pytest.mark.parametrize("family", ADDRESSES)
def test_one_phone_goes_to_the_background(phone, family):
    device = phone.device[family]
    phone.proxy.app("background", "--device", device)
    try:
        for each in ADDRESSES:
            if phone.device[each] != device:
                continue
            marker = f"background-{family}-{each}"
            assert phone.call("https", LISTED, marker, each) == b""
            assert "BACKGROUND_REFUSED" in codes(the_record(phone, marker))
        if phone.device["IPv4"] != phone.device["IPv6"]:
            other = Phone(phone.network, phone.proxy, phone.device, OTHER_PHONE)
            assert b"200" in other.call("https", LISTED, f"beside-{family}", "IPv4")
    finally:
        phone.proxy.app("foreground", "--device", device)
    assert b"200" in phone.call("https", LISTED, f"again-{family}", family)


@pytest.mark.parametrize("family", ADDRESSES)
def test_with_debugging_on_what_is_not_listed_passes(phone, family):
    said = phone.proxy.output.count("applies to new calls")
    phone.proxy.write_policy(POLICY.format(mode="debug"))
    assert wait_until(lambda: phone.proxy.output.count("applies to new calls") > said), phone.proxy.output
    try:
        for (scheme, host), code in CALLS.items():
            marker = f"debug-{family}-{scheme}-{host}"
            assert phone.call(scheme, host, marker, family), (marker, phone.proxy.output)
            record = the_record(phone, marker)
            assert (record.debug.outcome, record.debug_only) == ("success", code is not None)
    finally:
        said = phone.proxy.output.count("applies to new calls")
        phone.proxy.write_policy(POLICY.format(mode="release"))
        assert wait_until(lambda: phone.proxy.output.count("applies to new calls") > said)

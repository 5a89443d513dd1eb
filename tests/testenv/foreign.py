"""Another machine than the proxy's, and the ways by which it may try to reach that one's own addresses.

Where no network namespace can be made, its connections come from an address of loopback that the proxy is told to take for foreign.
"""

import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

FOREIGN = "127.0.0.9"
ARGUMENTS = ("--set", f"mp_foreign_clients={FOREIGN}")
REFERER = "Referer: https://servicewechat.com/wx0123456789abcdef/1/page-frame.html\r\n"
# As Redis has it: what an HTTP server would not take for a request.
PING = b"*1\r\n$4\r\nPING\r\n"


def until_end(sock: socket.socket) -> bytes:
    """What comes until the peer closes; a peer that says nothing for the socket's timeout has answered nothing."""
    received = b""
    try:
        while data := sock.recv(65536):
            received += data
    except OSError:
        pass
    return received


@dataclass(frozen=True)
class Device:
    """Where it finds the proxy, by HTTP and by SOCKS5, and the address that it comes from (None: as the system has it)."""

    port: int
    socks_port: int = 0
    host: str = "127.0.0.1"
    source: str | None = FOREIGN
    timeout_s: float = 5.0

    def connect(self, port: int | None = None) -> socket.socket:
        source = (self.source, 0) if self.source is not None else None
        return socket.create_connection((self.host, port or self.port), timeout=self.timeout_s, source_address=source)

    def connected(self, target: str) -> tuple[socket.socket, bytes]:
        """A socket after ``CONNECT target``, and the proxy's answer to that."""
        sock = self.connect()
        sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        head = b""
        try:
            while not head.endswith(b"\r\n\r\n") and (byte := sock.recv(1)):
                head += byte
        except OSError:
            pass
        return sock, head

    def socks(self, host: str, to_port: int) -> socket.socket:
        """A socket after a SOCKS5 request by name; whatever the answer is."""
        sock = self.connect(self.socks_port)
        sock.sendall(b"\x05\x01\x00")
        sock.recv(2)
        name = host.encode()
        sock.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack("!H", to_port))
        try:
            sock.recv(10)
        except OSError:
            pass
        return sock

    # The ways: each gives what came back.

    def plain(self, host: str, port: int, path: str = "/") -> bytes:
        with self.connect() as sock:
            head = f"GET http://{host}:{port}{path} HTTP/1.1\r\nHost: {host}:{port}\r\n"
            sock.sendall(f"{head}{REFERER}Connection: close\r\n\r\n".encode())
            return until_end(sock)

    def upgraded(self, host: str, port: int) -> bytes:
        with self.connect() as sock:
            head = f"GET http://{host}:{port}/ws HTTP/1.1\r\nHost: {host}:{port}\r\n{REFERER}Connection: Upgrade\r\nUpgrade: websocket\r\n"
            sock.sendall(
                f"{head}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            return until_end(sock)

    def tunnel_with_bytes(self, host: str, port: int) -> bytes:
        sock, _ = self.connected(f"{host}:{port}")
        with sock, suppress(OSError):
            sock.sendall(PING)
            return until_end(sock)
        return b""

    def tunnel_with_tls(self, host: str, port: int) -> bytes:
        sock, _ = self.connected(f"{host}:{port}")
        with sock, suppress(OSError):
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(sock, server_hostname="www.example.com") as secure:
                secure.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\n{REFERER}Connection: close\r\n\r\n".encode())
                return until_end(secure)
        return b""

    def socks_with_bytes(self, host: str, port: int) -> bytes:
        with self.socks(host.strip("[]"), port) as sock, suppress(OSError):
            sock.sendall(PING)
            return until_end(sock)
        return b""


Way = Callable[[Device, str, int], bytes]
WAYS: tuple[Way, ...] = (
    Device.plain, Device.upgraded, Device.tunnel_with_bytes, Device.tunnel_with_tls, Device.socks_with_bytes,
)  # fmt: skip

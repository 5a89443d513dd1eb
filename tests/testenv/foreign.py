"""A client that counts as another machine: its connections come from an address of loopback that the proxy is told to take for foreign."""

import socket
import struct

FOREIGN = "127.0.0.9"
ARGUMENTS = ("--set", f"mp_foreign_clients={FOREIGN}")


def connect(port: int, *, source: str = FOREIGN, timeout_s: float = 5.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=timeout_s, source_address=(source, 0))


def until_end(sock: socket.socket) -> bytes:
    """What comes until the peer closes; a peer that says nothing for the socket's timeout has answered nothing."""
    received = b""
    try:
        while data := sock.recv(65536):
            received += data
    except OSError:
        pass
    return received


def connected(port: int, target: str, *, source: str = FOREIGN) -> tuple[socket.socket, bytes]:
    """A socket after ``CONNECT target``, and the proxy's answer to that."""
    sock = connect(port, source=source)
    sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    head = b""
    try:
        while not head.endswith(b"\r\n\r\n") and (byte := sock.recv(1)):
            head += byte
    except OSError:
        pass
    return sock, head


def socks(port: int, host: str, to_port: int, *, source: str = FOREIGN) -> socket.socket:
    """A socket after a SOCKS5 request by name; whatever the answer is."""
    sock = connect(port, source=source)
    sock.sendall(b"\x05\x01\x00")
    sock.recv(2)
    name = host.encode()
    sock.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + struct.pack("!H", to_port))
    try:
        sock.recv(10)
    except OSError:
        pass
    return sock

"""What comes on a socket, up to what a test waits for. An end that comes before it is an error, and never a loop."""

import socket


def until(sock: socket.socket, mark: bytes) -> bytes:
    """All that has come once ``mark`` is in it. ConnectionError, with what came, where the peer closes before."""
    received = b""
    while mark not in received:
        data = sock.recv(65536)
        if not data:
            raise ConnectionError(f"closed before {mark!r} came, after {received[-500:]!r}")
        received += data
    return received


def head_of(sock: socket.socket) -> bytes:
    """An HTTP head and not a byte of what follows it, such as a tunnel's TLS. ConnectionError as above."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = sock.recv(1)
        if not byte:
            raise ConnectionError(f"closed within a head, after {head!r}")
        head += byte
    return head

"""The ClientHello at a server with deliberate faults: inspected, and refused with the alert that OpenSSL would send."""

import asyncio
import socket
import ssl
from dataclasses import dataclass

HANDSHAKE_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Refusal:
    alert: bytes
    error: ssl.SSLError


def refusal_of(context: ssl.SSLContext, hello: bytes) -> Refusal | None:
    """The alert with which OpenSSL refuses a ClientHello, if it does: asyncio closes the connection without sending
    it."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(hello)
    try:
        server.do_handshake()
    except ssl.SSLWantReadError:
        pass
    except ssl.SSLError as error:
        return Refusal(outgoing.read(), error)
    return None


async def peeked(sock: socket.socket) -> bytes:
    """The first record that a client sends, without consuming it. TimeoutError if it does not arrive completely."""
    async with asyncio.timeout(HANDSHAKE_TIMEOUT_S):  # a client that has disconnected looks like a slow one
        while True:
            await _readable(sock)
            hello = sock.recv(65536, socket.MSG_PEEK)
            if not hello or (len(hello) >= 5 and len(hello) >= 5 + int.from_bytes(hello[3:5])):
                return hello
            await asyncio.sleep(0.01)


async def _readable(sock: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    readable: asyncio.Future[None] = loop.create_future()

    def arrived() -> None:
        if not readable.done():
            readable.set_result(None)

    loop.add_reader(sock, arrived)
    try:
        await readable
    finally:
        loop.remove_reader(sock)

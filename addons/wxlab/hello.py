"""A client's first words to a server with faults on purpose: looked at, and refused with the alert that they would get."""

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
    """How OpenSSL refuses a client's hello, if it does: asyncio closes the connection without sending the alert."""
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
    """The first record that a client sends, left where it is. TimeoutError where it does not come whole."""
    async with asyncio.timeout(
        HANDSHAKE_TIMEOUT_S
    ):  # what is left of a client that has gone looks like one that is slow
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

"""Servers of openssl's s_server: what Python's ssl cannot be told to do (groups, signature algorithms, alerts).

with TlsServer(leaf, folder, "-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256") as server:
    ...  # https://127.0.0.1:{server.port}/ answers 200 over HTTP/1.0
"""

import asyncio
import contextlib
import shutil
import threading
from itertools import cycle
from pathlib import Path

import pytest

from testenv.process import Program
from wxlab.authority import Leaf

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="no openssl program on this machine to serve with")


class TlsServer:
    """Closes each connection after its answer, and sends the alert where a handshake comes to nothing.

    s_server takes one connection at a time: ``at_once`` of them stand behind the port, in turn.
    """

    def __init__(self, leaf: Leaf, folder: Path, *arguments: str, at_once: int = 1) -> None:
        self._pem = leaf.write(folder)
        self._chain = self._pem.with_suffix(".chain.pem")
        self._chain.write_bytes(b"".join(leaf.chain_pems) or leaf.cert_pem)
        self._arguments = arguments
        self._at_once = at_once
        self._programs: list[Program] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self.port = 0

    def start(self) -> "TlsServer":
        ports = [self._started() for _ in range(self._at_once)]
        if len(ports) == 1:
            self.port = ports[0]
            return self
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._spread(ports, ready)), daemon=True).start()
        assert ready.wait(10)
        return self

    def _started(self) -> int:
        assert OPENSSL is not None
        program = Program(
            [
                OPENSSL, "s_server", "-accept", "127.0.0.1:0", "-naccept", "1000", "-www",
                "-cert", self._pem, "-key", self._pem, "-cert_chain", self._chain, *self._arguments,
            ]
        )  # fmt: skip
        self._programs.append(program)
        return int(program.wait_for_line(r"ACCEPT 127\.0\.0\.1:(\d+)", timeout_s=20)[1])

    async def _spread(self, ports: list[int], ready: threading.Event) -> None:
        turn = cycle(ports)

        async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, back = await asyncio.open_connection("127.0.0.1", next(turn))
            await asyncio.gather(_copied(reader, back), _copied(there, writer))

        server = await asyncio.start_server(forward, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        ready.set()
        await self._ended.wait()
        server.close()

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ended.set)
        for program in self._programs:
            program.kill9()

    def __enter__(self) -> "TlsServer":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while received := await reader.read(65536):
            writer.write(received)
            await writer.drain()
    writer.close()

"""A WebSocket client for plain code, on an event loop of its own.

Not websockets' blocking client: it reads and writes one TLS connection from two threads, which OpenSSL does not
allow. Under load one handshake in some thousand hangs, against any server.
"""

import asyncio
import threading
from collections.abc import Coroutine
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import TypeVar

from testenv import tunnel

Message = str | bytes
_Result = TypeVar("_Result")


class OpenSocket:
    """A socket through the proxy on ``port``, open from when this is made; a context manager that closes it.

    Raises what websockets raises, OSError and TimeoutError. ``more`` goes to websockets' ``connect``.
    """

    def __init__(self, port: int, ca_pem: Path, url: str, *, timeout_s: float = 10.0, **more: Any) -> None:
        if url.startswith("wss:"):
            more.setdefault("ssl", tunnel.trusting(ca_pem))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._socket = self._done(self._open(url, port, timeout_s, more))
        except BaseException:
            self._end()
            raise

    def send(self, message: Message) -> None:
        self._done(self._socket.send(message))

    def receive(self, *, timeout_s: float = 10.0) -> Message:
        return self._done(asyncio.wait_for(self._socket.recv(), timeout_s))

    def echoes(self, messages: Sequence[Message], *, timeout_s: float = 10.0) -> list[Message]:
        """As many messages as are sent, which are read while those are still being sent."""
        return self._done(asyncio.wait_for(self._echoes(messages), timeout_s))

    def close(self) -> None:
        try:
            self._done(self._socket.close())
        finally:
            self._end()

    def __enter__(self) -> "OpenSocket":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    async def _open(url: str, port: int, timeout_s: float, more: dict[str, Any]) -> Any:
        from websockets.asyncio.client import connect

        return await connect(
            url, proxy=f"http://127.0.0.1:{port}", open_timeout=timeout_s, **({"close_timeout": 2} | more)
        )

    async def _echoes(self, messages: Sequence[Message]) -> list[Message]:
        async def send() -> None:
            for message in messages:
                await self._socket.send(message)

        sending = asyncio.ensure_future(send())
        try:
            received = [await self._socket.recv() for _ in messages]
            await sending
        finally:
            sending.cancel()
        return received

    def _done(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

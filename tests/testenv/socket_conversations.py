"""A socket's messages made by chance: what both sides say, cut anywhere, and what each must have got."""

import asyncio
import random
from typing import Any

from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import BytesMessage
from wsproto.events import TextMessage

from testenv.changes_on_the_way import INJECTED
from testenv.cutting import write

SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
LAST = "that was all"
WORDS = ("", "", "", "drop", "upper", "wait", "inject")


class Socket:
    """What both sides say, each message in one frame or in several, and what each gets. A greeting may come with the handshake."""

    def __init__(self, path: str, chance: random.Random) -> None:
        self.path = path
        self._chance = chance
        self._greets = chance.random() < 0.5
        self._says = {side: [self._message() for _ in range(chance.choice((0, 1, 3, 8)))] for side in (True, False)}
        self.got: dict[bool, list[str | bytes]] = {True: [], False: []}  # by whether it is the client
        self.is_done = asyncio.Event()  # at the origin

    def _message(self) -> str | bytes:
        text = self._chance.choice(WORDS) + "中文 abc" * self._chance.choice((0, 1, 20, 1_000, 10_000))
        return text if self._chance.random() < 0.6 else text.encode()

    def expected(self, *, of_client: bool) -> list[str | bytes]:
        """Without what is injected, which may come anywhere."""
        said = [message for message in self._says[not of_client] if not _starts(message, "drop")]
        return [message.upper() if _starts(message, "upper") else message for message in said]

    def injected(self, *, of_client: bool) -> int:
        return sum(_starts(message, "inject") for message in self._says[not of_client])

    def got_by(self, *, client: bool) -> tuple[list[str | bytes], int]:
        """What it got of the other's, and how many that were injected."""
        injected = [message for message in self.got[client] if message == INJECTED]
        return [message for message in self.got[client] if message != INJECTED], len(injected)

    async def at_origin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.talk(reader, writer, is_client=False)
        self.is_done.set()
        await reader.read()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_client: bool) -> None:
        side = Connection(ConnectionType.CLIENT if is_client else ConnectionType.SERVER)
        data = b"".join(self._frames(side, message) for message in (*self._says[is_client], LAST))
        if not is_client:
            # What stands right behind the handshake comes with it, or after it.
            data = SWITCH + data
            if self._greets:
                first, data = data[: len(SWITCH) + 20], data[len(SWITCH) + 20 :]
            else:
                first, data = data[: len(SWITCH)], data[len(SWITCH) :]
            writer.write(first)
        await asyncio.gather(write(writer, data, self._chance), self._listen(reader, side, is_client=is_client))

    def _frames(self, side: Connection, message: str | bytes) -> bytes:
        kind = TextMessage if isinstance(message, str) else BytesMessage
        at = self._chance.randrange(len(message) + 1) if self._chance.random() < 0.3 else 0
        if not at:
            return side.send(kind(message))  # type: ignore[arg-type]
        first = side.send(kind(message[:at], message_finished=False))  # type: ignore[arg-type]
        return first + side.send(kind(message[at:]))  # type: ignore[arg-type]

    async def _listen(self, reader: asyncio.StreamReader, side: Connection, *, is_client: bool) -> None:
        parts: list[Any] = []
        left = self.injected(of_client=is_client) + 1
        while left:
            data = await reader.read(65536)
            if not data:
                return
            side.receive_data(data)
            for event in side.events():
                if not isinstance(event, (TextMessage, BytesMessage)):
                    continue
                parts.append(event.data)
                if event.message_finished:
                    whole = "".join(parts) if isinstance(parts[0], str) else b"".join(map(bytes, parts))
                    parts = []
                    left -= whole in (LAST, INJECTED)
                    if whole != LAST:
                        self.got[is_client].append(whole)


def _starts(message: str | bytes, word: str) -> bool:
    return message.startswith(word if isinstance(message, str) else word.encode())

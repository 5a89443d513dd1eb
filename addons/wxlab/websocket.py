"""A WebSocket that returns every message (wsproto), from the upgrade request on."""

import asyncio

from wsproto import ConnectionType
from wsproto import WSConnection
from wsproto import events
from wsproto.extensions import PerMessageDeflate
from wsproto.utilities import RemoteProtocolError

from wxlab.link import Link


class EchoSocket:
    """The rest of a connection after ``GET`` with ``Upgrade: websocket``."""

    def __init__(self, link: Link, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        self._link = link
        self._ws = WSConnection(ConnectionType.SERVER)
        self._ws.initiate_upgrade_connection(headers, path)
        self._arrived = asyncio.Event()
        self._message: list[str | bytes] = []
        self._open = True

    def receive(self, data: bytes) -> None:
        if data:
            try:
                self._ws.receive_data(data)
            except RemoteProtocolError as error:
                self._link.log.complained(f"not WebSocket: {error}")
                self._open = False
            self._arrived.set()

    async def serve(self) -> None:
        while self._open:
            self._arrived.clear()
            for event in self._ws.events():
                await self._take(event)
            if self._open:
                await self._arrived.wait()

    async def _take(self, event: events.Event) -> None:
        if isinstance(event, events.Request):
            chosen = event.subprotocols[0] if event.subprotocols else None
            await self._link.write(
                self._ws.send(events.AcceptConnection(subprotocol=chosen, extensions=[PerMessageDeflate()]))
            )
        elif isinstance(event, events.Message):
            self._message.append(event.data)
            if event.message_finished:
                message = type(event.data)().join(self._message)
                self._message.clear()
                self._link.log.heard(message)
                await self._link.write(self._ws.send(events.Message(data=message)))
        elif isinstance(event, events.Ping):
            await self._link.write(self._ws.send(event.response()))
        elif isinstance(event, events.CloseConnection):
            self._open = False
            await self._link.write(self._ws.send(event.response()))

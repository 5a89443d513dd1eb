"""HTTP/1.1 on one connection (h11), one request after the other, up to a WebSocket upgrade."""

import asyncio

import h11

from wxlab.exchange import Body
from wxlab.exchange import Exchange
from wxlab.exchange import Headers
from wxlab.exchange import PeerGone
from wxlab.exchange import Seen
from wxlab.link import Link
from wxlab.routes import find
from wxlab.routes import own_route
from wxlab.websocket import EchoSocket

# Far above h11's own 16 KiB: the length of headers is for the proxy to limit, not for the origin.
_MAX_HEAD_BYTES = 1024 * 1024


class Http1Server:
    """See ``wxlab.link.HttpServer``; it is also the ``Wire`` of each of its exchanges."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=_MAX_HEAD_BYTES)
        self._arrived = asyncio.Event()
        self._request: h11.Request | None = None  # the one whose body is still arriving
        self._body = Body()
        self._socket: EchoSocket | None = None  # after an upgrade, all bytes belong to it

    def receive(self, data: bytes) -> None:
        if self._socket is not None:
            self._socket.receive(data)
            return
        self._h11.receive_data(data)
        self._arrived.set()

    def gone(self) -> None:
        if self._request is not None:
            self._record(complete=False)

    async def serve(self) -> None:
        while True:
            try:
                asked = await self._next_request()
            except h11.RemoteProtocolError as error:
                self._link.log.complained(f"not HTTP: {error}")
                await self._refuse(error)
                return
            if asked is None:
                return
            seen, headers = asked
            exchange = Exchange(seen, self)
            wants_socket = "websocket" in (seen.header("upgrade") or "").lower()
            if wants_socket and own_route(self._link.routes, exchange.path) is None:
                left = self._h11.trailing_data[0]
                self._socket = EchoSocket(self._link, seen.path, headers)
                self._socket.receive(left)
                await self._socket.serve()
                return
            await find(self._link.routes, exchange.path)(exchange)
            if self._h11.our_state is not h11.DONE or self._h11.their_state is not h11.DONE:
                return
            self._h11.start_next_cycle()

    async def _next_request(self) -> tuple[Seen, list[tuple[bytes, bytes]]] | None:
        headers: list[tuple[bytes, bytes]] = []
        while True:
            event = self._h11.next_event()
            if event is h11.NEED_DATA:
                if self._h11.they_are_waiting_for_100_continue:
                    await self._send(h11.InformationalResponse(status_code=100, headers=[]))
                self._arrived.clear()
                await self._arrived.wait()
            elif isinstance(event, h11.Request):
                self._request, self._body = event, Body()
                headers = list(event.headers)
            elif isinstance(event, h11.Data):
                self._body.add(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                return self._record(complete=True), headers
            else:
                return None

    def _record(self, *, complete: bool) -> Seen:
        request, self._request = self._request, None
        assert request is not None
        headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in request.headers]
        return self._link.seen(
            request.method.decode("ascii"),
            request.target.decode("latin-1"),
            dict(headers).get("host", ""),
            headers,
            self._body,
            http_version=f"HTTP/{request.http_version.decode('ascii')}",
            complete=complete,
        )

    async def _refuse(self, error: h11.RemoteProtocolError) -> None:
        if self._h11.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            await self.head(error.error_status_hint, [("content-length", "0"), ("connection", "close")])
            await self.end()

    async def _send(self, event: h11.Event) -> None:
        data = self._h11.send(event)
        if data:
            await self._link.write(data)

    async def head(self, status: int, headers: Headers) -> None:
        await self._send(h11.Response(status_code=status, headers=list(headers)))

    async def data(self, chunk: bytes) -> None:
        await self._send(h11.Data(data=chunk))

    async def end(self) -> None:
        await self._send(h11.EndOfMessage())

    async def cut(self, *, reset: bool) -> None:
        self._link.cut(reset=reset)
        raise PeerGone("cut by the route")

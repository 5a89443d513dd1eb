"""Calls made by chance from a seed: what a client and an origin say, cut anywhere, and what each must have got.

All of it goes through CONNECT and TLS. The origin speaks HTTP/1.1, the client that or HTTP/2, or it opens a socket.
"""

import asyncio
import random
import ssl
from dataclasses import dataclass
from dataclasses import field

from testenv.changes_on_the_way import ANSWER
from testenv.changes_on_the_way import FILLED
from testenv.cutting import cut
from testenv.cutting import write
from testenv.socket_conversations import Socket

SIZES = (0, 1, 5, 300, 5_000, 70_000, 300_000)
ORDERS = ("wait@requestheaders", "wait@request", "wait@responseheaders", "wait@response", "upper@responseheaders")
ENDING_ORDERS = ("kill@requestheaders", "kill@request", "kill@responseheaders", "kill@response", "answer@request")
FAILED = "failed"
TIMEOUT_S = 15.0
UPGRADE = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


@dataclass
class Call:
    """One request, what its origin answers, and what becomes of it. ``leaves``: its client takes it back, and where."""

    path: str
    method: str
    sent: bytes
    is_chunked: bool
    status: int
    answer: bytes
    has_length: bool
    orders: tuple[str, ...]
    is_cut: bool = False  # by the origin, within its answer
    leaves: str = ""
    reached: list[bytes] = field(default_factory=list)  # the bodies that its origin got

    @property
    def expected(self) -> tuple[int, bytes] | str:
        if self.is_cut or any(order.startswith("kill") for order in self.orders):
            return FAILED
        if "answer@request" in self.orders:
            return 203, ANSWER
        answer = b"" if self.method == "HEAD" or self.status in (204, 304) else self.answer
        return self.status, answer.upper() if "upper@responseheaders" in self.orders else answer

    @property
    def expected_at_origin(self) -> list[bytes]:
        if any(order in self.orders for order in ("kill@requestheaders", "kill@request", "answer@request")):
            return []
        return [FILLED if "fill@request" in self.orders else self.sent]


def calls_of(seed: int, chance: random.Random, *, http2: bool) -> list[Call]:
    """What fails comes last, where the connection goes with it."""
    made = []
    count = chance.choice((1, 2, 3, 6))
    for number in range(count):
        method = chance.choice(("GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE"))
        sent = body(chance) if method in ("POST", "PUT") else b""
        is_chunked = bool(sent) and chance.random() < 0.5
        orders = tuple(chance.sample(ORDERS, chance.choice((0, 0, 1, 2))))
        call = Call(
            f"/{seed}/{number}", method, sent, is_chunked, chance.choice((200, 200, 200, 404, 500, 204, 304)),
            body(chance), chance.random() < 0.6, orders,
        )  # fmt: skip
        if not sent and not is_chunked and method != "HEAD" and chance.random() < 0.2:
            call.orders += ("fill@request",)
        if http2 or number == count - 1:
            _ends_otherwise(call, chance)
        made.append(call)
    return made


def _ends_otherwise(call: Call, chance: random.Random) -> None:
    kind = chance.choice(("", "", "", "", "order", "cut", "leaves"))
    if kind == "order" and not call.is_chunked:
        # A request that has no length is sent on before its end: nothing is left to be answered or killed then.
        order = chance.choice(ENDING_ORDERS)
        # Nor of an answer that is streamed; and an answer to HEAD has no body.
        is_streamed = not call.has_length or "upper@responseheaders" in call.orders
        is_none = (order == "kill@response" and is_streamed) or (order == "answer@request" and call.method == "HEAD")
        call.orders += () if is_none else (order,)
    elif kind == "cut" and len(call.answer) > 1 and call.method != "HEAD" and call.status not in (204, 304):
        call.is_cut = True
    elif kind == "leaves":
        call.leaves = chance.choice(("head", "middle", "end"))


def body(chance: random.Random) -> bytes:
    size = chance.choice(SIZES)
    return (bytes(chance.choices(b"abcdef\r\n0 ", k=min(size, 97))) * (size // 97 + 1))[:size]


# The origin


class Origin:
    """Answers what the calls say. ``sockets`` are what it says and got on a socket, by path."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.calls: dict[str, Call] = {}
        self.sockets: dict[str, Socket] = {}
        self.port = 0
        self._context = context
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Origin":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        path, head, sent = await read_message(reader)
        if path in self.sockets:
            await self.sockets[path].at_origin(reader, writer)
            return False
        call = self.calls[path]
        call.reached.append(sent)
        chance = random.Random(path)
        lines = [f"HTTP/1.1 {call.status} Some Reason"]
        content = b"" if call.method == "HEAD" or call.status in (204, 304) else call.answer
        if call.status not in (204, 304):
            lines.append(f"Content-Length: {len(call.answer)}" if call.has_length else "Transfer-Encoding: chunked")
            if not call.has_length and call.method != "HEAD":
                content = chunked(content, chance)
        data = "\r\n".join([*lines, "", ""]).encode()
        await write(writer, data + (content[: len(content) // 2] if call.is_cut else content), chance)
        return not call.is_cut


def chunked(content: bytes, chance: random.Random) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in cut(content, chance)) + b"0\r\n\r\n"


async def read_message(reader: asyncio.StreamReader, *, has_body: bool = True) -> tuple[str, dict[str, str], bytes]:
    """The second word of the first line, the fields, and the body."""
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    content = b""
    if has_body and fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readuntil(b"\r\n"), 16):
            content += (await reader.readexactly(size + 2))[:-2]
        await reader.readuntil(b"\r\n")
    elif has_body:
        content = await reader.readexactly(int(fields.get("content-length", 0)))
    return first.split(" ")[1], fields, content

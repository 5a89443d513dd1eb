"""One request to an origin and the means to answer it, whatever the HTTP version."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import Protocol
from urllib.parse import parse_qsl
from urllib.parse import urlsplit

Headers = Sequence[tuple[str, str]]

# Bodies up to this size are kept for /echo; of longer ones only the length and the hash.
KEPT_BODY_BYTES = 1024 * 1024


class PeerGone(Exception):
    """The client closed the connection, or reset this stream, before the answer was complete."""


@dataclass(frozen=True)
class Seen:
    """One request as it reached an origin.

    ``path`` is the request target with its query; ``host`` is Host or :authority; header names are lower-case, in the
    order received; ``connection`` numbers the TCP connection from 1; ``complete`` is False if the request was cut off
    before its body ended; ``sni`` is None if the client sent none, or spoke plain HTTP.
    """

    method: str
    path: str
    host: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    body_length: int
    body_sha256: str
    http_version: str  # "HTTP/1.1" or "HTTP/2"
    sni: str | None
    connection: int
    complete: bool = True

    def header(self, name: str) -> str | None:
        """All values of one header joined with ", "; None if there is none."""
        values = [value for key, value in self.headers if key == name.lower()]
        return ", ".join(values) if values else None


class Body:
    """A request body as it arrives: its length and hash, and its beginning."""

    def __init__(self) -> None:
        self.kept = b""
        self.length = 0
        self._hash = hashlib.sha256()

    def add(self, data: bytes) -> None:
        self.length += len(data)
        self._hash.update(data)
        self.kept += data[: max(0, KEPT_BODY_BYTES - len(self.kept))]

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


class Wire(Protocol):
    """How an HTTP version answers one request. Each method raises PeerGone."""

    async def head(self, status: int, headers: Headers) -> None: ...
    async def data(self, chunk: bytes) -> None: ...
    async def end(self) -> None: ...
    async def cut(self, *, reset: bool) -> None:
        """Closes the connection, or resets the HTTP/2 stream, without sending anything else."""


class Exchange:
    """One request and its answer: the argument of a route."""

    def __init__(self, seen: Seen, wire: Wire) -> None:
        self.seen = seen
        self.wire = wire
        self.path = urlsplit(seen.path).path
        self.query = dict(parse_qsl(urlsplit(seen.path).query, keep_blank_values=True))
        self.ended = False

    def number(self, name: str, default: int) -> int:
        """A number from the query."""
        return int(self.query.get(name, default))

    async def answer(self, status: int, body: bytes = b"", headers: Headers = ()) -> None:
        """A complete answer, with Content-Length."""
        bodiless = status in (204, 304)
        length = [] if bodiless else [("content-length", str(len(body)))]
        await self.wire.head(status, [*length, *headers])
        if body and not bodiless and self.seen.method != "HEAD":
            await self.wire.data(body)
        await self.end()

    async def json(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value, ensure_ascii=False).encode()
        await self.answer(status, body, [("content-type", "application/json; charset=utf-8")])

    async def start(self, status: int, headers: Headers = ()) -> None:
        """The head of an answer whose body follows in parts, through ``send``, until ``end``."""
        await self.wire.head(status, headers)

    async def send(self, chunk: bytes) -> None:
        if self.seen.method != "HEAD":
            await self.wire.data(chunk)

    async def end(self) -> None:
        await self.wire.end()
        self.ended = True

    async def cut(self, *, reset: bool = False) -> None:
        """Sends no answer, or nothing more of it: the connection is closed, with ``reset`` by a TCP RST."""
        self.ended = True
        await self.wire.cut(reset=reset)

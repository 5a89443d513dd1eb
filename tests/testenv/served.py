"""Bodies of a test's choice, served in exactly the pieces that it wants, and a client that fetches many of them."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from testenv.answer import ANSWERED
from testenv.answer import Answer
from testenv.answer import failure
from testenv.tunnel import trusting
from wxlab.exchange import Exchange
from wxlab.origin import Origin

FOLDER = "/served/"


@dataclass(frozen=True)
class Served:
    """One answer. ``piece_bytes`` None: in one piece, with Content-Length; else chunks of that size (HTTP/2: DATA frames)."""

    body: bytes
    content_type: str
    coding: str = ""
    piece_bytes: int | None = None
    status: int = 200
    more: tuple[tuple[str, str], ...] = ()

    @property
    def headers(self) -> list[tuple[str, str]]:
        coding = [("content-encoding", self.coding)] if self.coding else []
        return [("content-type", self.content_type), *coding, *self.more]


class Shelf:
    """What an origin serves below ``FOLDER``."""

    def __init__(self, *origins: Origin) -> None:
        self._bodies: dict[str, Served] = {}
        for origin in origins:
            origin.routes[FOLDER] = self._serve

    def put(self, name: str, served: Served) -> str:
        """The path at which it is served from now on: ``name`` with dashes for whatever a path may not hold."""
        path = FOLDER + re.sub(r"[^\w.]+", "-", name)
        self._bodies[path] = served
        return path

    async def _serve(self, exchange: Exchange) -> None:
        served = self._bodies[exchange.path]
        if served.piece_bytes is None:
            await exchange.answer(served.status, served.body, served.headers)
            return
        await exchange.start(served.status, served.headers)
        for at in range(0, len(served.body), served.piece_bytes):
            await exchange.send(served.body[at : at + served.piece_bytes])
        await exchange.end()


class KeptConnection:
    """GETs one after the other on one HTTP/1.1 connection, which is made anew only after a failure."""

    def __init__(self, proxy_port: int, ca_pem: Path, host: str, headers: Mapping[str, str]) -> None:
        self._host = host
        self._headers = dict(headers)
        self._connection = http.client.HTTPSConnection("127.0.0.1", proxy_port, timeout=10.0, context=trusting(ca_pem))
        self._connection.set_tunnel(host, 443)

    def get(self, path: str, method: str = "GET") -> Answer:
        status = None
        try:
            self._connection.request(method, path, headers=self._headers)
            response = self._connection.getresponse()
            status = response.status
            body = response.read()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(ANSWERED, status, body, "", headers, "1.1")
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return failure(error, status)

    def close(self) -> None:
        self._connection.close()

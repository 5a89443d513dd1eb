"""What an origin answers, by path. ``ROUTES`` is a plain dict: copy it and add to it.

A route is ``async def (Exchange) -> None``. It may take its time: when the
client goes away, it is cancelled. A key that ends in "/" stands for every path
below it.

| path | answers |
| --- | --- |
| /json | a small JSON object; the same for every path that has no route |
| /status/NNN | that status |
| /redirect?to=URL&code=302 | a redirect |
| /bytes?n=1000&chunked=1 | n bytes; chunked: without Content-Length |
| /echo | what arrived, as JSON |
| /slow?ms=100 | JSON after that time |
| /drip?n=5&every_ms=20 | n bytes, one at a time |
| /hang, /hang-body | never an answer; a head and one byte, then nothing |
| /close, /reset, /cut-body | the connection ends with no answer; by a TCP RST; after a part of the body |
| /sse?n=3&every_ms=0&hold=1 | n events; hold: and then stays open |
| /charset?name=gbk&declared=gbk&bom=0&coding=gzip&text=… | Chinese text in that charset; an empty ``declared`` declares none |
| /image.png | an image of one pixel |
| /ws, or any path without a route | with Upgrade: websocket, on HTTP/1.1: every message back |
"""

import asyncio
import base64
import codecs
import gzip
import json
from collections.abc import Awaitable
from collections.abc import Callable
from collections.abc import Mapping

from wxlab.exchange import Exchange

Route = Callable[[Exchange], Awaitable[None]]

GREETING = "你好，小程序"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_CHUNK_BYTES = 64 * 1024


async def json_object(exchange: Exchange) -> None:
    await exchange.json({"ok": True, "path": exchange.path, "greeting": GREETING})


async def status(exchange: Exchange) -> None:
    code = int(exchange.path.rsplit("/", 1)[1])
    await exchange.answer(code, f"status {code}\n".encode(), [("content-type", "text/plain; charset=utf-8")])


async def redirect(exchange: Exchange) -> None:
    await exchange.answer(exchange.number("code", 302), headers=[("location", exchange.query["to"])])


async def some_bytes(exchange: Exchange) -> None:
    left = exchange.number("n", 1000)
    headers = [("content-type", "application/octet-stream")]
    if not exchange.number("chunked", 0):
        headers.append(("content-length", str(left)))
    await exchange.start(200, headers)
    while left > 0:
        await exchange.send(b"x" * min(left, _CHUNK_BYTES))
        left -= _CHUNK_BYTES
    await exchange.end()


async def echo(exchange: Exchange) -> None:
    seen = exchange.seen
    await exchange.json(
        {
            "method": seen.method,
            "path": seen.path,
            "host": seen.host,
            "http_version": seen.http_version,
            "sni": seen.sni,
            "headers": [list(pair) for pair in seen.headers],
            "body": seen.body.decode("utf-8", "replace"),
            "body_length": seen.body_length,
            "body_sha256": seen.body_sha256,
        }
    )


async def slow(exchange: Exchange) -> None:
    await asyncio.sleep(exchange.number("ms", 100) / 1000)
    await json_object(exchange)


async def drip(exchange: Exchange) -> None:
    count = exchange.number("n", 5)
    await exchange.start(200, [("content-type", "text/plain"), ("content-length", str(count))])
    for _ in range(count):
        await exchange.send(b".")
        await asyncio.sleep(exchange.number("every_ms", 20) / 1000)
    await exchange.end()


async def hang(exchange: Exchange) -> None:
    await asyncio.Event().wait()


async def hang_body(exchange: Exchange) -> None:
    await exchange.start(200, [("content-type", "text/plain"), ("content-length", "1000")])
    await exchange.send(b".")
    await hang(exchange)


async def close(exchange: Exchange) -> None:
    await exchange.cut()


async def reset(exchange: Exchange) -> None:
    await exchange.cut(reset=True)


async def cut_body(exchange: Exchange) -> None:
    await exchange.start(200, [("content-type", "text/plain"), ("content-length", "1000")])
    await exchange.send(b"." * 100)
    await exchange.cut()


async def server_sent_events(exchange: Exchange) -> None:
    await exchange.start(200, [("content-type", "text/event-stream"), ("cache-control", "no-store")])
    for number in range(exchange.number("n", 3)):
        await exchange.send(f"id: {number}\ndata: event {number}\n\n".encode())
        await asyncio.sleep(exchange.number("every_ms", 0) / 1000)
    if exchange.number("hold", 0):
        await hang(exchange)
    await exchange.end()


async def charset(exchange: Exchange) -> None:
    name = exchange.query.get("name", "gbk")
    declared = exchange.query.get("declared", name)
    body = json.dumps({"greeting": exchange.query.get("text", GREETING)}, ensure_ascii=False).encode(name)
    body = codecs.BOM_UTF8 * exchange.number("bom", 0) + body
    headers = [("content-type", "application/json" + (f"; charset={declared}" if declared else ""))]
    if exchange.query.get("coding") == "gzip":
        body = gzip.compress(body)
        headers.append(("content-encoding", "gzip"))
    await exchange.answer(200, body, headers)


async def image(exchange: Exchange) -> None:
    await exchange.answer(200, PNG, [("content-type", "image/png")])


ROUTES: Mapping[str, Route] = {
    "/json": json_object,
    "/status/": status,
    "/redirect": redirect,
    "/bytes": some_bytes,
    "/echo": echo,
    "/slow": slow,
    "/drip": drip,
    "/hang": hang,
    "/hang-body": hang_body,
    "/close": close,
    "/reset": reset,
    "/cut-body": cut_body,
    "/sse": server_sent_events,
    "/charset": charset,
    "/image.png": image,
}


def own_route(routes: Mapping[str, Route], path: str) -> Route | None:
    """The route for ``path``: its own, else that of its folder."""
    return routes.get(path) or routes.get(path[: path.rfind("/") + 1])


def find(routes: Mapping[str, Route], path: str) -> Route:
    """As ``own_route``; JSON for every other path."""
    return own_route(routes, path) or json_object

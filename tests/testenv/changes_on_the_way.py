"""Entry for ``mitmdump -s``: an addon that does to each call what its header ``x-do`` says ("wait@request, ..."), and to
each message of a socket what it begins with."""

import asyncio

from mitmproxy import ctx
from mitmproxy import http

ANSWER, FILLED, INJECTED = b"by an addon", b"put there by an addon", "injected by an addon"
_WAIT_S = 0.02


async def _do(flow: http.HTTPFlow, hook: str) -> None:
    for order in flow.request.headers.get("x-do", "").split(","):
        what, _, where = order.strip().partition("@")
        if where != hook:
            continue
        if what == "wait":
            await asyncio.sleep(_WAIT_S)
        elif what == "kill":
            if flow.killable:
                flow.kill()
        elif what == "answer":
            flow.response = http.Response.make(203, ANSWER)
        elif what == "fill":
            flow.request.content = FILLED
        elif what == "upper" and flow.response is not None:
            flow.response.stream = lambda data: data.upper()


class ChangesOnTheWay:
    async def requestheaders(self, flow: http.HTTPFlow) -> None:
        await _do(flow, "requestheaders")

    async def request(self, flow: http.HTTPFlow) -> None:
        await _do(flow, "request")

    async def responseheaders(self, flow: http.HTTPFlow) -> None:
        await _do(flow, "responseheaders")

    async def response(self, flow: http.HTTPFlow) -> None:
        await _do(flow, "response")

    async def websocket_message(self, flow: http.HTTPFlow) -> None:
        assert flow.websocket
        message = flow.websocket.messages[-1]
        if message.injected:
            return
        if message.content.startswith(b"drop"):
            message.drop()
        elif message.content.startswith(b"upper"):
            message.content = message.content.upper()
        elif message.content.startswith(b"wait"):
            await asyncio.sleep(_WAIT_S)
        elif message.content.startswith(b"inject"):
            ctx.master.commands.call("inject.websocket", flow, not message.from_client, INJECTED.encode())


addons = [ChangesOnTheWay()]

"""A body of no declared length stays one body: an HTTP/1 server must not take it for a second request."""

import asyncio

import pytest

from testenv.crowd import Crowd
from wxlab.origin import Origin

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: api.example.com\r\n\r\n"
BODIES = {"one that reads as a request": SMUGGLED, "one of several frames": b"x" * 60_000 + SMUGGLED}


@pytest.mark.parametrize("alpn", [("http/1.1",), ("h2", "http/1.1")], ids=["to HTTP/1.1", "to HTTP/2"])
@pytest.mark.parametrize("case", BODIES)
def test_an_http2_body_without_a_length_arrives_whole(start_proxy, lab, case, alpn):
    body = BODIES[case]
    with Origin(lab.issuing.issue("api.example.com"), alpn=alpn) as origin:
        lab.place("api.example.com", 443, origin)
        proxy = start_proxy()

        async def go():
            async with Crowd(proxy.port, proxy.ca_pem) as crowd:
                line = await crowd.connect("api.example.com")
                call = line.send("/echo", body=body)
                await asyncio.wait_for(call.ended, 20)
                return call.status

        assert asyncio.run(go()) == 200
        assert [(seen.method, seen.path, seen.body_length) for seen in origin.requests] == [
            ("POST", "/echo", len(body))
        ]

"""Sessions for the page, made without a proxy: of the faults that people meet, or of many calls."""

import io
import random
from pathlib import Path
from urllib.parse import quote

from mitmproxy import http
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow
from mitmproxy.websocket import WebSocketData
from mitmproxy.websocket import WebSocketMessage
from wsproto.frame_protocol import Opcode

from testenv.session_records import record
from testenv.session_records import unlisted
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.terms import Outcome
from wxsession.writer import SessionWriter

POLICY = """\
appid: any
mode: debug
domains:
  request:
    - https://api.example.com  # the first
  uploadFile: []
  downloadFile: []
  connectSocket: []
"""
HOSTILE = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>\u202e"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def flow_of(call: CallRecord, *, sent=b"", got=b"{}", kind="application/json", headers=(), messages=()) -> bytes:
    """The call's traffic as flows.mitm holds it."""
    flow = tflow.tflow(resp=True)
    flow.id = call.id
    flow.request.url = quote(call.url.replace("wss:", "https:"), safe=":/?=&#%<>\"'")
    flow.request.method = call.method
    flow.request.headers = http.Headers([(name.encode(), value.encode()) for name, value in headers])
    flow.request.raw_content = sent
    flow.response.headers = http.Headers([(b"content-type", kind.encode()), (b"x-trace", HOSTILE.encode())])
    flow.response.raw_content = got
    flow.response.status_code = call.http_status or 200
    if messages:
        flow.websocket = WebSocketData([WebSocketMessage(Opcode.TEXT, mine, text) for mine, text in messages])
    out = io.BytesIO()
    FlowWriter(out).add(flow)
    return out.getvalue()


def fail(errmsg: str, errno: int | None = 5) -> Verdict:
    return Verdict(Outcome.FAIL, errno, errmsg)


def make_small(folder: Path) -> Path:
    """A dozen calls with every kind of traffic, hostile words among them."""
    writer = SessionWriter(folder)
    writer.fact("mode", "debug")
    writer.fact("started_at", "1000.0")
    writer.policy(1.0, POLICY)
    timeout = fail("request:fail timeout")
    calls = [
        (record(1), dict(sent=b'{"token": "s3cr3t", "page": 1}', got='{"名": "值", "a": [1, 2]}'.encode(),
                         headers=[("Authorization", "Bearer s3cr3t-value"), ("content-type", "application/json"), ("x-hostile", HOSTILE)])),
        (record(2, unlisted("new.example.com"), url="https://new.example.com/login?access_token=s3cr3t"), {}),
        (record(3, unlisted("new.example.com"), url="https://new.example.com/user", method="POST"), dict(sent=b"a=1&b=2")),
        (record(4, unlisted("cdn.example.com"), url="https://cdn.example.com/x", device="192.168.1.23", client="ios"), {}),
        (record(5, outcome=Outcome.FAIL, errno=5, errmsg=timeout.errmsg, release=timeout, debug=timeout, http_status=None, duration_ms=61000), None),
        (record(6, url="https://api.example.com/logo.png", api="downloadFile"), dict(got=PNG, kind="image/png")),
        (record(7, url="https://api.example.com/gbk"), dict(got="<p>你好，世界，这是一段中文</p>".encode("gbk"), kind="text/html; charset=gbk")),
        (record(8, url="wss://api.example.com/ws", api="connectSocket"), dict(messages=[(True, b'{"token": "s3cr3t"}'), (False, HOSTILE.encode())])),
        (record(9, url=f"https://api.example.com/?q={HOSTILE}"), dict(sent=HOSTILE.encode(), got=HOSTILE.encode(), kind="text/html")),
    ]  # fmt: skip
    for call, traffic in calls:
        writer.call(call, flow_of(call, **traffic) if traffic is not None else None)
    writer.handshake(6.0, "192.168.1.99", "pinned.example.com", "client", "unknown ca")
    assert writer.close() == 0
    return folder


def make_large(folder: Path, count: int, seed: int = 7) -> Path:
    """Many calls of many hosts and devices, without traffic."""
    chance = random.Random(seed)
    writer = SessionWriter(folder)
    writer.policy(1.0, POLICY)
    last = None
    for number in range(count):
        host = f"h{chance.randrange(40)}.example.com"
        findings = [unlisted(host)] if number % 10 == 0 else []
        last = writer.call(
            record(number, *findings, url=f"https://{host}/v1/items/{number}?page={number % 7}&q=some-words-{number}",
                   started_at=1_700_000_000 + number / 100, device=f"192.168.1.{number % 20}")
        )  # fmt: skip
        if number % 5000 == 4999:
            last.result(60)
    assert writer.close(60) == 0
    return folder

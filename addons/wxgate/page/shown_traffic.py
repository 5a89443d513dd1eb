"""What flows.mitm has of a call, for the call's own view: headers, bodies, messages, times, and the chain as served."""

import json
from typing import Any

from mitmproxy import http

from wxcapture.flow_reader import unkept
from wxcapture.har_body import PlainBody
from wxcapture.har_body import plain_body
from wxcapture.har_secrets import Secrets
from wxgate.page.shown_chain import chain
from wxgate.page.shown_chain import platforms
from wxgate.page.shown_time import phases
from wxpolicy.call.record import CallRecord

# Of a text, in characters; of the rest the page shows the size.
LONGEST_TEXT = 200_000
MOST_MESSAGES = 200
LONGEST_MESSAGE = 4_000
MOST_HEADERS = 300
LONGEST_HEADER = 8_000
# Types that a browser draws and never runs, by their first bytes.
IMAGES = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
}


def traffic(record: CallRecord, flow: http.HTTPFlow | None, secrets: Secrets, limit_ms: int | None) -> dict[str, Any]:
    """``kept`` is False if there is no flow: then this has only what is in the record."""
    answer = flow.response if flow is not None else None
    made: dict[str, Any] = {
        "kept": flow is not None,
        "request": _request(flow, secrets) if flow is not None else None,
        "response": _response(flow, answer, secrets) if flow is not None and answer is not None else None,
        # Nothing of it was sent to the client.
        "withheld": record.acted == "fail" and answer is not None,
        "time": {"phases": phases(record, flow), "total_ms": record.duration_ms, "limit_ms": limit_ms},
        "server": _server(flow),
        "chain": chain(flow),
        "platforms": platforms(record),
        "error": flow.error.msg if flow is not None and flow.error is not None else None,
    }
    if flow is not None and flow.websocket is not None:
        made["messages"] = _messages(flow, secrets)
    return made


def image_of(flow: http.HTTPFlow | None, side: str, secrets: Secrets) -> tuple[str, bytes] | None:
    """Type and bytes of an image that was the body of a side; None if there is none, or if it may contain secrets."""
    if flow is None or unkept(flow, side):
        return None
    message = flow.request if side == "request" else flow.response
    if message is None:
        return None
    body = _plain(message)
    kind = _image_kind(body)
    return (kind, body.data) if kind and not secrets.hides(body) else None


def _request(flow: http.HTTPFlow, secrets: Secrets) -> dict[str, Any]:
    request = flow.request
    return {
        "http_version": request.http_version,
        "headers": _headers(request.headers, secrets),
        "body": _body(flow, "request", request, secrets),
    }


def _response(flow: http.HTTPFlow, response: http.Response, secrets: Secrets) -> dict[str, Any]:
    return {
        "status": response.status_code,
        "reason": response.reason or "",
        "http_version": response.http_version,
        "headers": _headers(response.headers, secrets),
        "body": _body(flow, "response", response, secrets),
    }


def _headers(headers: http.Headers, secrets: Secrets) -> list[list[str]]:
    pairs = list(headers.items(multi=True))
    shown = [[name, _shortened(secrets.header(name, value), LONGEST_HEADER)] for name, value in pairs[:MOST_HEADERS]]
    left = len(pairs) - MOST_HEADERS
    return shown if left <= 0 else [*shown, ["…", f"+{left}"]]


def _body(flow: http.HTTPFlow, side: str, message: http.Message, secrets: Secrets) -> dict[str, Any]:
    """``kind`` is "none", "not kept", "hidden", "text", "json", "image" or "binary"."""
    if left_out := unkept(flow, side):
        return {"kind": "not kept", "bytes": left_out.get("bytes"), "sha256": left_out.get("sha256")}
    raw = message.raw_content or b""
    if not raw:
        return {"kind": "none", "bytes": 0}
    body = _plain(message)
    made: dict[str, Any] = {"bytes": len(raw), "plain_bytes": len(body.data), "is_whole": body.is_whole}
    if body.text is not None:
        content_type = message.headers.get("content-type", "")
        text = secrets.text(body.text, content_type)
        pretty = _pretty(text)
        made |= {
            "kind": "text" if pretty is None else "json",
            "charset": body.charset,
            "text": _shortened(text, LONGEST_TEXT),
            "is_cut": len(text) > LONGEST_TEXT,
        }
        return made if pretty is None else made | {"pretty": _shortened(pretty, LONGEST_TEXT)}
    if secrets.hides(body):
        return made | {"kind": "hidden"}
    kind = _image_kind(body)
    if kind:
        return made | {"kind": "image", "type": kind}
    return made | {"kind": "binary", "head": body.data[:256].hex(" ")}


def _plain(message: http.Message) -> PlainBody:
    headers = message.headers
    return plain_body(message.raw_content or b"", headers.get("content-type", ""), headers.get("content-encoding", ""))


def _pretty(text: str) -> str | None:
    """JSON with one member per line; None if it is not JSON, or would be unchanged."""
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] not in ("{", "["):
        return None
    try:
        return json.dumps(json.loads(start), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return None


def _image_kind(body: PlainBody) -> str | None:
    if not body.is_whole:
        return None
    for kind, beginnings in IMAGES.items():
        if body.data.startswith(beginnings) and (kind != "image/webp" or body.data[8:12] == b"WEBP"):
            return kind
    return None


def _messages(flow: http.HTTPFlow, secrets: Secrets) -> dict[str, Any]:
    assert flow.websocket is not None
    told = flow.metadata.get("miniprogram")
    socket = told.get("socket") if isinstance(told, dict) else None
    kept = flow.websocket.messages
    made = {
        "shown": [_message(each, secrets) for each in kept[:MOST_MESSAGES]],
        "kept": len(kept),
        "total": len(kept),
        "close_code": flow.websocket.close_code,
        "close_reason": flow.websocket.close_reason,
        "closed_by_client": flow.websocket.closed_by_client,
    }
    if isinstance(socket, dict) and isinstance(socket.get("messages"), int):
        made["total"] = socket["messages"]
    return made


def _message(message: Any, secrets: Secrets) -> dict[str, Any]:
    content: bytes = message.content
    made = {"from_client": message.from_client, "at": message.timestamp, "bytes": len(content)}
    if message.is_text:
        text = secrets.text(content.decode("utf-8", "backslashreplace"), "")
        return made | {"text": _shortened(text, LONGEST_MESSAGE)}
    if secrets.hides(PlainBody(content, None, None, True)):
        return made | {"hidden": True}
    return made | {"hex": content[:128].hex(" ")}


def _server(flow: http.HTTPFlow | None) -> dict[str, Any] | None:
    server = flow.server_conn if flow is not None else None
    if server is None or server.address is None:
        return None
    peer = server.peername
    return {
        "address": f"{server.address[0]}:{server.address[1]}",
        "peer": f"{peer[0]}:{peer[1]}" if peer else None,
        "sni": server.sni,
        "alpn": server.alpn.decode("latin-1") if server.alpn else None,
    }


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest] + "…"

"""One call as an entry of a HAR 1.2: the record is authoritative, its flow adds headers, bodies and times.

Our own fields, and those of browsers, start with an underscore, as the format requires: ``_miniprogram`` is the whole
record in both languages, ``_names`` the hosts in the call. Importers are strict: ``serverIPAddress`` is an address
without a port, a WebSocket's messages are Chromium's ``_webSocketMessages``.
"""

import ipaddress
from collections.abc import Iterable
from datetime import UTC
from datetime import datetime
from typing import Any

from mitmproxy import http
from mitmproxy import websocket

from wxcapture.flow_reader import unkept
from wxcapture.har_body import PlainBody
from wxcapture.har_body import plain_body
from wxcapture.har_secrets import Secrets
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.record import CallRecord

_LATEST = 253_402_300_799.0
_TEXT_MESSAGE = 1
_BINARY_MESSAGE = 2


def entry(record: CallRecord, flow: http.HTTPFlow | None, facts: CallFacts | None, secrets: Secrets) -> dict[str, Any]:
    """The call with its traffic; ``flow`` and ``facts`` (as read by the live proxy) are None if none was kept."""
    record = secrets.record(record)
    timings = _timings(record, flow)
    made: dict[str, Any] = {
        "startedDateTime": _date(record.started_at),
        # ssl is part of connect.
        "time": round(sum(value for name, value in timings.items() if value > 0 and name != "ssl"), 3),
        "request": _request(record, flow, secrets),
        "response": _response(record, flow, secrets),
        "cache": {},
        "timings": timings,
        "_miniprogram": record.as_json(),
    }
    if facts is not None:
        made["_names"] = [{"where": name.where.value, "host": name.host, "port": name.port} for name in facts.names]
    if flow is not None and (address := _address(flow)):
        made["serverIPAddress"] = address
    if record.url.startswith(("ws:", "wss:")):
        made["_resourceType"] = "websocket"
        messages = flow.websocket.messages if flow is not None and flow.websocket else []
        made["_webSocketMessages"] = [_message(each, secrets) for each in messages]
    return made


def _request(record: CallRecord, flow: http.HTTPFlow | None, secrets: Secrets) -> dict[str, Any]:
    url = record.url
    headers = _pairs(flow.request.headers, secrets) if flow is not None else []
    made: dict[str, Any] = {
        "method": record.method,
        "url": url,
        "httpVersion": flow.request.http_version if flow is not None else "unknown",
        "cookies": _cookies(flow.request.cookies.items(multi=True) if flow is not None else (), secrets),
        "headers": headers,
        "queryString": _query(url),
        "headersSize": -1,
        "bodySize": record.request_bytes,
    }
    if flow is not None and (post := _post_data(flow, secrets)):
        made["postData"] = post
    return made


def _post_data(flow: http.HTTPFlow, secrets: Secrets) -> dict[str, Any] | None:
    content_type = flow.request.headers.get("content-type", "")
    if left_out := unkept(flow, "request"):
        return {"mimeType": content_type, "text": "", "comment": _said(left_out)}
    raw = flow.request.raw_content
    if not raw:
        return None
    body = plain_body(raw, content_type, flow.request.headers.get("content-encoding", ""))
    return {"mimeType": content_type} | _content(body, content_type, secrets, "_encoding")


def _response(record: CallRecord, flow: http.HTTPFlow | None, secrets: Secrets) -> dict[str, Any]:
    answer = flow.response if flow is not None else None
    refused = record.acted == "fail"
    if answer is None or flow is None or refused:
        made = _no_answer(record)
        if refused and record.http_status:
            # What the server answered before the call was refused; nothing of it was sent to the client.
            location = answer.headers.get("location", "") if answer is not None else ""
            made["_answer"] = {"status": record.http_status, "redirectURL": secrets.url(location)}
        return made
    content_type = answer.headers.get("content-type", "")
    made = {
        "status": answer.status_code,
        "statusText": answer.reason or "",
        "httpVersion": answer.http_version,
        "cookies": _cookies(((name, value) for name, (value, _) in answer.cookies.items(multi=True)), secrets),
        "headers": _pairs(answer.headers, secrets),
        "content": _response_content(flow, answer, content_type, secrets),
        "redirectURL": secrets.url(answer.headers.get("location", "")),
        "headersSize": -1,
        "bodySize": record.response_bytes if flow.websocket is None else 0,
    }
    if flow.error is not None or record.outcome.value == "fail":
        made["_error"] = record.errmsg or "net::ERR_FAILED"
    return made


def _no_answer(record: CallRecord) -> dict[str, Any]:
    return {
        "status": 0,
        "statusText": "",
        "httpVersion": "unknown",
        "cookies": [],
        "headers": [],
        "content": {"size": 0, "mimeType": "x-unknown"},
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        "_transferSize": 0,
        "_error": record.errmsg or "net::ERR_FAILED",
    }


def _response_content(
    flow: http.HTTPFlow, answer: http.Response, content_type: str, secrets: Secrets
) -> dict[str, Any]:
    mime_type = content_type or "x-unknown"
    if left_out := unkept(flow, "response"):
        size = left_out.get("bytes")
        return {"size": size if isinstance(size, int) else 0, "mimeType": mime_type, "comment": _said(left_out)}
    raw = answer.raw_content or b""
    body = plain_body(raw, content_type, answer.headers.get("content-encoding", ""))
    made = {"size": len(body.data), "mimeType": mime_type}
    if raw and len(raw) != len(body.data) and body.is_whole:
        made["compression"] = len(body.data) - len(raw)
    return made | _content(body, content_type, secrets, "encoding")


def _content(body: PlainBody, content_type: str, secrets: Secrets, encoding_key: str) -> dict[str, Any]:
    if body.text is not None:
        made = {"text": secrets.text(body.text, content_type)}
        return made | ({"_charset": body.charset} if body.charset else {})
    if secrets.hides(body):
        return {"text": "", "comment": "left out: it may hold secrets (--with-secrets keeps it)"}
    made = {"text": body.base64, encoding_key: "base64"}
    return made if body.is_whole else made | {"comment": "incomplete"}


def _said(left_out: dict[str, object]) -> str:
    return f"not kept: {left_out.get('bytes')} bytes, sha256 {left_out.get('sha256')}"


def _message(message: websocket.WebSocketMessage, secrets: Secrets) -> dict[str, Any]:
    body = PlainBody(message.content, None, None, True)
    if message.is_text:
        data = secrets.text(message.content.decode("utf-8", "backslashreplace"), "")
    else:
        data = "" if secrets.hides(body) else body.base64
    return {
        "type": "send" if message.from_client else "receive",
        "time": message.timestamp,
        "opcode": _TEXT_MESSAGE if message.is_text else _BINARY_MESSAGE,
        "data": data,
    }


def _timings(record: CallRecord, flow: http.HTTPFlow | None) -> dict[str, float]:
    """In ms; -1 for what did not happen in this call (a connection that was reused)."""
    none = {"blocked": float(record.queued_ms or -1), "dns": -1, "connect": -1, "ssl": -1}
    if flow is None or flow.response is None:
        return {**none, "send": 0, "wait": max(0, record.duration_ms - record.queued_ms), "receive": 0}
    request, response, server = flow.request, flow.response, flow.server_conn
    sent = request.timestamp_end or request.timestamp_start
    ready = sent
    if server is not None and server.timestamp_start and server.timestamp_start >= request.timestamp_start:
        ready = server.timestamp_tls_setup or server.timestamp_tcp_setup or server.timestamp_start
        none["connect"] = _ms(server.timestamp_start, ready)
        if server.timestamp_tls_setup and server.timestamp_tcp_setup:
            none["ssl"] = _ms(server.timestamp_tcp_setup, server.timestamp_tls_setup)
    return {
        **none,
        "send": _ms(request.timestamp_start, sent),
        "wait": _ms(max(sent, ready), response.timestamp_start),
        "receive": _ms(response.timestamp_start, response.timestamp_end or response.timestamp_start),
    }


def _ms(start: float, end: float) -> float:
    return max(0.0, round((end - start) * 1000, 3))


def _address(flow: http.HTTPFlow) -> str | None:
    peer = flow.server_conn.peername if flow.server_conn is not None else None
    try:
        return str(ipaddress.ip_address(str(peer[0]).partition("%")[0])) if peer else None
    except ValueError:
        return None


def _pairs(headers: http.Headers, secrets: Secrets) -> list[dict[str, str]]:
    return [{"name": name, "value": secrets.header(name, value)} for name, value in headers.items(multi=True)]


def _cookies(pairs: Iterable[tuple[str, str]], secrets: Secrets) -> list[dict[str, str]]:
    # Without a value it is not known to be a name.
    return [
        {"name": name if value else secrets.cookie(name), "value": secrets.cookie(value or "")} for name, value in pairs
    ]


def _query(url: str) -> list[dict[str, str]]:
    query = url.partition("#")[0].partition("?")[2]
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return [{"name": name, "value": value} for name, _, value in pairs]


def _date(at: float) -> str:
    return (
        datetime.fromtimestamp(min(max(at, 0.0), _LATEST), UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )

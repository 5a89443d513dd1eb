"""Large bodies and bodies without a length are streamed, counted and hashed.

A small body whose length is known is held until it is complete, so that the record is on disk before the client sees
the end. Up to ``keep_bytes`` of either kind are kept for the session; of longer bodies, the size and the SHA-256.
"""

import hashlib
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager

from mitmproxy import http

from wxgate.call.body import Body
from wxgate.call.fields import first
from wxgate.call.live_calls import LiveCall

DEFAULT_KEEP_BYTES = 1024 * 1024
# With ``encoding: apply``, which is meant for text.
MOST_UNPACKED_BYTES = 256 * 1024 * 1024
# Per WebSocket. A message takes about 2 KB of memory, however short it is.
KEPT_MESSAGES = 1000


def stream_request(call: LiveCall, keep_bytes: int) -> None:
    """A streamed request is sent on as soon as its headers have passed: only for calls that were not refused."""
    request = call.flow.request
    if request.stream or not _is_small(request):
        call.request_body = streamed(request, keep_bytes)


def stream_response(call: LiveCall, keep_bytes: int) -> None:
    response = call.flow.response
    assert response
    if response.status_code != 101 and (response.stream or not _is_small(response)):
        call.response_body = streamed(response, keep_bytes)


def streamed(message: http.Message, keep_bytes: int) -> Body:
    """A body that passes as it comes, behind whatever another addon streams it through."""
    body = Body(keep_bytes, message.stream if callable(message.stream) else None)
    message.stream = body
    return body


def stream_unjudged(response: http.Response) -> None:
    """Not a call, so it must not be held either: an event stream never ends."""
    if response.headers.get("content-type", "").startswith("text/event-stream"):
        response.stream = True


def put_back(message: http.Message | None, body: Body | None) -> None:
    """Puts the kept part of a sent body back into the flow, for the session.

    If nothing was kept, nothing was streamed, and content that another addon has set is still to be sent.
    """
    if message is None or body is None or body.kept is None:
        return
    if body.size or not message.data.content:
        message.data.content = bytes(body.kept)


def wire_size(message: http.Message | None, body: Body | None) -> int:
    """The body's size on the wire in bytes."""
    if body is not None and body.size:
        return body.size
    return len(message.raw_content or b"") if message is not None else 0


def trim_messages(call: LiveCall, keep_bytes: int) -> None:
    """Drops the last message of a WebSocket when the limits are exceeded: it may stay open for days."""
    judgement, websocket = call.judgement, call.flow.websocket
    assert websocket
    size = judgement.sent_bytes + judgement.received_bytes
    call.has_dropped_messages |= size > keep_bytes or judgement.messages > KEPT_MESSAGES
    if call.has_dropped_messages:
        websocket.messages.pop()


def held_beyond(flow: http.HTTPFlow, keep_bytes: int) -> dict[str, http.Message]:
    """The messages whose bodies were held (they are small) and are longer than what a session keeps."""
    if keep_bytes >= DEFAULT_KEEP_BYTES:
        return {}
    messages = {"request_body": flow.request, "response_body": flow.response}
    return {name: each for name, each in messages.items() if each and len(each.raw_content or b"") > keep_bytes}


@contextmanager
def left_out(messages: Iterable[http.Message]) -> Iterator[None]:
    """Takes the bodies out while a flow is written: they are still to be sent."""
    bodies = [(message, message.data.content) for message in messages]
    for message, _ in bodies:
        message.data.content = None
    try:
        yield
    finally:
        for message, body in bodies:
            message.data.content = body


def not_kept(call: LiveCall) -> dict[str, object]:
    """What flows.mitm does not contain, for later readers: size and SHA-256 of bodies, number and size of messages."""
    bodies = {"request_body": call.request_body, "response_body": call.response_body}
    found: dict[str, object] = {
        name: {"bytes": body.size, "sha256": body.sha256}
        for name, body in bodies.items()
        if body is not None and body.kept is None
    }
    judgement = call.judgement
    if judgement.messages:
        found["socket"] = {
            "messages": judgement.messages,
            "sent_bytes": judgement.sent_bytes,
            "received_bytes": judgement.received_bytes,
            "all_kept": not call.has_dropped_messages,
        }
    return found


def _is_small(message: http.Message) -> bool:
    """Whether the headers announce a body small enough to be held. A message without a body is never streamed."""
    if "chunked" in first(message.headers, b"transfer-encoding").lower():
        return False
    length = first(message.headers, b"content-length")
    return length.isascii() and length.isdigit() and int(length) <= DEFAULT_KEEP_BYTES


def told_of(message: http.Message) -> dict[str, object]:
    """What a session records about a body that it does not keep."""
    body = message.raw_content or b""
    return {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}

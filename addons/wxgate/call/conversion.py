"""The response body: inspected as it passes, judged at its end, and converted on the way with ``encoding: apply``."""

import asyncio
from collections.abc import Awaitable
from collections.abc import Callable

from mitmproxy import http

from wxgate.call.bodies import streamed
from wxgate.call.live_calls import LiveCall
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.encoding.plain import plain_facts
from wxpolicy.encoding.transform import Utf8Transform
from wxpolicy.encoding.transform import header_changes

# Judging this many bytes takes milliseconds, which would delay other calls.
LONG_WORK_BYTES = 32 * 1024


def convert(call: LiveCall, keep_bytes: int, most_bytes: int, on_too_much: Callable[[int], None]) -> None:
    """Makes the client receive what the mini-program would pass to its code.

    ``on_too_much`` ends the call: it is called with the limit when the body decompresses to more than ``most_bytes``.
    """
    response = call.flow.response
    assert response
    content_type = response.headers.get("content-type", "")
    content_coding = response.headers.get("content-encoding", "")
    changes = header_changes(content_type, content_coding)
    if changes is None:
        return
    if call.response_body is None:
        call.response_body = streamed(response, keep_bytes)
    transform = Utf8Transform(content_type, content_coding, call.policy.edition)
    call.response_body.most_changed_bytes, call.response_body.on_too_much = most_bytes, on_too_much
    call.response_body.change = lambda chunk: transform.feed(chunk) if chunk else transform.finish()
    call.headers_as_served = response.headers.copy()
    for name in changes.remove:
        response.headers.pop(name, None)
    for name, value in changes.set:
        response.headers[name] = value
    if call.flow.request.http_version == "HTTP/1.1":
        # Its length is known only at its end.
        response.headers["transfer-encoding"] = "chunked"


def concluded(call: LiveCall) -> EncodingFacts | Awaitable[EncodingFacts]:
    """Judges the complete body; returns an awaitable for a long one.

    The client already has its headers: the session keeps those of the origin, as it keeps the origin's bytes.
    """
    response = call.flow.response
    assert response
    if call.headers_as_served is not None:
        _restore(response.headers, call.headers_as_served)
    held = (response.raw_content or b"") if call.response_body is None else b""
    judgement = call.judgement
    if call.response_body is None and judgement.body_type is not None:
        plain = plain_facts(*judgement.body_type, held)
        if plain is not None:
            return plain
    ledger = judgement.ledger
    assert ledger is not None
    size = len(held) or (call.response_body.size if call.response_body is not None else 0)
    if size <= LONG_WORK_BYTES:
        ledger.feed(held)
        if not ledger.end():
            return ledger.finish()
        held = b""
    return asyncio.to_thread(_finish, ledger, held)


def _finish(ledger: Ledger, held: bytes) -> EncodingFacts:
    ledger.feed(held)
    return ledger.finish()


def _restore(headers: http.Headers, served: http.Headers) -> None:
    """Keeps the framing headers: the end of the body is still to be sent."""
    for name in served:
        if name.lower() not in ("content-length", "transfer-encoding"):
            headers.set_all(name, served.get_all(name))

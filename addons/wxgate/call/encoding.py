"""The encoding gate: what the answer's bytes are, what the conversion makes of them, and with ``apply`` the result."""

import asyncio

from mitmproxy import ctx
from mitmproxy import http

from wxgate.call.body import Body
from wxgate.call.guard import Gate
from wxgate.call.guard import gate
from wxgate.call.open_calls import OpenCall
from wxgate.call.open_calls import internal_error
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.encoding.transform import Utf8Transform
from wxpolicy.encoding.transform import header_changes
from wxpolicy.policy import Policy
from wxpolicy.rules.charset import check_charset
from wxpolicy.rules.charset import is_handed_over_as_text
from wxpolicy.rules.file_too_large import check_file_size
from wxpolicy.terms import Mode

# Judging so many bytes takes milliseconds, for which no other call should have to wait.
LONG_WORK_BYTES = 32 * 1024
# RFC 9110 section 6.4.1: answers that have no body whatever their headers say. A part (206) may
# begin inside a character: it says nothing of the whole.
_BODILESS = frozenset({101, 204, 304})
_PART = 206


class Encoding(Gate):
    """Must run after Bodies, which decides whether an answer is streamed."""

    @gate
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        assert flow.response
        if call is None or call.refused or flow.response.status_code in (*_BODILESS, _PART):
            return
        content_type = flow.response.headers.get("content-type", "")
        content_coding = flow.response.headers.get("content-encoding", "")
        call.ledger = Ledger(content_type, content_coding)
        if _applies(call.policy) and is_handed_over_as_text(call.classification) and flow.request.method != "HEAD":
            self._convert(call, content_type, content_coding)
        if call.response_body is not None:
            call.response_body.watch = call.ledger.feed

    @gate
    async def response(self, flow: http.HTTPFlow) -> None:
        """The answer is whole, or has passed."""
        call = self.calls.of(flow)
        if call is None or call.refused or call.ledger is None or flow.websocket is not None:
            return
        assert flow.response
        if call.headers_as_served is not None:
            _tell_as_served(flow.response.headers, call.headers_as_served)
        held = (flow.response.raw_content or b"") if call.response_body is None else b""
        size = len(held) or (call.response_body.size if call.response_body is not None else 0)
        if size > LONG_WORK_BYTES:
            facts = await asyncio.to_thread(_conclude, call.ledger, held)
        else:
            facts = _conclude(call.ledger, held)
        host = flow.request.host
        found = [
            *check_charset(facts, call.classification, call.policy, host),
            *check_file_size(facts.wire_bytes, call.classification, call.policy, host),
        ]
        if call.response_body is not None and call.response_body.trouble is not None:
            found.insert(0, internal_error("encoding", call.response_body.trouble))
        if facts.is_text:
            call.encoding = facts.as_json()
        if _applies(call.policy):
            call.impose(found)
        else:
            # `record` leaves every byte as it is: what would have failed is only said.
            call.findings.extend(found)

    def _convert(self, call: OpenCall, content_type: str, content_coding: str) -> None:
        """Has the client receive what the mini-program would hand to the code."""
        response = call.flow.response
        assert response
        changes = header_changes(content_type, content_coding)
        if changes is None:
            return
        if call.response_body is None:
            call.response_body = Body(ctx.options.mp_keep_body)
            response.stream = call.response_body
        transform = Utf8Transform(content_type, content_coding, call.policy.edition)
        call.response_body.change = lambda chunk: transform.feed(chunk) if chunk else transform.finish()
        call.headers_as_served = response.headers.copy()
        for name in changes.remove:
            response.headers.pop(name, None)
        for name, value in changes.set:
            response.headers[name] = value
        if call.flow.request.http_version == "HTTP/1.1":
            # Its length is not known before its end.
            response.headers["transfer-encoding"] = "chunked"


def _conclude(ledger: Ledger, held: bytes) -> EncodingFacts:
    ledger.feed(held)
    return ledger.finish()


def _tell_as_served(headers: http.Headers, served: http.Headers) -> None:
    """The client has its headers. The session keeps the origin's, as it keeps the origin's bytes.

    How the body is framed stays: its end has yet to go out.
    """
    for name in served:
        if name.lower() not in ("content-length", "transfer-encoding"):
            headers.set_all(name, served.get_all(name))


def _applies(policy: Policy) -> bool:
    return policy.encoding == "apply" and policy.mode is not Mode.OBSERVE

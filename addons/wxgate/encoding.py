"""The encoding gate: what the answer's bytes are, what the conversion makes of them, and with ``apply`` the result."""

from mitmproxy import ctx
from mitmproxy import http

from wxgate.body import Body
from wxgate.guard import Gate
from wxgate.guard import gate
from wxgate.open_calls import OpenCall
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.encoding.transform import Utf8Transform
from wxpolicy.encoding.transform import header_changes
from wxpolicy.policy import Policy
from wxpolicy.rules.charset import check_charset
from wxpolicy.rules.file_too_large import check_file_size
from wxpolicy.terms import Mode


class Encoding(Gate):
    """Must run after Bodies, which decides whether an answer is streamed."""

    @gate
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        assert flow.response
        # Part of a body may begin inside a character: it says nothing of the whole.
        if call is None or call.refused or flow.response.status_code in (101, 206):
            return
        content_type = flow.response.headers.get("content-type", "")
        content_coding = flow.response.headers.get("content-encoding", "")
        call.ledger = Ledger(content_type, content_coding)
        if _applies(call.policy):
            self._convert(call, content_type, content_coding)
        if call.response_body is not None:
            call.response_body.watch = call.ledger.feed

    @gate
    def response(self, flow: http.HTTPFlow) -> None:
        """The answer is whole, or has passed."""
        call = self.calls.of(flow)
        if call is None or call.refused or call.ledger is None or flow.websocket is not None:
            return
        assert flow.response
        if call.response_body is None:
            call.ledger.feed(flow.response.raw_content or b"")
        facts = call.ledger.finish()
        host = flow.request.host
        found = [
            *check_charset(facts, call.classification, call.policy, host),
            *check_file_size(facts.wire_bytes, call.classification, call.policy, host),
        ]
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
        for name in changes.remove:
            response.headers.pop(name, None)
        for name, value in changes.set:
            response.headers[name] = value
        if call.flow.request.http_version == "HTTP/1.1":
            # Its length is not known before its end.
            response.headers["transfer-encoding"] = "chunked"


def _applies(policy: Policy) -> bool:
    return policy.encoding == "apply" and policy.mode is not Mode.OBSERVE

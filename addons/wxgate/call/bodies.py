"""Bodies pass as they come: large ones and those without a length are streamed, counted and hashed.

A body whose length is known and small is held until it is whole, so that its
record is on disk before the client learns the end. Up to ``mp_keep_body`` bytes
of either kind are kept for the session; of more, the size and the SHA-256.
"""

from mitmproxy import ctx
from mitmproxy import http

from wxgate.call.body import Body
from wxgate.call.guard import Gate
from wxgate.call.guard import gate

DEFAULT_KEEP_BYTES = 1024 * 1024
# Of one socket. A message takes some 2 KB of memory, however short it is.
KEPT_MESSAGES = 1000


class Bodies(Gate):
    """Must run after the gates that refuse: a streamed request is sent on as soon as its headers have passed."""

    def load(self, loader) -> None:
        loader.add_option("mp_keep_body", int, DEFAULT_KEEP_BYTES, "Bytes of each body that a session keeps.")

    @gate
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        if call is None or call.refused or _is_small(flow.request):
            return
        call.request_body = Body(ctx.options.mp_keep_body)
        flow.request.stream = call.request_body

    @gate
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        assert flow.response
        call = self.calls.of(flow)
        if call is None:
            # Nobody's call, but nobody's to hold up either.
            if flow.response.headers.get("content-type", "").startswith("text/event-stream"):
                flow.response.stream = True
            return
        if call.refused or flow.response.status_code == 101 or _is_small(flow.response):
            return
        call.response_body = Body(ctx.options.mp_keep_body)
        flow.response.stream = call.response_body

    def request(self, flow: http.HTTPFlow) -> None:
        """The body has gone out; what was kept of it is put back for the session."""
        call = self.calls.of(flow)
        if call is not None and call.request_body is not None and call.request_body.kept is not None:
            flow.request.data.content = bytes(call.request_body.kept)

    def response(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        if call is not None and call.response_body is not None and call.response_body.kept is not None:
            assert flow.response
            flow.response.data.content = bytes(call.response_body.kept)

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Every message is counted; beyond the limits none is kept, for a socket may live for days."""
        call = self.calls.of(flow)
        if call is None or flow.websocket is None:
            return
        message = flow.websocket.messages[-1]
        if message.from_client:
            call.sent_bytes += len(message.content)
        else:
            call.received_bytes += len(message.content)
        call.messages += 1
        call.has_dropped_messages |= (
            call.sent_bytes + call.received_bytes > ctx.options.mp_keep_body or call.messages > KEPT_MESSAGES
        )
        if call.has_dropped_messages:
            flow.websocket.messages.pop()


def _is_small(message: http.Message) -> bool:
    """Whether the headers promise a body that may be held. A message without a body is never streamed anyway."""
    if "chunked" in message.headers.get("transfer-encoding", "").lower():
        return False
    length = message.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and int(length) <= min(ctx.options.mp_keep_body, DEFAULT_KEEP_BYTES)

"""HTTP/3 as mitmproxy speaks it, without pages of its own, and with bounds on a request's head."""

from typing import Any

from mitmproxy.proxy.layers.http import Http3Server
from mitmproxy.proxy.layers.http import ReceiveHttp
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError

from wxgate.layers.codes import KILLED
from wxgate.layers.codes import has_page
from wxgate.layers.request_bounds import MOST_HEAD_BYTES
from wxgate.layers.request_bounds import SHOWN_FIELDS
from wxgate.layers.request_bounds import TOO_LONG
from wxgate.layers.request_bounds import RefusedHead
from wxgate.layers.request_bounds import limit_of_fields


class OwnHttp3Server(Http3Server):
    """Towards the client."""

    def _handle_event(self, event: Any) -> Any:
        if isinstance(event, ResponseProtocolError) and has_page(event.code):
            event.code = KILLED
        for command in super()._handle_event(event):
            if isinstance(command, ReceiveHttp) and isinstance(command.event, RequestHeaders):
                command = ReceiveHttp(_within_bounds(command.event))
            yield command


def _within_bounds(event: RequestHeaders) -> RequestHeaders:
    request = event.request
    fields = request.headers.fields
    limit = limit_of_fields([name for name, _ in fields])
    if len(request.data.path) + sum(len(name) + len(value) for name, value in fields) > MOST_HEAD_BYTES:
        limit = TOO_LONG
    if limit is None:
        return event
    request.headers.fields = fields[:SHOWN_FIELDS]
    return RefusedHead(event.stream_id, request, True, refusal=limit)

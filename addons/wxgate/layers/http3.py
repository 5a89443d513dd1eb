"""HTTP/3 as mitmproxy speaks it, without pages of its own."""

from typing import Any

from mitmproxy.proxy.layers.http import Http3Server
from mitmproxy.proxy.layers.http import ResponseProtocolError

from wxgate.layers.codes import KILLED
from wxgate.layers.codes import has_page


class OwnHttp3Server(Http3Server):
    """Towards the client."""

    def _handle_event(self, event: Any) -> Any:
        if isinstance(event, ResponseProtocolError) and has_page(event.code):
            event.code = KILLED
        yield from super()._handle_event(event)

"""HTTP/2 as mitmproxy speaks it, without pages of its own, and with back-pressure."""

from typing import Any

from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import Http2Client
from mitmproxy.proxy.layers.http import Http2Server
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http._http2 import Http2Connection

from wxgate.layers.backpressure import LimitedH2Connection
from wxgate.layers.codes import KILLED
from wxgate.layers.codes import has_page
from wxgate.layers.events import Flush
from wxgate.layers.wire import Wire


class _Limited(Http2Connection):
    h2_conn: LimitedH2Connection

    def handle_event(self, event: Any) -> Any:
        # Also where the connection is done and expects no event of its own kind any more.
        return self._flush() if isinstance(event, Flush) else super().handle_event(event)

    def close_connection(self, msg: str) -> Any:
        self.h2_conn.give_up()
        yield from super().close_connection(msg)

    def _flush(self) -> Any:
        data = self.h2_conn.data_to_send()
        if data:
            yield commands.SendData(self.conn, data)


class OwnHttp2Server(_Limited, Http2Server):
    """Towards the client."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self.h2_conn = LimitedH2Connection(self.h2_conf, wire, self)

    def _handle_event(self, event: Any) -> Any:
        if isinstance(event, ResponseProtocolError) and has_page(event.code):
            event.code = KILLED
        yield from super()._handle_event(event)


class OwnHttp2Client(_Limited, Http2Client):
    """Towards the origin."""

    def __init__(self, context: Context, wire: Wire) -> None:
        super().__init__(context)
        self.h2_conn = LimitedH2Connection(self.h2_conf, wire, self)
        # As mitmproxy sets it on the connection that this one stands in for.
        self.h2_conn.local_settings.enable_push = 0
        self.h2_conn.local_settings.acknowledge()

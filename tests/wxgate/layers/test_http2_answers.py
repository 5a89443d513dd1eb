"""How large a head of an HTTP/2 answer may be."""

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ResponseReceived
from h2.exceptions import ProtocolError
from mitmproxy.proxy.context import Context
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.layers.http2_client import OwnHttp2Client
from wxgate.layers.own import Layers
from wxgate.layers.wire import Wire


def received(size_kb):
    """What comes out of an answer whose head holds so many kilobytes."""
    with taddons.context() as tools:
        tools.options.add_option("validate_inbound_headers", bool, True, "")
        tools.options.add_option("http2_ping_keepalive", int, 0, "")
        ours = OwnHttp2Client(Context(tflow.tclient_conn(), tools.options), Wire(Layers(), None)).h2_conn
    server = H2Connection(H2Configuration(client_side=False))
    ours.initiate_connection()
    server.initiate_connection()
    asked = [(":method", "GET"), (":scheme", "https"), (":authority", "api.example.com"), (":path", "/")]
    ours.send_headers(1, asked, end_stream=True)
    server.receive_data(ours.data_to_send())
    server.send_headers(1, [(":status", "200"), *((f"x-{at}", "y" * 1000) for at in range(size_kb))], end_stream=True)
    return ours.receive_data(server.data_to_send())


def test_a_head_that_chromium_takes_is_taken():
    assert any(isinstance(event, ResponseReceived) for event in received(200))


def test_a_head_without_a_bound_is_not():
    with pytest.raises(ProtocolError):
        received(300)

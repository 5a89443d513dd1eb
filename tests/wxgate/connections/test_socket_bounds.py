"""Both directions of a socket are bounded before anything of it is read, and its call is told."""

from types import SimpleNamespace

import pytest
from mitmproxy import exceptions
from mitmproxy.test import taddons
from mitmproxy.test import tflow
from wsproto.extensions import PerMessageDeflate

from wxgate.connections.socket_bounds import SocketBounds
from wxgate.layers.inflation import BoundedDeflate
from wxgate.layers.inflation import BoundedMessages


def test_both_directions_are_bounded_and_the_call_is_told():
    flow, told = tflow.twebsocketflow(), []
    sides = [
        SimpleNamespace(_proto=SimpleNamespace(extensions=[PerMessageDeflate()], _frame_decoder=SimpleNamespace()))
        for _ in range(2)
    ]
    layer = SimpleNamespace(client_ws=sides[0], server_ws=sides[1])
    layers = SimpleNamespace(streams={flow.id: SimpleNamespace(child_layer=layer)})
    bounds = SocketBounds(layers, lambda of, limit: told.append((of, limit.what, limit.limit)))
    with taddons.context(bounds) as context:
        context.options.mp_message_limit = 1000
        bounds.websocket_start(flow)
    for side in sides:
        extension, counting = side._proto.extensions
        assert isinstance(extension, BoundedDeflate) and extension.limit == 1000
        assert isinstance(counting, BoundedMessages)
    sides[1]._proto.extensions[0].tell()
    counting._tell("fragments", 5, "")
    assert told == [(flow, "message", 1000), (flow, "fragments", 5)]


def test_a_bound_below_a_byte_is_a_mistake():
    with taddons.context(SocketBounds(SimpleNamespace(), lambda *_: None)) as context:
        with pytest.raises(exceptions.OptionsError, match="mp_message_limit"):
            context.options.mp_message_limit = 0

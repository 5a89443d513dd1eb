"""A device that holds too much open is cut, and that is said once."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from mitmproxy import connection
from mitmproxy import exceptions
from mitmproxy.test import taddons

from wxgate.connections.client_bounds import ClientBounds
from wxgate.recording.counters import Counters


def client(address="192.0.2.7"):
    return connection.Client(peername=(address, 50000), sockname=("192.0.2.1", 8080))


class Parts:
    def __init__(self, **wires):
        self.said, self.counters = [], Counters()
        self.addon = ClientBounds(SimpleNamespace(wires=wires), self.counters, self.said.append)


def test_one_connection_too_many_is_closed_and_said_once():
    parts = Parts()
    with taddons.context(parts.addon) as context:
        context.options.mp_most_connections = 2
        clients = [client() for _ in range(4)]
        for each in clients:
            parts.addon.client_connected(each)
        assert [each.error is None for each in clients] == [True, True, False, False]
        other = client("192.0.2.8")
        parts.addon.client_connected(other)
        assert other.error is None
        for each in clients[:3]:
            parts.addon.client_disconnected(each)
        again = client()
        parts.addon.client_connected(again)
        assert again.error is None
    (said,) = parts.said
    assert said.en.startswith("LIMIT_REACHED: device 192.0.2.7: the connections of this device")
    assert '"beyond_bounds": 2' in parts.counters.facts()["counts"]


def test_devices_that_have_gone_leave_nothing_behind():
    parts = Parts()
    with taddons.context(parts.addon):
        for number in range(100):
            each = client(f"192.0.2.{number}")
            parts.addon.client_connected(each)
            parts.addon.client_disconnected(each)
    assert not parts.addon._open


@pytest.mark.parametrize("option", ["mp_most_connections", "mp_head_timeout"])
def test_a_bound_below_one_is_a_mistake(option):
    with taddons.context(Parts().addon) as context:
        with pytest.raises(exceptions.OptionsError, match=option):
            setattr(context.options, option, 0)


def test_what_has_begun_and_does_not_end_is_closed():
    closed = []

    def wire(name, since):
        made = SimpleNamespace(unfinished_since=since, handler=SimpleNamespace(client=client()))
        made.abort = lambda _: closed.append(name)
        return made

    now = time.monotonic()
    parts = Parts(old=wire("old", now - 10), new=wire("new", now), whole=wire("whole", None))

    async def swept():
        parts.addon.running()
        while not closed:
            await asyncio.sleep(0.01)
        parts.addon.done()

    with taddons.context(parts.addon) as context:
        context.options.mp_head_timeout = 1
        asyncio.run(asyncio.wait_for(swept(), 5))
    assert closed == ["old"]
    assert "1 seconds" in parts.said[0].en

"""Commands of layers are carried out as mitmproxy carries them out, only sooner: each case runs under both handlers."""

import asyncio
import logging
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.connection import Server
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy import commands
from mitmproxy.proxy import events
from mitmproxy.proxy import layer
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import tflow

from wxgate.layers import carrying_out
from wxgate.layers.at_once import GoesOnAtOnce
from wxgate.layers.carrying_out import CallsHooksAtOnce
from wxgate.layers.dispatch import TabledAddons


@dataclass
class TriedHook(commands.StartHook):
    flow: object
    blocking = True


@dataclass
class Said(events.Event):
    what: str


class Writer:
    """The client's socket."""

    def __init__(self, noted):
        self._noted = noted

    def write(self, data):
        self._noted.append(data.decode())

    def is_closing(self):
        return False

    def get_extra_info(self, name, default=None):
        return {"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)}.get(name, default)


class Scripted(layer.Layer):
    """Notes each event, and answers it with the commands that its script has for it."""

    def __init__(self, context, script, noted):
        super().__init__(context)
        self._script, self._noted = script, noted

    def _handle_event(self, event):
        name = event.what if isinstance(event, Said) else type(event).__name__
        self._noted.append(name)
        yield from self._script.get(name, lambda layer: ())(self)


class Told:
    """An addon that notes its hook, and does something then."""

    def __init__(self, noted, does):
        self._noted, self._does = noted, does

    def tried(self, flow):
        self._noted.append("hook")
        return self._does(flow) if self._does else None


class ScriptedAtOnce(GoesOnAtOnce, Scripted):
    """Goes on within the event where its hook need not wait."""


def noted_by(kind, script, drive, does=None, layer_kind=Scripted):
    noted = []

    async def inside():
        master = Master(Options(), with_termlog=False)
        if kind is CallsHooksAtOnce:
            master.addons = TabledAddons(master)
        master.addons.add(Proxyserver(), Told(noted, does))
        handler = kind(master, None, Writer(noted), master.options, ProxyMode.parse("regular"))
        handler.layer = layer_kind(handler.layer.context, script, noted)
        handler.layer.wire = SimpleNamespace(handler=handler)
        await drive(handler, noted)
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0)
        master._legacy_log_events.uninstall()

    asyncio.run(inside())
    return noted


HANDLED_BY = {
    "mitmproxy's": (ProxyConnectionHandler, Scripted),
    "ours": (CallsHooksAtOnce, Scripted),
    "ours and a layer that goes on at once": (CallsHooksAtOnce, ScriptedAtOnce),
}


@pytest.fixture(params=HANDLED_BY)
def run(request):
    """``run(script, drive, does)``: what was noted, in its order, when nothing is left to do."""
    kind, layer_kind = HANDLED_BY[request.param]
    return lambda script, drive, does=None: noted_by(kind, script, drive, does, layer_kind)


def send(text):
    return lambda layer: [commands.SendData(layer.context.client, text.encode())]


def hook(layer):
    yield TriedHook(tflow.tflow())
    yield commands.SendData(layer.context.client, b"after the hook")


def saying(*events_):
    async def drive(handler, noted):
        for each in events_:
            await handler.server_event(Said(each))

    return drive


def test_bytes_are_written_in_their_order(run):
    assert run({"a": send("1"), "b": send("2")}, saying("a", "b")) == ["a", "1", "b", "2"]


def test_a_layer_goes_on_once_its_hook_has_run(run):
    assert run({"a": hook}, saying("a")) == ["a", "hook", "after the hook"]


def test_a_hook_that_waits_holds_up_its_layer_and_nothing_else(run):
    async def later(flow):
        await asyncio.sleep(0)

    async def drive(handler, noted):
        await handler.server_event(Said("a"))
        noted.append("elsewhere")

    noted = run({"a": hook}, drive, later)
    assert sorted(noted) == ["a", "after the hook", "elsewhere", "hook"]
    assert noted.index("elsewhere") < noted.index("after the hook")


def test_what_comes_while_a_hook_waits_is_handled_behind_it(run):
    waiting = []

    async def later(flow):
        waiting.append(asyncio.get_running_loop().create_future())
        await waiting[0]

    async def drive(handler, noted):
        asyncio.get_running_loop().create_task(handler.server_event(Said("a")))
        while not waiting:
            await asyncio.sleep(0)
        await handler.server_event(Said("b"))
        waiting[0].set_result(None)

    assert run({"a": hook, "b": send("2")}, drive, later) == ["a", "hook", "after the hook", "b", "2"]


def test_hooks_follow_one_another_in_one_event(run):
    def two(layer):
        yield from hook(layer)
        yield TriedHook(tflow.tflow())
        yield commands.SendData(layer.context.client, b"at the end")

    assert run({"a": two}, saying("a")) == ["a", "hook", "after the hook", "hook", "at the end"]


def test_a_flow_that_is_intercepted_waits_until_it_is_resumed(run):
    flows = []

    def intercept(flow):
        flows.append(flow)
        flow.intercept()

    async def drive(handler, noted):
        await handler.server_event(Said("a"))
        for _ in range(3):
            await asyncio.sleep(0)
        noted.append("still waiting")
        flows[0].resume()

    assert run({"a": hook}, drive, intercept) == ["a", "hook", "still waiting", "after the hook"]


def test_bytes_for_a_connection_that_is_gone_are_dropped(run):
    gone = Server(address=("example.com", 443))
    assert run({"a": lambda layer: [commands.SendData(gone, b"x")]}, saying("a")) == ["a"]


def test_a_layer_that_raises_costs_its_event_alone_and_is_said(run, caplog):
    def raises(layer):
        raise ValueError("broken")
        yield

    with caplog.at_level(logging.ERROR):
        assert run({"a": raises, "b": send("2")}, saying("a", "b")) == ["a", "b", "2"]
    assert any(record.exc_info for record in caplog.records)


def test_a_wakeup_comes(run):
    def wake(layer):
        yield commands.RequestWakeup(0)

    assert run({"a": wake}, saying("a")) == ["a", "Wakeup"]


def test_an_event_that_comes_up_within_another_is_handled_behind_it():
    handlers = []

    def does(flow):
        # Called by an addon from within: nothing can be awaited, and nothing needs to be.
        asyncio.get_running_loop().create_task(handlers[0].server_event(Said("b")))

    async def drive(handler, noted):
        handlers.append(handler)
        await handler.server_event(Said("a"))

    assert noted_by(CallsHooksAtOnce, {"a": hook}, drive, does) == ["a", "hook", "after the hook", "b"]


@pytest.mark.parametrize("layer_kind", [Scripted, ScriptedAtOnce])
def test_others_have_their_turn_while_much_is_to_be_done(monkeypatch, layer_kind):
    monkeypatch.setattr(carrying_out, "LONGEST_TURN_S", 0.0)

    async def drive(handler, noted):
        async def other():
            noted.append("another connection")

        task = asyncio.get_running_loop().create_task(other())
        await handler.server_event(Said("a"))
        await task

    noted = noted_by(CallsHooksAtOnce, {"a": hook}, drive, layer_kind=layer_kind)
    assert noted.index("another connection") < noted.index("after the hook")


def test_who_is_cancelled_meanwhile_loses_no_event(monkeypatch):
    monkeypatch.setattr(carrying_out, "LONGEST_TURN_S", 0.0)

    async def drive(handler, noted):
        async def reads():
            await handler.server_event(Said("a"))
            noted.append("handled")
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                noted.append("cancelled")

        task = asyncio.get_running_loop().create_task(reads())
        await asyncio.sleep(0)
        task.cancel("enough")
        await asyncio.wait([task])

    noted = noted_by(CallsHooksAtOnce, {"a": hook}, drive)
    assert noted == ["a", "hook", "after the hook", "handled", "cancelled"]


def test_no_task_is_made_of_a_hook_that_need_not_wait(monkeypatch):
    monkeypatch.setattr(carrying_out, "LONGEST_TURN_S", 60.0)
    monkeypatch.setattr(carrying_out.CarriesOut, "_start", lambda *_: pytest.fail("a task"))
    assert noted_by(CallsHooksAtOnce, {"a": hook}, saying("a")) == ["a", "hook", "after the hook"]


def test_a_layer_that_goes_on_at_once_is_asked_once_an_event(monkeypatch):
    """No answer to a hook comes down from the top again."""
    monkeypatch.setattr(carrying_out, "LONGEST_TURN_S", 60.0)
    seen = []

    class Counting(ScriptedAtOnce):
        def handle_event(self, event):
            seen.append(type(event).__name__)
            return super().handle_event(event)

    noted = noted_by(CallsHooksAtOnce, {"a": hook}, saying("a"), layer_kind=Counting)
    assert noted == ["a", "hook", "after the hook"]
    assert seen == ["Said"]

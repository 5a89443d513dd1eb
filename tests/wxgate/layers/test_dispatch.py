"""Addons are called as mitmproxy itself calls them, only sooner: each case runs under both managers."""

import asyncio
import logging
import types

import pytest
from mitmproxy import exceptions
from mitmproxy import hooks
from mitmproxy.addonmanager import AddonManager
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy.layers.http import HttpRequestHook
from mitmproxy.test import tflow

from wxgate.layers.dispatch import TabledAddons


class Told:
    """An addon that notes what it was told; ``does`` happens then."""

    def __init__(self, name, heard, does=None, addons=()):
        self.name = name
        self.addons = list(addons)
        self._heard = heard
        self._does = does

    def request(self, flow):
        self._heard.append(self.name)
        if self._does:
            self._does()


class ToldLater(Told):
    async def request(self, flow):
        await asyncio.sleep(0)
        super().request(flow)


def raising(error):
    def does():
        raise error

    return does


@pytest.fixture(params=[AddonManager, TabledAddons], ids=["mitmproxy's", "ours"])
def run(request):
    """``run(scenario)`` awaits ``scenario(addons, tell)`` with a manager; ``tell()`` is one event of a call."""

    def run(scenario):
        async def inside():
            master = Master(Options(), with_termlog=False)
            master.addons = request.param(master)

            async def tell():
                await master.addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))

            await scenario(master.addons, tell)
            master._legacy_log_events.uninstall()

        asyncio.run(inside())

    return run


def test_each_in_its_order_with_those_inside_it(run):
    heard = []

    async def scenario(addons, tell):
        inner = Told("inner", heard)
        addons.add(Told("first", heard), ToldLater("outer", heard, addons=[inner]), Told("last", heard))
        await tell()
        await tell()

    run(scenario)
    assert heard == ["first", "outer", "inner", "last"] * 2


def test_one_that_raises_ends_its_own_part_alone_and_is_said(run, caplog):
    heard = []

    async def scenario(addons, tell):
        outer = Told("outer", heard, raising(ValueError("no such thing")), [Told("inner", heard)])
        addons.add(outer, Told("next", heard))
        await tell()

    with caplog.at_level(logging.ERROR):
        run(scenario)
    assert heard == ["outer", "next"]
    assert "Addon error: no such thing" in caplog.text


def test_one_that_halts_ends_the_event(run):
    heard = []

    async def scenario(addons, tell):
        addons.add(Told("first", heard, raising(exceptions.AddonHalt())), Told("next", heard))
        await tell()

    run(scenario)
    assert heard == ["first"]


def test_a_mistake_in_options_reaches_who_told(run):
    async def scenario(addons, tell):
        addons.add(Told("first", [], raising(exceptions.OptionsError("bad"))))
        with pytest.raises(exceptions.OptionsError):
            await tell()

    run(scenario)


def test_addons_come_and_go_between_events(run):
    heard = []

    async def scenario(addons, tell):
        first, second, inside = Told("first", heard), Told("second", heard), Told("inside", heard)
        addons.add(first)
        await tell()
        addons.add(second)
        await tell()
        addons.remove(first)
        # As a script does with what it loads.
        addons.register(inside)
        second.addons = [inside]
        await tell()
        addons.clear()
        await tell()

    run(scenario)
    assert heard == ["first", "first", "second", "second", "inside"]


def test_an_addon_that_changes_while_it_is_configured(run):
    heard = []

    class Script(Told):
        def configure(self, updated):
            self.addons = [Told("loaded", heard)]

    async def scenario(addons, tell):
        addons.add(Script("script", heard))
        await tell()
        addons.trigger(hooks.ConfigureHook({"scripts"}))
        await tell()

    run(scenario)
    assert heard == ["script", "script", "loaded"]


def test_a_module_of_a_hooks_name_is_no_hook_and_something_else_is_a_mistake(run, caplog):
    heard = []

    async def scenario(addons, tell):
        addons.add(types.SimpleNamespace(name="odd", request=types.ModuleType("request")))
        addons.add(types.SimpleNamespace(name="wrong", request=7), Told("last", heard))
        await tell()

    with caplog.at_level(logging.ERROR):
        run(scenario)
    assert heard == ["last"]
    assert "Addon handler request" in caplog.text and "not callable" in caplog.text

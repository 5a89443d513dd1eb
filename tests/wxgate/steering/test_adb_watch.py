"""What a watched phone's foreground makes of orders: for its own addresses alone, and once a change."""

import asyncio
import os

import pytest
from mitmproxy.test import taddons

from testenv.adb_stand_in import HOME
from testenv.adb_stand_in import MINI_PROGRAM
from testenv.adb_stand_in import StandIn
from wxgate.steering import adb_watch
from wxgate.steering.adb import read_watched
from wxgate.steering.adb_watch import AdbWatch

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script")


@pytest.fixture
def phone(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(adb_watch, "EVERY_S", 0.01)
    return StandIn(tmp_path, "192.168.1.23")


class States:
    def __init__(self):
        self.orders = []

    def order(self, change, device, appid, source):
        self.orders.append((change.value, device, appid, source))


def test_each_change_is_one_order_for_the_phones_own_address(phone):
    states, said = States(), []

    async def until(holds):
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0.01)

    async def go():
        watch = AdbWatch(states, lambda text: said.append(text.en))
        with taddons.context(watch) as context:
            context.configure(watch, mp_watch="adb:emulator-5554")
            watch.running()
            for number, front in enumerate((MINI_PROGRAM, HOME, "gone", MINI_PROGRAM)):
                phone.shows(front)
                await until(lambda told=number: len(states.orders) + len(said) > told)
            await until(lambda: len(states.orders) == 3)
            watch.done()

    asyncio.run(go())
    assert [order[0] for order in states.orders] == ["foreground", "background", "foreground"]
    assert {order[1:] for order in states.orders} == {("192.168.1.23", "any", "adb")}
    assert "no phone is connected" in said[0] and "responds again" in said[1]


@pytest.mark.parametrize("text", ["", "ADB", "adb:", "adb:a b", "adb:" + "x" * 200, "iphone"])
def test_what_cannot_be_watched(text):
    with pytest.raises(ValueError):
        read_watched(text)

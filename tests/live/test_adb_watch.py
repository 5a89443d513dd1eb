"""run.py --watch adb: a phone's own foreground drives its mini-programs. Against a stand-in; no device was at hand."""

import asyncio
import os
import time

import pytest

from testenv.adb_stand_in import HOME
from testenv.adb_stand_in import MINI_PROGRAM
from testenv.adb_stand_in import StandIn
from testenv.crowd import Crowd
from testenv.proxy import run_script
from testenv.recorded import wait_until
from testenv.steering import Steering
from wxgate.steering.adb_watch import EVERY_S

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script")
POLICY = "appid: any\nscope: all\ndomains: {{request: [https://api.example.com]}}\nbackground: {{grace_ms: {}}}\n"
# The watched phone; 127.0.0.2 is another one.
PHONE, OTHER = "127.0.0.3", "127.0.0.2"
# A busy machine looks late, and is late to cut.
LATE_S = 2.0


@pytest.fixture
def phone(tmp_path, monkeypatch):
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return StandIn(folder, PHONE)


@pytest.mark.parametrize("grace_ms", [1000, pytest.param(5000, marks=pytest.mark.slow)])
def test_a_call_is_cut_when_the_grace_is_over_after_the_phone_went_home(start_proxy, lab, phone, grace_ms):
    proxy = start_proxy(policy=POLICY.format(grace_ms), arguments=("--page", "127.0.0.1:0", "--watch", "adb"))
    steering = Steering(proxy)

    async def go():
        loop = asyncio.get_running_loop()
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            line = await crowd.connect("api.example.com", source=PHONE)
            hanging = line.send("/hang?watched")
            assert await loop.run_in_executor(
                None, steering.wait_for, lambda apps: apps.get(PHONE, {}).get("calls") == 1
            )
            phone.shows(HOME)
            went_at = time.monotonic()
            await asyncio.wait_for(hanging.ended, grace_ms / 1000 + 10)
            took = time.monotonic() - went_at
            refused = line.send("/json?refused")
            await asyncio.wait_for(refused.ended, 5)
            phone.shows(MINI_PROGRAM)
            assert await loop.run_in_executor(
                None, steering.wait_for, lambda apps: apps[PHONE]["state"] == "foreground"
            )
            return took

    took = asyncio.run(go())
    assert grace_ms / 1000 <= took <= grace_ms / 1000 + EVERY_S + LATE_S
    proxy.stop()
    codes = {record["url"].partition("?")[2]: record["findings"][0]["code"] for record in proxy.records()}
    assert codes == {"watched": "INTERRUPTED", "refused": "BACKGROUND_REFUSED"}


def test_a_phone_that_is_unplugged_is_said_once_and_heard_again(start_proxy, phone):
    proxy = start_proxy(arguments=("--watch", "adb:emulator-5554"))
    phone.shows("gone")
    assert wait_until(lambda: "no phone is connected" in proxy.output, timeout_s=10)
    phone.shows(HOME)
    assert wait_until(lambda: "the phone responds again" in proxy.output, timeout_s=10)
    assert proxy.output.count("no phone is connected") == 1


@pytest.mark.parametrize(
    ("case", "watch", "shows", "words"),
    [
        ("no phone", "adb", "gone", "no phone is connected: connect one by USB"),
        ("two phones", "adb", "two", "select one with --watch adb:SERIAL"),
        ("another serial", "adb:other", MINI_PROGRAM, "no phone is connected"),
        ("no adb at all", "adb", None, "adb was not found"),
        ("a mistake", "iphone", MINI_PROGRAM, "expected adb or adb:SERIAL"),
    ],
)
def test_without_the_tool_or_a_phone_it_is_one_clear_sentence(phone, monkeypatch, case, watch, shows, words):
    if shows is None:
        monkeypatch.setenv("PATH", "/nowhere")
    else:
        phone.shows(shows)
    done = run_script("run.py", "--watch", watch, "--lang", "en", "--listen", "127.0.0.1:0", "--page", "off")
    assert done.returncode == (2 if case == "a mistake" else 3)
    assert words in done.stderr and "Traceback" not in done.stderr

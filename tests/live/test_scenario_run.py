"""A scenario repeats a run: the same steps, the same verdicts."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from testenv.crowd import Crowd
from testenv.process import Program
from testenv.proxy import Proxy
from testenv.steering import Steering

POLICY = """\
appid: any
scope: all
domains:
  request:       [https://api.example.com]
background: {grace_ms: 300}
"""
SCENARIO = """\
# Everybody leaves for a while, and one of them is pinned the second time.
- at: 2s, device: any, state: background
- {at: 3200ms, state: foreground}
- at: 3.3s
  device: 127.0.0.2
  state: pinned
- {at: 4000ms, state: background}
- {at: 5.2s, state: foreground}
"""


async def off_thread(steering, holds):
    return await asyncio.get_running_loop().run_in_executor(None, steering.wait_for, holds)


def one_run(start_proxy, tmp_path):
    """A run of two devices; each call begins when the scenario has come to a certain state."""
    proxy = start_proxy(
        policy=POLICY, arguments=("--page", "127.0.0.1:0", "--scenario", str(tmp_path / "scenario.yaml"))
    )
    steering = Steering(proxy)

    def both(first, second):
        return lambda apps: (apps["127.0.0.1"]["state"], apps["127.0.0.2"]["state"]) == (first, second)

    async def go():
        async with Crowd(proxy.port, proxy.ca_pem) as crowd:
            one, two = [await crowd.connect("api.example.com", source=source) for source in ("127.0.0.1", "127.0.0.2")]
            calls = [one.send("/json?1"), two.send("/json?2")]
            await asyncio.wait_for(asyncio.gather(*(call.ended for call in calls)), 10)
            calls += [one.send("/hang?3"), two.send("/slow?4&ms=50")]
            assert await off_thread(steering, both("background", "background"))
            calls += [one.send("/json?5"), two.send("/json?6")]
            assert await off_thread(steering, both("foreground", "foreground"))
            calls += [one.send("/json?7"), one.send("/hang?8")]
            assert await off_thread(steering, both("background", "exempt"))
            calls += [one.send("/json?9"), two.send("/json?10")]
            await asyncio.wait_for(asyncio.gather(*(call.ended for call in calls)), 10)
            assert await off_thread(steering, both("foreground", "foreground"))

    asyncio.run(go())
    proxy.stop()
    verdicts = {
        record["url"].partition("?")[2].partition("&")[0]: (
            record["device"],
            record["outcome"],
            record["errno"],
            record["errmsg"],
        )
        + tuple(finding["code"] for finding in record["findings"])
        for record in proxy.records()
    }
    with sqlite3.connect(proxy.session / "calls.sqlite") as database:
        steps = database.execute("SELECT device, appid, state, source FROM app_states ORDER BY at").fetchall()
    return verdicts, steps


def test_a_scenario_run_twice_gives_the_same_verdicts(start_proxy, lab, tmp_path):
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    with ThreadPoolExecutor() as both:
        first, again = [both.submit(one_run, start_proxy, tmp_path) for _ in range(2)]
    verdicts, steps = first.result()
    assert {number: (what[1], *what[4:]) for number, what in verdicts.items() if what[1] == "fail"} == {
        "3": ("fail", "INTERRUPTED"),
        "5": ("fail", "BACKGROUND_REFUSED"),
        "6": ("fail", "BACKGROUND_REFUSED"),
        "8": ("fail", "INTERRUPTED"),
        "9": ("fail", "BACKGROUND_REFUSED"),
    }
    assert len(verdicts) == 10
    assert steps == [
        ("any", "any", "background", "scenario"),
        ("any", "any", "foreground", "scenario"),
        ("127.0.0.2", "any", "pinned", "scenario"),
        ("any", "any", "background", "scenario"),
        ("any", "any", "foreground", "scenario"),
    ]
    assert again.result() == (verdicts, steps)


@pytest.mark.parametrize(
    ("text", "place"), [("- {at: 10, state: background}\n- {at: 1s, state: asleep}\n", ":1:8: found"), ("", ":1:1:")]
)
def test_mistakes_end_the_start_and_name_their_place(lab, confdir, tmp_path, text, place):
    path = tmp_path / "scenario.yaml"
    path.write_text(text)
    proxy = Proxy(lab, tmp_path, confdir, policy=POLICY, arguments=("--scenario", str(path)))
    program = Program(proxy.command())
    assert program.wait() == 2
    assert f"{path}{place}" in program.text
    assert text.count("\n") == program.text.count("Write instead") or not text


def test_a_scenario_that_is_not_there(lab, confdir, tmp_path):
    proxy = Proxy(lab, tmp_path, confdir, policy=POLICY, arguments=("--scenario", str(tmp_path / "none.yaml")))
    program = Program(proxy.command())
    assert program.wait() == 2
    assert "none.yaml" in program.text

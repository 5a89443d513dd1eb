import asyncio

import pytest

from wxgate.signal import Signal
from wxgate.steering.app_states import AppStates
from wxgate.steering.app_states import now_ms
from wxgate.steering.state_commands import StateCommands
from wxpolicy.policy import Background
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.lifecycle import Interrupted
from wxpolicy.terms import Api

POLICY = Policy(background=Background(grace_ms=20))


class Source:
    def __init__(self):
        self.changed = Signal()


class Session:
    def __init__(self):
        self.orders = []
        self.said = []

    def app_state(self, at, *order):
        self.orders.append(order)

    def say(self, text):
        self.said.append(text)


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def states(source, session):
    made = AppStates(source, session)
    made.events = []
    made.decided.subscribe(made.events.extend)
    return made


def begin(states, call_id, device="10.0.0.1", appid="wx1"):
    app = states.app(device, appid, POLICY)
    begun = app.begin(call_id, Api.REQUEST, POLICY, now_ms())
    states.settle(app, begun.events, app.next_deadline_ms())
    return app, begun


def test_the_clock_alone_ends_the_grace(states):
    async def go():
        begin(states, "call")
        states.order(Change.BACKGROUND, "any", "any", "scenario")
        while not states.events:
            await asyncio.sleep(0)  # until the timer rings
        return states.status()

    (app,) = asyncio.run(asyncio.wait_for(go(), 5))
    assert [(type(event), event.call_id) for event in states.events] == [(Interrupted, "call")]
    assert (app["state"], app["calls"]) == ("background", 0)


def test_orders_stand_in_the_session_and_are_said(states, session):
    async def go():
        states.order(Change.PINNED, "::ffff:10.0.0.1", "wx1", "page")
        begin(states, "later")

    asyncio.run(go())
    assert session.orders == [("10.0.0.1", "wx1", "pinned", "page")]
    assert session.said[0].en == "device 10.0.0.1, wx1, is pinned to the chat top"
    # It also holds for an app that calls only now.
    assert states.status()[0]["pinned"] is True


def test_status_of_one_device(states):
    async def go():
        begin(states, "one")
        begin(states, "two", "10.0.0.2")

    asyncio.run(go())
    assert [app["device"] for app in states.status()] == ["10.0.0.2", "10.0.0.1"]
    assert [app["device"] for app in states.status("10.0.0.1")] == ["10.0.0.1"]


def test_an_edited_policy_reaches_every_app(states, source):
    async def go():
        begin(states, "call")
        source.changed.emit(0.0, "", PolicySet([Policy(background=Background(grace_ms=20, pinned=True))]))

    asyncio.run(go())
    assert states.status()[0]["pinned"] is True


@pytest.mark.parametrize(
    ("verb", "state"),
    [("background", "background"), ("foreground", "foreground"), ("pin", "pinned"), ("unpin", "unpinned")],
)
def test_commands_of_mitmproxy(states, session, verb, state):
    from mitmproxy import exceptions
    from mitmproxy.test import taddons

    async def go():
        commands = StateCommands(states)
        with taddons.context(commands) as context:
            context.master.commands.execute(f"mp.{verb}")
            context.master.commands.execute(f"mp.{verb} 10.0.0.1 wx1")
            with pytest.raises(exceptions.CommandError, match="nobody"):
                context.master.commands.execute(f"mp.{verb} nobody")

    asyncio.run(go())
    assert session.orders == [("any", "any", state, "command"), ("10.0.0.1", "wx1", state, "command")]

"""Invariant: a call waits only where no way of sharing the slots would let it run, and no slot leaks."""

from types import MappingProxyType

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.policy import Concurrency
from wxpolicy.policy import Policy
from wxpolicy.state.app import App
from wxpolicy.state.slots import Started
from wxpolicy.terms import Api

LIMIT = 2
READINGS = [(Api.REQUEST,), (Api.DOWNLOAD_FILE,), (Api.REQUEST, Api.DOWNLOAD_FILE)]
POLICY = Policy(
    edition=WECHAT_2017,
    network_timeout_ms=MappingProxyType(dict.fromkeys(Api, 60_000)),
    concurrency=Concurrency(LIMIT, LIMIT, LIMIT, LIMIT),
)


def can_run(calls, more):
    """Whether all of ``calls`` and one of ``more`` fit into the slots in some way."""
    every = [*calls, more]
    alone = [sum(apis == (api,) for apis in every) for api in (Api.REQUEST, Api.DOWNLOAD_FILE)]
    return max(alone) <= LIMIT and len(every) <= 2 * LIMIT


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(READINGS), st.integers(0, 7)), max_size=24))
def test_slots_are_shared_as_well_as_they_can_be(steps):
    app, running, waiting = App(POLICY), {}, {}

    def carry_out(events):
        for event in events:
            assert isinstance(event, Started)
            running[event.call_id] = waiting.pop(event.call_id)

    for number, (apis, ends) in enumerate(steps):
        begun = app.begin(str(number), apis[0], POLICY, number, apis=apis)
        (running if type(begun.standing).__name__ == "Admitted" else waiting)[str(number)] = apis
        for call_id in list({**running, **waiting})[ends : ends + 1]:
            running.pop(call_id, None)
            waiting.pop(call_id, None)
            carry_out(app.end(call_id, number))
        assert app.running(Api.REQUEST) + app.running(Api.DOWNLOAD_FILE) == len(running)
        assert max(app.running(Api.REQUEST), app.running(Api.DOWNLOAD_FILE)) <= LIMIT
        assert not any(can_run(running.values(), apis) for apis in waiting.values()), "waits though it could run"
    for call_id in [*running, *waiting]:
        app.end(call_id, 1000)
    assert app.call_count == app.running(Api.REQUEST) == app.running(Api.DOWNLOAD_FILE) == 0

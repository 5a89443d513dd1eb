"""Feeds events to a call's judgement and carries out its decisions; the one place that fails closed."""

import asyncio
import logging

from mitmproxy import ctx
from mitmproxy import http

from wxgate.call.guard import named
from wxgate.call.guard import place_of
from wxgate.call.live_calls import LiveCall
from wxgate.call.live_calls import LiveCalls
from wxgate.call.live_calls import unread_call
from wxgate.layers.cut import cut as cut_flows
from wxgate.start.policy_source import PolicySource
from wxgate.steering.app_states import AppStates
from wxgate.steering.app_states import now_ms
from wxpolicy.call.decision import Action
from wxpolicy.call.decision import Decision
from wxpolicy.call.events import Event
from wxpolicy.call.events import Released
from wxpolicy.call.events import RuleFailed
from wxpolicy.state.app import Event as AppEvent

logger = logging.getLogger(__name__)


class Execution:
    """What a decision means to mitmproxy: a killed flow, a closed connection, a held hook, a slot passed on."""

    def __init__(self, source: PolicySource, calls: LiveCalls, states: AppStates) -> None:
        self._source = source
        self._calls = calls
        self._states = states
        self._cuts: set[asyncio.Task[None]] = set()
        states.decided.subscribe(self._carry_out_others)

    def feed(self, call: LiveCall, event: Event) -> Decision:
        decision = call.judgement.feed(event, now_ms())
        if decision.action is Action.REFUSE:
            call.kill()
        if call.judgement.app is not None and (decision.others or decision.wake_at_ms is not None):
            self._states.settle(call.judgement.app, decision.others, decision.wake_at_ms)
        return decision

    def refuses(self, call: LiveCall, event: Event) -> bool:
        return self.feed(call, event).action is Action.REFUSE

    def _carry_out_others(self, events: tuple[AppEvent, ...]) -> None:
        """Carries out what an app decided about its other calls: after a timer, or because of another call."""
        to_cut = []
        for event in events:
            call = self._calls.by_id(event.call_id)
            if call is None:
                continue
            with self.failing_closed(call.flow):
                decision = call.judgement.feed(event, now_ms())
                # Not kill(): mitmproxy checks for a killed flow only between two hooks.
                if decision.action is Action.CUT:
                    to_cut.append(call)
            call.release_slot(not call.refused)
        if to_cut:
            self.cut(to_cut, "ended by the proxy")

    def cut(self, calls: list[LiveCall], message: str) -> None:
        task = asyncio.get_running_loop().create_task(cut_flows(ctx.master, [call.flow for call in calls], message))
        self._cuts.add(task)
        task.add_done_callback(self._cuts.discard)

    def release(self, call: LiveCall) -> None:
        with self.failing_closed(call.flow):
            self.feed(call, Released())
        call.release_slot(False)

    # Exceptions of our own

    def failing_closed(self, flow: http.HTTPFlow) -> "_FailingClosed":
        """A context manager: an exception inside refuses the call and is not propagated."""
        return _FailingClosed(self, flow)

    def _failed(self, flow: http.HTTPFlow, error: Exception) -> None:
        place = place_of(error)
        logger.error("%s failed on %s: the call is refused", place, flow.id, exc_info=error)
        call = self._calls.of(flow)
        if call is None:
            call = unread_call(flow, self._source.policies.strictest)
            self._calls.open(call)
        self.fail(call, error, place)

    @staticmethod
    def fail(call: LiveCall, error: BaseException, place: str) -> None:
        """In mode observe nothing is altered: the error is recorded and the call continues."""
        if call.judgement.feed(RuleFailed(place, named(error)), now_ms()).action is Action.REFUSE:
            call.kill()


class _FailingClosed:
    __slots__ = ("_flow", "_run")

    def __init__(self, run: Execution, flow: http.HTTPFlow) -> None:
        self._run, self._flow = run, flow

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self._run._failed(self._flow, error)
        return True

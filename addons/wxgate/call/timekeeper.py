"""The gate of time and state: timeouts, calls at once, and the background, on every call in flight.

What is due and when is decided by ``wxpolicy.state``; here it is carried out. A
call that must wait for a slot is held at its request headers, so nothing of it
has left; one whose time is up is cut where it stands.
"""

import asyncio
from dataclasses import dataclass

from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy import http

from wxgate.call.guard import Gate
from wxgate.call.guard import gate
from wxgate.call.open_calls import OpenCall
from wxgate.call.open_calls import OpenCalls
from wxgate.layers.cut import cut
from wxgate.layers.cut import hear_of_clients_that_leave
from wxgate.layers.cut import make_calls_cuttable
from wxgate.start.policy_source import PolicySource
from wxgate.steering.app_states import AppStates
from wxgate.steering.app_states import now_ms
from wxpolicy.finding import Finding
from wxpolicy.policy import ANY_APPID
from wxpolicy.rules.time_and_state import Stage
from wxpolicy.rules.time_and_state import background_refused
from wxpolicy.rules.time_and_state import concurrency_exceeded
from wxpolicy.rules.time_and_state import concurrency_queued
from wxpolicy.rules.time_and_state import interrupted
from wxpolicy.rules.time_and_state import timeout
from wxpolicy.state.app import App
from wxpolicy.state.app import Event
from wxpolicy.state.deadlines import TimedOut
from wxpolicy.state.lifecycle import InBackground
from wxpolicy.state.lifecycle import Interrupted
from wxpolicy.state.slots import Exceeded
from wxpolicy.state.slots import Queued
from wxpolicy.state.slots import Started
from wxpolicy.terms import Api
from wxpolicy.terms import Mode


@dataclass(slots=True)
class _Begun:
    """A call that its app knows. ``slot`` is there while the call is held: it tells whether there is one now."""

    call: OpenCall
    app: App
    began_ms: float
    slot: "asyncio.Future[bool] | None" = None


class Timekeeper(Gate):
    """Must run after the gates that refuse calls by what they are (those take no slot), and before the recorder."""

    def __init__(self, source: PolicySource, calls: OpenCalls, states: AppStates) -> None:
        super().__init__(source, calls)
        self._states = states
        self._begun: dict[str, _Begun] = {}
        self._cuts: set[asyncio.Task[None]] = set()
        states.carry_out = self._carry_out

    def load(self, loader) -> None:
        make_calls_cuttable()
        hear_of_clients_that_leave(self._client_left)

    def done(self) -> None:
        self._states.done()

    @gate
    async def requestheaders(self, flow: http.HTTPFlow) -> None:
        """A call begins. As long as this awaits, its body is not read on and nothing goes out; other calls go on."""
        call = self.calls.of(flow)
        if call is None or call.refused:
            return
        api, policy, host = call.classification.api, call.policy, flow.request.pretty_host
        app, begun = self._states.begin(flow.id, call.facts.device, _appid(call), api, policy)
        standing = begun.standing
        # 1) Refused: it holds nothing.
        if isinstance(standing, InBackground):
            call.impose([background_refused(api, host, policy.edition, now_ms() - standing.grace_began_ms)])
            return
        if isinstance(standing, Exceeded):
            call.impose([concurrency_exceeded(api, host, standing.limit)])
            return
        # 2) It counts from here on, and a deadline may end it at any await.
        known = self._begun[flow.id] = _Begun(call, app, now_ms())
        if not isinstance(standing, Queued):
            return
        # 3) It waits, or would have.
        limit = policy.concurrency.limit(api) or 0
        if policy.mode is Mode.OBSERVE:
            call.findings.append(concurrency_queued(api, host, limit, None))
            return
        call.acted = "hold"
        known.slot = asyncio.get_running_loop().create_future()
        has_slot = await known.slot
        known.slot = None
        if has_slot:
            call.findings.append(concurrency_queued(api, host, limit, call.queued_ms))
        elif call.refused:
            call.refuse()

    def response(self, flow: http.HTTPFlow) -> None:
        """The answer's last byte is here; a socket's handshake is done."""
        known = self._begun.get(flow.id)
        if known is None:
            return
        if flow.websocket is None:
            self._end(known)
        else:
            self._states.opened(known.app, flow.id)

    def error(self, flow: http.HTTPFlow) -> None:
        self._end(self._begun.get(flow.id))

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        self._end(self._begun.get(flow.id))

    def client_disconnected(self, client: connection.Client) -> None:
        for known in [known for known in self._begun.values() if known.call.flow.client_conn is client]:
            self._end(known)

    def _client_left(self, flow: http.HTTPFlow, message: str, connecting: bool) -> None:
        # Called from within mitmproxy's layers: nothing may be done to them now.
        asyncio.get_running_loop().call_soon(self._leave, flow, message, connecting)

    def _leave(self, flow: http.HTTPFlow, message: str, connecting: bool) -> None:
        known = self._begun.get(flow.id)
        if known is None:
            return
        self._end(known)
        if connecting:
            self._cut([flow], message)

    def _end(self, known: _Begun | None) -> None:
        """However a call ended, it holds nothing from here on."""
        if known is None:
            return
        call_id = known.call.flow.id
        del self._begun[call_id]
        self._release(known, has_slot=False)
        self._states.end(known.app, call_id)

    def _carry_out(self, events: tuple[Event, ...]) -> None:
        flows = []
        for event in events:
            if isinstance(event, Started):
                known = self._begun.get(event.call_id)
                if known is not None:
                    self._release(known, has_slot=True)
                continue
            known = self._begun.pop(event.call_id, None)
            if known is None:
                continue
            call = known.call
            call.findings.append(_finding(event, known))
            if call.policy.mode is Mode.OBSERVE:
                continue
            # Not refuse(): mitmproxy looks at a killed flow only between two hooks.
            call.acted = "fail"
            flows.append(call.flow)
            self._release(known, has_slot=False)
        if flows:
            self._cut(flows, "ended by the proxy")

    def _release(self, known: _Begun, has_slot: bool) -> None:
        if known.slot is not None and not known.slot.done():
            known.call.queued_ms = round(now_ms() - known.began_ms)
            known.slot.set_result(has_slot)

    def _cut(self, flows: list[http.HTTPFlow], message: str) -> None:
        task = asyncio.get_running_loop().create_task(cut(ctx.master, flows, message), name="cut calls")
        self._cuts.add(task)
        task.add_done_callback(self._cuts.discard)


def _appid(call: OpenCall) -> str | None:
    """As in the call's record; None where ``scope: all`` judges a call without a Referer."""
    if call.sender is not None:
        return call.sender.appid
    return call.policy.appid if call.policy.appid != ANY_APPID else None


def _finding(event: TimedOut | Interrupted, known: _Begun) -> Finding:
    call = known.call
    api, host, edition = call.classification.api, call.flow.request.pretty_host, call.policy.edition
    if isinstance(event, TimedOut):
        return timeout(api, host, event.timeout_ms, _stage(known), edition, call.queued_ms)
    return interrupted(
        api,
        host,
        edition,
        round(event.at_ms - event.grace_began_ms),
        is_open_socket=call.flow.websocket is not None,
        begun_in_background=event.begun_ms > event.grace_began_ms,
    )


def _stage(known: _Begun) -> Stage:
    flow = known.call.flow
    if known.slot is not None:
        return Stage.QUEUE
    if known.call.classification.api is Api.CONNECT_SOCKET:
        return Stage.HANDSHAKE
    if flow.request.timestamp_end is None:
        return Stage.UPLOAD
    return Stage.WAITING if flow.response is None else Stage.DOWNLOAD

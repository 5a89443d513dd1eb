"""The call addon: turns mitmproxy's hooks into events for a call's judgement and carries out its decisions.

A hook that raises would let the call pass (mitmproxy logs the error and forwards it), so every hook runs inside
``failing_closed``: an exception of ours refuses the call and is recorded with it.
"""

import asyncio
import logging
from collections.abc import Awaitable
from collections.abc import Callable
from functools import partial

from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy import http
from mitmproxy.addonmanager import Loader

from wxgate.call import bodies
from wxgate.call import conversion
from wxgate.call.execution import Execution
from wxgate.call.facts import call_facts
from wxgate.call.facts import call_url
from wxgate.call.failures import Failures
from wxgate.call.fields import joined_fields
from wxgate.call.from_layers import FromLayers
from wxgate.call.live_calls import LiveCall
from wxgate.call.live_calls import LiveCalls
from wxgate.call.redirects import Redirects
from wxgate.connections.upstreams import Upstreams
from wxgate.layers.own import Layers
from wxgate.phone.names import is_own_page
from wxgate.recording.counters import Counters
from wxgate.recording.recorder import Recorder
from wxgate.recording.session import waited
from wxgate.start.policy_source import PolicySource
from wxgate.steering.app_states import AppStates
from wxpolicy.call.classify import misdeclared
from wxpolicy.call.decision import Action
from wxpolicy.call.events import Admission
from wxpolicy.call.events import BodyJudged
from wxpolicy.call.events import Broken
from wxpolicy.call.events import EndedBy
from wxpolicy.call.events import LimitReached
from wxpolicy.call.events import Message
from wxpolicy.call.events import Released
from wxpolicy.call.events import RequestHead
from wxpolicy.call.events import RequestSent
from wxpolicy.call.events import ResponseHead
from wxpolicy.call.events import SocketOpened
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.kinds import DECLARING_HEADER
from wxpolicy.call.referer import read_sender
from wxpolicy.call.standing import Standing
from wxpolicy.call.standing import standing_of
from wxpolicy.editions.referer_form import Sender
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.policy import Policy

logger = logging.getLogger(__name__)


class Calls:
    """Must run after mitmproxy's own addons have set up a flow, and before any addon that records it."""

    def __init__(
        self,
        source: PolicySource,
        calls: LiveCalls,
        counters: Counters,
        states: AppStates,
        upstreams: Upstreams,
        recorder: Recorder,
        layers: Layers,
        limit_in: Callable[[str], LimitReached | None],
        is_placed: Callable[[connection.Server], bool] = lambda server: False,
    ) -> None:
        """``limit_in`` finds the system limit that an error message stands for; ``is_placed`` tells whether ``hosts:``
        of the policy sent a connection to its address."""
        self.calls = calls
        self._source = source
        self._counters = counters
        self._states = states
        self._recorder = recorder
        self._layers = layers
        self._redirects = Redirects(recorder.record_changed)
        self._run = Execution(source, calls, states)
        self._failures = Failures(upstreams, layers, limit_in, self._run)
        self.told = FromLayers(source, calls, counters, upstreams, layers, self._run, is_placed)
        self._keep_bytes = bodies.DEFAULT_KEEP_BYTES

    def load(self, loader: Loader) -> None:
        loader.add_option("mp_keep_body", int, bodies.DEFAULT_KEEP_BYTES, "Largest body in bytes that a session keeps.")
        loader.add_option(
            "mp_body_limit",
            int,
            bodies.MOST_UNPACKED_BYTES,
            "Largest decompressed size in bytes of a body that is converted.",
        )

    def configure(self, updated: set[str]) -> None:
        # mitmproxy copies an option each time it is read.
        if "mp_keep_body" in updated:
            self._keep_bytes = ctx.options.mp_keep_body

    # The hooks, in the order in which a call meets them

    # A hook that returns an awaitable is awaited; most calls do not, and save a turn of the event loop.

    def requestheaders(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        """Nothing of the call has been sent upstream. While this is awaited, its body is not read; other calls
        continue."""
        with self._run.failing_closed(flow):
            call = self._opened(flow)
            refusal = self._layers.refusal_of(flow)
            if call is None:
                self.told.no_calls.add(flow)
                if isinstance(refusal, LimitReached):
                    self._layers.limit_passed(flow.client_conn, refusal)
                return None
            if refusal is not None:
                self._run.feed(call, refusal)
                return None
            if call.refused:
                return None
            if self._run.feed(call, Admission()).action is Action.HOLD:
                # Before it is awaited, not while: the slot may be granted in between.
                call.slot = asyncio.get_running_loop().create_future()
                return self._held(call, call.slot)
            self._admitted(call)
        return None

    def request(self, flow: http.HTTPFlow) -> None:
        """The last byte of the request has arrived."""
        call = self.calls.of(flow)
        if call is None:
            return
        with self._run.failing_closed(flow):
            bodies.put_back(flow.request, call.request_body)
            self._run.feed(call, RequestSent())

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Nothing of the response has been sent to the client."""
        assert flow.response
        call = self.calls.of(flow)
        if call is None:
            bodies.stream_unjudged(flow.response)
            return
        with self._run.failing_closed(flow):
            if call.refused:
                return
            bodies.stream_response(call, self._keep_bytes)
            headers = joined_fields(flow.response.headers)
            is_head = flow.request.method == "HEAD"
            head = ResponseHead(flow.response.status_code, headers, is_head_request=is_head)
            decision = self._run.feed(call, head)
            if decision.findings:
                self._redirects.answered(call, head)
            if decision.converts_body:
                most = ctx.options.mp_body_limit
                conversion.convert(call, self._keep_bytes, most, partial(self._unpacks_to_too_much, call))
            if call.response_body is not None:
                if decision.watches_body and call.judgement.ledger is not None:
                    call.response_body.watch = call.judgement.ledger.feed
                self._recorder.expect_the_last_byte(call)

    def _unpacks_to_too_much(self, call: LiveCall, limit: int) -> None:
        # Called from within mitmproxy's layers: act on them only once they have finished with this chunk.
        self.told.limit_reached(call.flow, LimitReached("body", limit, "bytes", "--set mp_body_limit=BYTES"))
        self._run.cut([call], "ended by the proxy")

    def mp_body_whole(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        """With the chunk that is about to be sent, the client has the whole of a streamed response."""
        call = self.calls.of(flow)
        return self._recorder.record_so_far(call) if call is not None else None

    def response(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        """The response is complete, or has been streamed; a WebSocket handshake is done."""
        call = self.calls.of(flow)
        if call is None:
            return None
        with self._run.failing_closed(flow):
            self._run.feed(call, Released() if flow.websocket is None else SocketOpened())
            bodies.put_back(flow.response, call.response_body)
            if call.judgement.body_type is not None and not call.refused and flow.websocket is None:
                concluded = conversion.concluded(call)
                if not isinstance(concluded, EncodingFacts):
                    return self._judged_later(call, concluded)
                self._body_judged(call, concluded)
        return self._recorded(call, is_last=flow.websocket is None)

    async def _judged_later(self, call: LiveCall, concluded: Awaitable[EncodingFacts]) -> None:
        with self._run.failing_closed(call.flow):
            self._body_judged(call, await concluded)
        await waited(self._recorded(call, is_last=True))

    def _body_judged(self, call: LiveCall, facts: EncodingFacts) -> None:
        if call.response_body is not None and call.response_body.trouble is not None:
            self._run.fail(call, call.response_body.trouble, "wxgate.call.body")
        self._run.feed(call, BodyJudged(facts))

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Counts every message, and keeps some of them."""
        call = self.calls.of(flow)
        if call is None or flow.websocket is None:
            return
        with self._run.failing_closed(flow):
            message = flow.websocket.messages[-1]
            self._run.feed(call, Message(message.from_client, len(message.content)))
            bodies.trim_messages(call, self._keep_bytes)

    def websocket_end(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        call = self.calls.of(flow)
        return self._over(call) if call is not None else None

    def error(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        """The call has failed. mitmproxy would send a 502, which is a success to a mini-program: no client gets it."""
        assert flow.error
        call = self.calls.of(flow)
        if call is not None:
            with self._run.failing_closed(flow):
                self._failures.learn(call, flow.error.msg)
        if flow.killable:
            flow.kill()
        return self._over(call) if call is not None else None

    async def client_disconnected(self, client: connection.Client) -> None:
        """The only notice that mitmproxy gives of the end of calls that are waiting in a hook."""
        for call in self.calls.of_client(client):
            if call.flow.live:
                self._run.release(call)
            else:
                await waited(self._over(call))

    async def done(self) -> None:
        self._states.done()
        for call in self.calls:
            call.judgement.broken = call.judgement.broken or Broken(EndedBy.UNKNOWN, "the session ended")
            await waited(self._over(call))

    # From a flow to a call

    def _opened(self, flow: http.HTTPFlow) -> LiveCall | None:
        """The call that starts with this request; None for a request that is not a call, which is counted."""
        if is_own_page(flow):
            return None
        asked = self._layers.asked_by(flow)
        facts = call_facts(flow, asked)
        policies = self._source.policies
        policy = policies.only or policies.of_referer(facts.headers.get("referer"))
        if DECLARING_HEADER in facts.headers:
            flow.request.headers.pop(DECLARING_HEADER, None)
        sender = read_sender(facts.headers.get("referer"), policy.edition)
        if not self._counts(facts, sender, policy):
            return None
        if (wrong := misdeclared(facts)) is not None:
            self._counters.misdeclared(wrong)
        head = RequestHead(facts, call_url(facts), sender)
        judgement = Judgement(flow.id, policy, head)
        judgement.app = self._states.app(facts.device, judgement.appid, policy)
        call = LiveCall(flow, judgement, asked)
        self.calls.open(call)
        decision = self._run.feed(call, head)
        if decision.referer is not None:
            flow.request.headers["referer"] = decision.referer
        self._redirects.began(call)
        return call

    def _counts(self, facts: CallFacts, sender: Sender | None, policy: Policy) -> bool:
        standing = standing_of(facts, sender, policy)
        if standing is Standing.FOREIGN and sender is not None:
            self._counters.foreign(sender.appid)
        elif standing is not Standing.CALL:
            self._counters.unjudged(standing.value)
        return standing is Standing.CALL

    def _admitted(self, call: LiveCall) -> None:
        if not call.refused:
            bodies.stream_request(call, self._keep_bytes)

    async def _held(self, call: LiveCall, slot: "asyncio.Future[bool]") -> None:
        """The call may leave as soon as it has a slot."""
        with self._run.failing_closed(call.flow):
            has_slot = await slot
            call.slot = None
            if not has_slot and call.refused:
                call.kill()
            self._admitted(call)

    def _over(self, call: LiveCall) -> Awaitable[None] | None:
        self._run.release(call)
        return self._recorded(call, is_last=True)

    def _recorded(self, call: LiveCall, *, is_last: bool) -> Awaitable[None] | None:
        if is_last:
            self.calls.close(call)
        return self._recorder.record(call, is_last=is_last)

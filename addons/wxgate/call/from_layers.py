"""What our layers ask and report about a call: its permit for a connection, a client that left, a limit, a failure."""

import asyncio
import weakref
from collections.abc import Callable

from mitmproxy import connection
from mitmproxy import http

from wxgate.call.execution import Execution
from wxgate.call.live_calls import LiveCall
from wxgate.call.live_calls import LiveCalls
from wxgate.call.live_calls import unread_call
from wxgate.connections.upstreams import Upstreams
from wxgate.layers.own import Layers
from wxgate.recording.counters import Counters
from wxgate.start.policy_source import PolicySource
from wxpolicy.call.events import LimitReached
from wxpolicy.call.events import LocalPeer
from wxpolicy.terms import Mode


class FromLayers:
    """``no_calls`` are the flows that were inspected and are not calls: they have a permit of their own kind."""

    def __init__(
        self,
        source: PolicySource,
        calls: LiveCalls,
        counters: Counters,
        upstreams: Upstreams,
        layers: Layers,
        run: Execution,
        is_placed: Callable[[connection.Server], bool],
    ) -> None:
        self.no_calls: weakref.WeakSet[http.HTTPFlow] = weakref.WeakSet()
        self._source = source
        self._calls = calls
        self._counters = counters
        self._upstreams = upstreams
        self._layers = layers
        self._run = run
        self._is_placed = is_placed

    def client_left(self, flow: http.HTTPFlow, message: str, is_connecting: bool) -> None:
        # Called from within mitmproxy's layers: they must not be changed at this point.
        asyncio.get_running_loop().call_soon(self._leave, flow, message, is_connecting)

    def _leave(self, flow: http.HTTPFlow, message: str, is_connecting: bool) -> None:
        call = self._calls.of(flow)
        if call is None:
            return
        self._run.release(call)
        if is_connecting:
            self._run.cut([call], message)

    def is_judged(self, flow: http.HTTPFlow) -> bool:
        call = self._calls.of(flow)
        return call is not None and call.policy.mode is not Mode.OBSERVE

    def permit(self, flow: http.HTTPFlow, server: connection.Server) -> bool:
        """Whether a request may be sent on this very connection: asked once per call, before its first byte.

        A flow that was never inspected (another addon stopped the hook, or ours was not called) is a failure of our
        own.
        """
        call = self._calls.of(flow)
        if call is None:
            if flow in self.no_calls:
                return True
            self.layer_failed(flow, "permit", LookupError("a request that was never judged"))
            call = self._calls.of(flow)
            return call is not None and not call.refused
        with self._run.failing_closed(flow):
            if call.asked is None:
                raise LookupError("a call of which nobody knows what it asked for")
            if not call.refused:
                self._say_where_it_goes(call, server)
                seen = self._upstreams.seen(server, call.asked, call.policy)
                if seen is not None:
                    self._run.feed(call, seen)
        return not call.refused

    def _say_where_it_goes(self, call: LiveCall, server: connection.Server) -> None:
        """Notes that an option or another addon sends a call elsewhere; it is still judged by what the client
        requested.

        Where ``hosts:`` leads was reported at the start, for all names at once.
        """
        asked = call.asked
        if asked is None or server.address is None or server.address[:2] == (asked.host, asked.port):
            return
        if not self._is_placed(server):
            self._counters.diverted(f"{asked.host}:{asked.port}", f"{server.address[0]}:{server.address[1]}")

    def limit_reached(self, flow: http.HTTPFlow, limit: LimitReached) -> None:
        """A limit of the proxy has ended a call, or is about to."""
        call = self._calls.of(flow)
        if call is None:
            self._layers.limit_passed(flow.client_conn, limit)
            return
        with self._run.failing_closed(flow):
            self._run.feed(call, limit)

    def peer_is_local(self, flow: http.HTTPFlow, peer: LocalPeer) -> bool:
        """The connection of a flow leads to this machine. Returns whether the flow is a call, which is then refused."""
        call = self._calls.of(flow)
        if call is not None:
            with self._run.failing_closed(flow):
                self._run.feed(call, peer)
        return call is not None

    def layer_failed(self, flow: http.HTTPFlow, where: str, error: BaseException) -> None:
        """A layer raised and has ended the call: its ``error`` hook follows."""
        call = self._calls.of(flow)
        if call is None:
            call = unread_call(flow, self._source.policies.strictest)
            self._calls.open(call)
        self._run.fail(call, error, where)

"""Why a call failed: a limit, a fault in the handshake, a limitation of the proxy, its client, or its server."""

from collections.abc import Callable

from wxgate.call.execution import Execution
from wxgate.call.live_calls import LiveCall
from wxgate.connections.upstream_proxy import proxy_of
from wxgate.connections.upstreams import Upstreams
from wxgate.layers.own import Layers
from wxpolicy.call.events import Broken
from wxpolicy.call.events import EndedBy
from wxpolicy.call.events import LimitReached
from wxpolicy.rules.network_error import is_by_client


class Failures:
    """``limit_in`` finds the system limit that an error message stands for."""

    def __init__(
        self, upstreams: Upstreams, layers: Layers, limit_in: Callable[[str], LimitReached | None], run: Execution
    ) -> None:
        self._upstreams = upstreams
        self._layers = layers
        self._limit_in = limit_in
        self._run = run

    def learn(self, call: LiveCall, why: str) -> None:
        """The handshake was aborted, or the connection failed later."""
        flow = call.flow
        if not call.refused and (bound := self._limit_in(why)) is not None:
            self._run.feed(call, bound)
        if call.refused:
            return
        seen = None
        if call.asked is not None:
            seen = self._upstreams.tried(flow.server_conn, call.asked, call.policy)
            if seen is not None:
                self._run.feed(call, seen)
        # The client of a replayed call is long gone.
        has_left = not flow.client_conn.connected and flow.is_replay != "request"
        limit, proxy = self._layers.not_carried(flow), proxy_of(flow.server_conn)
        if limit is not None:
            broken = Broken(EndedBy.PROXY, limit.message, limit.device)
        elif has_left or is_by_client(why):
            broken = Broken(EndedBy.CLIENT, why)
        elif proxy and seen is None and not self._layers.was_permitted(flow):
            broken = Broken(EndedBy.PROXY, why, upstream_proxy=proxy)  # no tunnel to the server was established
        else:
            broken = Broken(EndedBy.SERVER, why)
        self._run.feed(call, broken)

"""The calls in flight on the mitmproxy side: what only mitmproxy needs of a call, beside its judgement.

A call is removed when it is recorded, so memory follows the number of calls in flight.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field

from mitmproxy import connection
from mitmproxy import http

from wxgate.call.body import Body
from wxgate.layers.asked import Asked
from wxpolicy.call.events import Ended
from wxpolicy.call.events import RequestHead
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.call.judgement import Judgement
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence

_UNREAD = Classification((Api.REQUEST,), Confidence.AMBIGUOUS)


@dataclass(slots=True, eq=False)
class PassedOn:
    """A call whose redirect was sent to its client, and its record; without its flow, which may be large."""

    judgement: Judgement
    recorded: tuple[Ended, float, float] | None = None


@dataclass(slots=True, eq=False)
class LiveCall:
    """One call in flight.

    ``slot`` exists while the call is held, and then resolves to whether it may continue. ``asked`` is what its client
    requested; None if that could not be read.
    """

    flow: http.HTTPFlow
    judgement: Judgement
    asked: Asked | None = None
    started_at: float = field(default_factory=time.time)
    slot: "asyncio.Future[bool] | None" = None
    # Bodies that are streamed; None where mitmproxy holds them.
    request_body: Body | None = None
    response_body: Body | None = None
    headers_as_served: http.Headers | None = None  # those of the response, where the client gets others
    has_dropped_messages: bool = False  # of a WebSocket; once the limit is exceeded, none is kept
    passed_on: PassedOn | None = None  # where its client may follow a redirect to a place that is refused

    @property
    def policy(self) -> Policy:
        return self.judgement.policy

    @property
    def refused(self) -> bool:
        return self.judgement.refused

    def kill(self) -> None:
        """Ends the call as a network failure: a closed connection or a reset stream, never a response."""
        if self.flow.killable:
            self.flow.kill()

    def release_slot(self, has_slot: bool) -> None:
        if self.slot is not None and not self.slot.done():
            self.slot.set_result(has_slot)


class LiveCalls:
    """The flows that are calls of a mini-program, by flow id."""

    def __init__(self) -> None:
        self._calls: dict[str, LiveCall] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[LiveCall]:
        return iter(list(self._calls.values()))

    def open(self, call: LiveCall) -> None:
        self._calls[call.flow.id] = call

    def of(self, flow: http.HTTPFlow) -> LiveCall | None:
        return self._calls.get(flow.id)

    def by_id(self, call_id: str) -> LiveCall | None:
        return self._calls.get(call_id)

    def of_client(self, client: connection.Client) -> list[LiveCall]:
        return [call for call in self._calls.values() if call.flow.client_conn is client]

    def close(self, call: LiveCall) -> None:
        self._calls.pop(call.flow.id, None)


def unread_call(flow: http.HTTPFlow, policy: Policy) -> LiveCall:
    """A call whose facts could not be read because reading them raised: takes only what cannot raise."""
    url = f"{flow.request.host}:{flow.request.port}"
    head = RequestHead(CallFacts("", flow.request.method, "https", ()), url, None, keeps_referer=False)
    return LiveCall(flow, Judgement(flow.id, policy, head, classification=_UNREAD))

"""The calls in flight: what each gate has learned of a call so far, for the next one and for the record.

Rich values live here and not in ``flow.metadata``, which must stay serialisable.
A call leaves when it is recorded, so memory follows the calls in flight.
"""

import time
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from mitmproxy import http

from wxgate.call.body import Body
from wxpolicy.call.classify import Client
from wxpolicy.call.classify import platforms_of
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.call.referer import Sender
from wxpolicy.call.verdicts import Verdicts
from wxpolicy.call.verdicts import weigh
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text


@dataclass(slots=True)
class OpenCall:
    """One call in flight. ``policy`` is the one in force when it began: an edit never moves it."""

    flow: http.HTTPFlow
    policy: Policy
    facts: CallFacts
    classification: Classification
    client: Client
    sender: Sender | None
    url: str
    started_at: float = field(default_factory=time.time)
    started_monotonic: float = field(default_factory=time.monotonic)
    findings: list[Finding] = field(default_factory=list)
    acted: str = "pass"
    queued_ms: int = 0
    network_trouble: str | None = None  # what ended the call if nobody here did
    trust_stores: dict[str, str] | None = None
    # Bodies that are streamed; None where mitmproxy holds them.
    request_body: Body | None = None
    response_body: Body | None = None
    headers_as_served: http.Headers | None = None  # the answer's, where its client is told others
    ledger: Ledger | None = None
    encoding: dict[str, Any] | None = None
    # A socket's messages, both ways.
    messages: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    has_dropped_messages: bool = False  # from then on none is kept
    heard_of_upstream: bool = False  # whether the upstream's findings are among ``findings``

    @property
    def refused(self) -> bool:
        return self.acted == "fail"

    def verdicts(self) -> Verdicts:
        return self.verdicts_with(())

    def verdicts_with(self, more: Iterable[Finding]) -> Verdicts:
        """The verdicts, had the call these findings too."""
        return weigh([*self.findings, *more], self.classification.api, platforms_of(self.client), self.policy.edition)

    def impose(self, findings: Iterable[Finding]) -> bool:
        """Adds what a rule found, and ends the call where the mode in force says so.

        Gives whether the call was refused.
        """
        self.findings.extend(findings)
        if self.refused:
            return True
        verdict = self.verdicts().imposed_in(self.policy.mode)
        if verdict and verdict.outcome is Outcome.FAIL:
            self.refuse()
        return self.refused

    def refuse(self) -> None:
        """Ends the call as a network failure: closed connection or reset stream, never a response."""
        self.acted = "fail"
        if self.flow.killable:
            self.flow.kill()


class OpenCalls:
    """Which flows are calls of a mini-program, by flow id."""

    def __init__(self) -> None:
        self._calls: dict[str, OpenCall] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[OpenCall]:
        return iter(list(self._calls.values()))

    def open(self, call: OpenCall) -> None:
        self._calls[call.flow.id] = call

    def of(self, flow: http.HTTPFlow) -> OpenCall | None:
        return self._calls.get(flow.id)

    def open_unread(self, flow: http.HTTPFlow, policy: Policy) -> OpenCall:
        """A call whose facts could not be read, because reading them failed: only what cannot fail is taken."""
        call = OpenCall(
            flow=flow,
            policy=policy,
            facts=CallFacts("", flow.request.method, "https", ()),
            classification=Classification((Api.REQUEST,), Confidence.AMBIGUOUS),
            client=Client.UNKNOWN,
            sender=None,
            url=f"{flow.request.host}:{flow.request.port}",
        )
        self.open(call)
        return call

    def close(self, flow: http.HTTPFlow) -> OpenCall | None:
        return self._calls.pop(flow.id, None)


def internal_error(gate: str, error: Exception) -> Finding:
    """The finding that stands for an exception of ours."""
    what = f"{type(error).__name__}: {error}"
    return Finding(
        Code.INTERNAL_ERROR,
        Text(
            zh=f"代理自身在「{gate}」出错（{what}），为安全起见拒绝了该调用",
            en=f"The proxy itself failed in {gate} ({what}) and refused the call to be safe",
        ),
        Text(
            zh="这不是小程序的问题：请附上日志报告给本工具的维护者。",
            en="This is no fault of the mini-program: report it to the maintainers of this tool with the log.",
        ),
        "own rule",
        subject=gate,
    )

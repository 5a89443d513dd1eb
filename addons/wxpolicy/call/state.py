"""The state of a call: read by the rules, changed only by its judgement."""

from collections.abc import Iterable
from collections.abc import Mapping

from wxpolicy.call import events
from wxpolicy.call.classify import classify
from wxpolicy.call.clients import client_of
from wxpolicy.call.clients import platforms_of
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import Verdicts
from wxpolicy.call.verdicts import weigh
from wxpolicy.editions.referer_form import Sender
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.finding import Finding
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.rules.not_http import TUNNEL
from wxpolicy.rules.timeout import Progress
from wxpolicy.state.app import App
from wxpolicy.terms import Api
from wxpolicy.terms import Client
from wxpolicy.terms import Outcome


class CallState:
    """A call in flight, or in a capture. ``policy`` is the one in force when it started: an edit never changes that.

    ``app`` is its mini-program on its device, None if time and state are not simulated (captures). ``record`` is the
    record that was made while it ran: what no capture can show is taken from it. ``classification`` is given if it is
    already known, or could not be read. Times are milliseconds of the clock that ``Judgement.feed`` uses.
    """

    def __init__(
        self,
        call_id: str,
        policy: Policy,
        head: events.RequestHead | events.TunnelOpened,
        *,
        app: App | None = None,
        record: CallRecord | None = None,
        classification: Classification | None = None,
    ) -> None:
        self.call_id = call_id
        self.policy = policy
        self.head = head
        self.app = app
        self.record = record
        facts = head.facts
        self.facts: CallFacts = facts
        self.host: str = facts.host
        self.sender: Sender | None = head.sender if isinstance(head, events.RequestHead) else None
        if classification is None:
            classification = TUNNEL if isinstance(head, events.TunnelOpened) else classify(facts, policy)
        self.classification = classification
        agent = facts.headers.get("user-agent")
        self.client = client_of(agent, policy.edition) if agent else Client.UNKNOWN
        self.findings: list[Finding] = []
        self.acted = "pass"
        self.began_ms = 0.0
        self.began_ms_if_untold: float | None = None  # until its own time was checked
        self.queued_ms = 0
        self.status: int | None = None
        self.broken: events.Broken | None = None
        self.trust_stores: Mapping[str, str] | None = None
        # Content-Type and Content-Encoding of a response whose body is to be judged; None for any other.
        self.body_type: tuple[str, str] | None = None
        self._ledger: Ledger | None = None
        self.encoding: EncodingFacts | None = None
        self.is_open_socket = False
        self.messages = 0
        self.sent_bytes = 0
        self.received_bytes = 0
        self.asked_ms: float | None = None  # since when it waits for a slot
        self.request_is_sent = False
        self.upstream_is_seen = False
        self.is_refused_at_hop = False  # it passed itself; the target of its redirect did not

    @property
    def ledger(self) -> Ledger | None:
        """The judge of the response body, created with its first byte; None if there is none to be judged."""
        if self._ledger is None and self.body_type is not None:
            self._ledger = Ledger(*self.body_type)
        return self._ledger

    @property
    def refused(self) -> bool:
        return self.acted == "fail"

    @property
    def keeps_own_time(self) -> bool:
        """Whether the client ends the call by a timeout that may be set in its code, and is not on the wire."""
        return self.policy.edition.has_per_call_timeout and self.client is not Client.UNKNOWN

    @property
    def limits_ms(self) -> Mapping[Api, int]:
        """networkTimeout of each API that decides."""
        return {api: self.policy.network_timeout_ms[api] for api in self.classification.apis}

    @property
    def has_unknown_limit(self) -> bool:
        """Whether the call's timeout is not on the wire: set in its code, or that of one of several APIs."""
        return self.keeps_own_time or (len(self.classification.apis) > 1 and len(set(self.limits_ms.values())) > 1)

    @property
    def appid(self) -> str | None:
        """The mini-program of the call; None if ``scope: all`` judges one without a Referer."""
        if self.sender is not None:
            return self.sender.appid
        return None if self.policy.appid == ANY_APPID else self.policy.appid

    @property
    def progress(self) -> Progress:
        """The progress of the call."""
        if self.asked_ms is not None:
            return Progress.QUEUE
        if self.classification.api is Api.CONNECT_SOCKET:
            return Progress.HANDSHAKE
        if not self.request_is_sent:
            return Progress.UPLOAD
        return Progress.WAITING if self.status is None else Progress.DOWNLOAD

    def verdicts(self) -> Verdicts:
        """What each kind of build does with the call, from all that was found so far."""
        return self.verdicts_of(self.findings)

    def verdicts_of(self, findings: Iterable[Finding]) -> Verdicts:
        """What each kind of build would do with the call if these were its findings."""
        return weigh(findings, self.classification.api, platforms_of(self.client), self.policy.edition)

    def would_fail(self, more: Iterable[Finding] = ()) -> bool:
        """Whether the mode in force would refuse the call if it had ``more`` findings."""
        imposed = self.verdicts_of([*self.findings, *more]).imposed_in(self.policy.mode)
        return imposed is not None and imposed.outcome is Outcome.FAIL

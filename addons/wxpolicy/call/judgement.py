"""One call, one judgement: every event of a call is fed in, and decisions come out.

Rule 1: everything that decides about a call is here or is called from here; no other code adds a finding, refuses a
call or tracks its progress. No clock, socket or file: the time is an argument, in milliseconds of any steady clock.
"""

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wxpolicy.call import events
from wxpolicy.call.bounds import MOST_FINDINGS
from wxpolicy.call.bounds import folded
from wxpolicy.call.decision import PASS
from wxpolicy.call.decision import Action
from wxpolicy.call.decision import Decision
from wxpolicy.call.referer import settle_referer
from wxpolicy.call.stages import JUDGED_ANEW
from wxpolicy.call.stages import RULES
from wxpolicy.call.state import CallState
from wxpolicy.call.verdicts import cited
from wxpolicy.finding import Finding
from wxpolicy.rules import background_refused
from wxpolicy.rules import concurrency_exceeded
from wxpolicy.rules import concurrency_queued
from wxpolicy.rules import network_error
from wxpolicy.rules import redirect
from wxpolicy.rules.charset import is_handed_over_as_text
from wxpolicy.state.app import App
from wxpolicy.state.deadlines import TimedOut
from wxpolicy.state.lifecycle import InBackground
from wxpolicy.state.lifecycle import Interrupted
from wxpolicy.state.slots import Exceeded
from wxpolicy.state.slots import Queued
from wxpolicy.state.slots import Started
from wxpolicy.terms import Mode

# RFC 9110 section 6.4.1: responses that have no body whatever their headers say. A part (206) may
# start inside a character: it says nothing about the whole.
_NO_WHOLE_BODY = frozenset({101, 204, 206, 304})


class Judgement(CallState):
    """The state machine of one call: ``feed`` it each event with its time, and carry out its decision."""

    # The entry point

    def feed(self, event: events.Event, now_ms: float) -> Decision:
        """What to do now that ``event`` has happened. Raises whatever a rule raises: feed ``RuleFailed`` then."""
        return _HANDLERS[type(event)](self, event, now_ms)

    # The handler of each event

    def _head(self, event: events.RequestHead, now_ms: float) -> Decision:
        self.began_ms = self.began_ms_if_untold = now_ms
        decision = self._judged(event)
        if decision.action is not Action.PASS or self.policy.mode is Mode.OBSERVE or not event.keeps_referer:
            return decision
        settled = settle_referer(self.facts.headers.get("referer"), self.policy, self.facts.headers)
        return Decision(findings=decision.findings, referer=settled.value)

    def _tunnel(self, event: events.TunnelOpened, now_ms: float) -> Decision:
        self.began_ms = now_ms
        return self._judged(event)

    def _admission(self, event: events.Admission, now_ms: float) -> Decision:
        """The background first, then a slot; a deadline may end the call from here on."""
        if self.app is None or self.refused:
            return PASS
        api, policy = self.classification.api, self.policy
        apis = self.classification.apis
        begun = self.app.begin(self.call_id, api, policy, now_ms, is_timed=not self.keeps_own_time, apis=apis)
        standing = begun.standing
        found: tuple[Finding, ...] = ()
        action = Action.PASS
        if isinstance(standing, InBackground):
            found = (*background_refused.check(api, self.host, policy.edition, now_ms - standing.grace_began_ms),)
        elif isinstance(standing, Exceeded):
            found = (*concurrency_exceeded.check(api, self.host, standing.limit),)
        elif isinstance(standing, Queued) and policy.mode is Mode.OBSERVE:
            found = (*concurrency_queued.check(api, self.host, policy.concurrency.limit(api) or 0, None),)
        elif isinstance(standing, Queued):
            action, self.acted, self.asked_ms = Action.HOLD, "hold", now_ms
        elif api in policy.edition.earlier_limits:
            running = self.app.running(api)
            found = (*concurrency_exceeded.check_earlier(api, self.host, running, policy.edition),)
        found = cited(found, policy.edition)
        if found and self._impose(found):
            action = Action.REFUSE
        return Decision(action, found, others=begun.events, wake_at_ms=self.app.next_deadline_ms())

    def _started(self, event: Started, now_ms: float) -> Decision:
        """A slot has been granted."""
        if self.asked_ms is None:
            return PASS
        self._leave_queue(now_ms)
        api = self.classification.api
        limit = self.policy.concurrency.limit(api) or 0
        notes = cited((*concurrency_queued.check(api, self.host, limit, self.queued_ms),), self.policy.edition)
        self.findings.extend(notes)
        return Decision(findings=notes)

    def _ended_by_app(self, event: TimedOut | Interrupted, now_ms: float) -> Decision:
        """Its time is up. The app has already removed it."""
        self.began_ms_if_untold = None
        if self.asked_ms is not None:
            self.queued_ms = round(now_ms - self.asked_ms)
        decision = self._judged(event)
        self.asked_ms = None
        return Decision(Action.CUT, decision.findings) if decision.action is Action.REFUSE else decision

    def _upstream(self, event: events.UpstreamSeen, now_ms: float) -> Decision:
        """Each finding counts once per call, however often its connection is judged."""
        self.trust_stores = event.trust_stores
        if self.refused:
            return PASS
        if self.upstream_is_seen:
            # A server may report after the handshake what was missing in it.
            event = replace(event, findings=tuple(each for each in event.findings if each not in self.findings))
            if not event.findings:
                return PASS
        self.upstream_is_seen = True
        return self._judged(event)

    def _protected(self, event: events.LocalPeer | events.LimitReached | events.Malformed, now_ms: float) -> Decision:
        """What protects this machine applies in every mode, and is reported even for a call that was already
        refused."""
        found = tuple(each for each in self._found(event) if each not in self.findings)
        if self.refused and isinstance(event, events.LocalPeer):
            return PASS
        self.findings.extend(found)
        self.acted = "fail"
        return Decision(Action.REFUSE, found)

    def _request_sent(self, event: events.RequestSent, now_ms: float) -> Decision:
        self.request_is_sent = True
        return PASS

    def _response_head(self, event: events.ResponseHead, now_ms: float) -> Decision:
        self.status = event.status
        if self.refused:
            return PASS
        if self.facts.is_websocket and not self.is_open_socket and self.record is None:
            found = self._handshake(event)
            if found:
                return Decision(findings=found)
        decision = self._judged(event)
        if decision.action is not Action.PASS or event.status in _NO_WHOLE_BODY or self.record is not None:
            return decision
        self.body_type = event.headers.get("content-type", ""), event.headers.get("content-encoding", "")
        converts = self._converts() and is_handed_over_as_text(self.classification) and not event.is_head_request
        return Decision(findings=decision.findings, watches_body=True, converts_body=converts)

    def _handshake(self, event: events.ResponseHead) -> tuple[Finding, ...]:
        """What is wrong with the response to a WebSocket handshake. Its client fails by itself: nothing has to be
        cut."""
        # Some captures have no headers of the response.
        sides = (self.facts, event) if event.headers else ()
        asked, given = [each.headers.get("sec-websocket-protocol", "") for each in sides] or ("", "")
        found = (*network_error.handshake(self.host, event.status, asked, given, self.client),)
        if any(each.fails for each in found):
            self.broken = events.Broken(events.EndedBy.SERVER)
        self.findings.extend(found)
        return found

    def _body_judged(self, event: events.BodyJudged, now_ms: float) -> Decision:
        if self.refused:
            return PASS
        if event.facts.is_text:
            self.encoding = event.facts
        if self._converts():
            return self._judged(event)
        # `record` changes no byte: what would have failed is only reported.
        found = self._found(event)
        self.findings.extend(found)
        return Decision(findings=found)

    def _socket_opened(self, event: events.SocketOpened, now_ms: float) -> Decision:
        self.is_open_socket = True
        if self.app is None:
            return PASS
        return self._moved(self.app.opened(self.call_id, now_ms), self.app)

    def _message(self, event: events.Message, now_ms: float) -> Decision:
        self.messages += 1
        if event.from_client:
            self.sent_bytes += event.size
        else:
            self.received_bytes += event.size
        return PASS

    def _hop(self, event: events.HopCame, now_ms: float) -> Decision:
        """What was unknown when the redirect was forwarded: its client follows it."""
        self.findings[:] = [
            redirect.followed(each) if redirect.may_be_followed(each) else each for each in self.findings
        ]
        self.is_refused_at_hop = event.is_refused
        return PASS

    def _broken(self, event: events.Broken, now_ms: float) -> Decision:
        if self.refused:
            return PASS
        self.broken = event
        found = self._found(event)
        self.findings.extend(found)
        return Decision(findings=found)

    def _not_shown(self, event: events.NotShown, now_ms: float) -> Decision:
        found = self._found(event)
        self.findings.extend(found)
        return Decision(findings=found)

    def _rule_failed(self, event: events.RuleFailed, now_ms: float) -> Decision:
        """Fails closed; mode observe alters nothing, so there the call continues."""
        found = self._found(event)
        self.findings[:0] = found
        if self.policy.mode is Mode.OBSERVE:
            return Decision(findings=found)
        self.acted, self.asked_ms = "fail", None
        return Decision(Action.REFUSE, found)

    def _released(self, event: events.Released, now_ms: float) -> Decision:
        """From here on it has no slot and no deadline."""
        if self.asked_ms is not None:
            self._leave_queue(now_ms)
        if self.app is None:
            return PASS
        self._look_at_its_own_time(now_ms)
        return self._moved(self.app.end(self.call_id, now_ms), self.app)

    def _look_at_its_own_time(self, now_ms: float) -> None:
        """A call that took longer than networkTimeout, while its own limit is unknown, is reported once."""
        began_ms, self.began_ms_if_untold = self.began_ms_if_untold, None
        if began_ms is None or self.is_open_socket or self.refused or not self.has_unknown_limit:
            return
        limit_ms = min(self.limits_ms.values())
        if now_ms - began_ms - self.queued_ms > limit_ms:
            self.findings.extend(self._found(TimedOut(self.call_id, began_ms + limit_ms, limit_ms)))

    # Implementation of the handlers

    def _judged(self, event: events.Event) -> Decision:
        """Runs the rules of this event and imposes their findings."""
        found = self._found(event)
        return Decision(Action.REFUSE if self._impose(found) else Action.PASS, found)

    def _found(self, event: events.Event) -> tuple[Finding, ...]:
        rules = RULES.get(type(event), ())
        if self.record is not None:
            rules = tuple(rule for rule in rules if rule in JUDGED_ANEW)
        if len(self.findings) >= MOST_FINDINGS:
            return ()
        found = folded(tuple(finding for rule in rules for finding in rule(self, event)))
        return cited(found, self.policy.edition)

    def _impose(self, found: tuple[Finding, ...]) -> bool:
        """Adds the findings; returns whether the call is refused now."""
        self.findings.extend(found)
        if not self.refused and any(finding.fails for finding in found) and self.would_fail():
            self.acted = "fail"
        return self.refused

    def _converts(self) -> bool:
        return self.policy.encoding == "apply" and self.policy.mode is not Mode.OBSERVE

    def _leave_queue(self, now_ms: float) -> None:
        assert self.asked_ms is not None
        self.queued_ms = round(now_ms - self.asked_ms)
        self.asked_ms = None

    @staticmethod
    def _moved(others: tuple[Started | TimedOut | Interrupted, ...], app: App) -> Decision:
        return Decision(others=others, wake_at_ms=app.next_deadline_ms())


# Typed loosely: each handler takes its own type of event.
_HANDLERS: Mapping[type, Callable[[Judgement, Any, float], Decision]] = {
    events.RequestHead: Judgement._head,
    events.TunnelOpened: Judgement._tunnel,
    events.Admission: Judgement._admission,
    Started: Judgement._started,
    TimedOut: Judgement._ended_by_app,
    Interrupted: Judgement._ended_by_app,
    events.UpstreamSeen: Judgement._upstream,
    events.LocalPeer: Judgement._protected,
    events.LimitReached: Judgement._protected,
    events.Malformed: Judgement._protected,
    events.RequestSent: Judgement._request_sent,
    events.ResponseHead: Judgement._response_head,
    events.BodyJudged: Judgement._body_judged,
    events.SocketOpened: Judgement._socket_opened,
    events.Message: Judgement._message,
    events.HopCame: Judgement._hop,
    events.Broken: Judgement._broken,
    events.NotShown: Judgement._not_shown,
    events.RuleFailed: Judgement._rule_failed,
    events.Released: Judgement._released,
}

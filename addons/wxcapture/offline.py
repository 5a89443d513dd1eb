"""Judges captured calls under a policy: the same judgement as live, fed with what the capture shows.

No file, socket or clock: a call's own time is its certificate's "now".
"""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from itertools import chain
from typing import Any

from mitmproxy import flow as mitmflow

from wxcapture.captured import Captured
from wxcapture.captured import Upstream
from wxpolicy.call import events
from wxpolicy.call.events import EndedBy
from wxpolicy.call.events import Event
from wxpolicy.call.events import NotShown
from wxpolicy.call.events import Unseen
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.call.record_maker import record_of
from wxpolicy.call.referer import read_sender
from wxpolicy.call.standing import Standing
from wxpolicy.call.standing import is_excluded
from wxpolicy.call.standing import standing_of
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge as judge_certificates
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.editions.referer_form import Sender
from wxpolicy.encoding.binary import Nature
from wxpolicy.encoding.binary import nature_of
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.state.deadlines import TimedOut
from wxpolicy.terms import Client
from wxpolicy.terms import Mode
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

Stores = Mapping[Platform, TrustStore]

# Cached judgements of certificates: hosts come from the capture.
MOST_CHAINS = 500
MOST_APPIDS = 1000
# One chain judged twice within a minute has one verdict.
_SAME_TIME_S = 60
# The year 9999: datetime ends there.
_LATEST = 253_402_300_799.0


class OfflineJudge:
    """Judges calls one after the other; ``counts`` and ``foreign_appids`` count what was skipped.

    ``policies`` may be replaced by those of another scope between two calls. ``stores``, by the policy's appid, is None
    if certificates are not to be judged: then they are not observable. A call with a record was judged as a call when
    it was recorded, so it is one here in any scope (``beyond_scope`` counts them), unless ``believes_records`` is
    False.
    """

    def __init__(
        self, policies: PolicySet, stores: Mapping[str, Stores] | None = None, *, believes_records: bool = True
    ) -> None:
        self.policies = policies
        self.believes_records = believes_records
        self.beyond_scope = 0
        self.counts: Counter[str] = Counter()
        self.foreign_appids: Counter[str] = Counter()
        self._stores = stores
        self._observed: dict[str, tuple[Policy, Policy]] = {}
        self._chains: dict[tuple[Any, ...], tuple[Finding, ...]] = {}

    def record(self, call: Captured) -> CallRecord | None:
        """The call's record under the policy; None if the policy does not judge it, which is counted."""
        judgement = self.judged(call)
        return record_of_captured(call, judgement) if judgement is not None else None

    def judged(self, call: Captured) -> Judgement | None:
        """The call with all that the capture shows of it; None if the policy does not judge it, which is counted."""
        policy = self._policy_of(call)
        sender = self._sender(call, policy)
        if not (self._counts_tunnel(call, policy) if call.is_tunnel else self._counts(call, sender, policy)):
            return None
        head = _head(call, sender)
        judgement = Judgement(call.id, self._observing(policy), head, record=call.recorded)
        # One by one: what comes next depends on what the call has become so far.
        for event in chain([head], self._certificates(call, policy), _answer(call, judgement)):
            judgement.feed(event, 0.0)
        return judgement

    def _policy_of(self, call: Captured) -> Policy:
        if self.policies.only is not None:
            return self.policies.only
        if call.recorded is not None:
            return self.policies.of_record(call.recorded.policy, call.recorded.appid)
        return self.policies.of_referer(call.facts.headers.get("referer"))

    def _observing(self, policy: Policy) -> Policy:
        """Nothing in a capture can still be refused."""
        known = self._observed.get(policy.appid)
        if known is None or known[0] is not policy:
            known = self._observed[policy.appid] = policy, replace(policy, mode=Mode.OBSERVE)
        return known[1]

    @staticmethod
    def _sender(call: Captured, policy: Policy) -> Sender | None:
        if call.recorded is not None:
            # The proxy may have set the Referer: the record has the original sender.
            return Sender(call.recorded.appid, call.recorded.version) if call.recorded.appid else None
        return read_sender(call.facts.headers.get("referer"), policy.edition)

    def _counts(self, call: Captured, sender: Sender | None, policy: Policy) -> bool:
        standing = standing_of(call.facts, sender, policy)
        if self.believes_records and call.recorded is not None and standing not in (Standing.CALL, Standing.FOREIGN):
            self.beyond_scope += 1
            return True
        if standing is Standing.FOREIGN and sender is not None:
            if sender.appid in self.foreign_appids or len(self.foreign_appids) < MOST_APPIDS:
                self.foreign_appids[sender.appid] += 1
        elif standing is not Standing.CALL:
            self.counts[standing.value] += 1
        return standing is Standing.CALL

    def _counts_tunnel(self, call: Captured, policy: Policy) -> bool:
        if (self.believes_records and call.recorded is not None) or not is_excluded(call.facts, policy):
            return True
        self.counts[Standing.EXCLUDED.value] += 1
        return False

    def _certificates(self, call: Captured, policy: Policy) -> Iterator[Event]:
        if call.recorded is not None:
            return  # judged live, with the roots that were trusted then
        if call.upstream is not None and self._stores is not None:
            yield events.UpstreamSeen(self._judged(call.upstream, policy, self._stores[policy.appid]))
        elif call.facts.scheme in ("https", "wss") and not call.is_tunnel:
            yield NotShown(Unseen.CERTIFICATE)

    def _judged(self, upstream: Upstream, policy: Policy, stores: Stores) -> tuple[Finding, ...]:
        at = min(max(upstream.at, 0.0), _LATEST)
        key = (policy.appid, upstream.chain, upstream.handshake, int(at // _SAME_TIME_S))
        found = self._chains.get(key)
        if found is None:
            if len(self._chains) >= MOST_CHAINS:
                self._chains.pop(next(iter(self._chains)))
            now = datetime.fromtimestamp(at, UTC)
            platforms = policy.certificates.platforms
            found = judge_certificates(ServedChain(upstream.chain), upstream.handshake, now, stores, platforms)
            self._chains[key] = found
        return found


def record_of_captured(call: Captured, judgement: Judgement) -> CallRecord:
    """The record of a call that was ``judged``."""
    end = events.Ended(call.request_bytes, call.response_bytes, _tls(call.upstream), call.duration_ms)
    record = record_of(judgement, end, call.started_at, 0.0)
    if call.recorded is not None:
        known = judgement.client is not Client.UNKNOWN
        return replace(record, client=judgement.client.value) if known else record
    happened = _happened(call, judgement)
    return replace(record, outcome=happened.outcome, errno=happened.errno, errmsg=happened.errmsg)


def _head(call: Captured, sender: Sender | None) -> events.RequestHead | events.TunnelOpened:
    if call.is_tunnel:
        host, port = next(((name.host, name.port) for name in call.facts.names), ("", None))
        return events.TunnelOpened(call.facts, call.url, host, port or 0)
    return events.RequestHead(call.facts, call.url, sender, keeps_referer=call.recorded is None)


def _answer(call: Captured, judgement: Judgement) -> Iterator[Event]:
    """In the order in which a client meets them; of a recorded call, only what is judged again."""
    answer = call.answer
    if answer is not None and call.recorded is not None:
        yield events.ResponseHead(answer.status, answer.headers)
    if call.recorded is not None or call.is_tunnel:
        return
    followed = judgement.policy.edition.followed_redirects
    limits_ms = judgement.limits_ms.values()
    # With several readings the longest time counts; the shortest is mentioned if only that one is exceeded.
    limit_ms = max(limits_ms) if call.duration_ms > max(limits_ms) else min(limits_ms)
    is_told = call.ended_by in (EndedBy.SERVER, EndedBy.CLIENT)
    # A WebSocket's duration is its life.
    is_late = (answer is not None or is_told) and not call.facts.is_websocket and call.duration_ms > limit_ms
    time_up = TimedOut(call.id, limit_ms, limit_ms)
    # Not every capture shows how far the call got: its answer was certainly incomplete.
    if is_late and call.sent_ms is not None and call.sent_ms > limit_ms:
        yield time_up
        is_late = False
    yield events.RequestSent()
    if is_late and (answer is None or (call.answered_ms is not None and call.answered_ms > limit_ms)):
        yield time_up
        is_late = False
    if call.is_open_socket:
        yield events.SocketOpened()
    if answer is not None:
        yield events.ResponseHead(answer.status, answer.headers, is_head_request=call.facts.method == "HEAD")
    if is_late:
        yield time_up
    if is_told:
        assert call.ended_by
        why = "" if call.trouble == mitmflow.Error.KILLED_MESSAGE else printable(beginning(call.trouble))
        yield events.Broken(call.ended_by, why)
    elif answer is None or (call.ended_by is not None and answer.status not in followed):
        yield NotShown(Unseen.ANSWER)
    if answer is None or call.ended_by is not None:
        return
    if answer.body is not None and judgement.body_type is not None:
        # The capture shows which codings still have to be decoded.
        ledger = Ledger(answer.headers.get("content-type", ""), answer.content_coding)
        ledger.feed(answer.body)
        yield events.BodyJudged(ledger.finish())
    elif _may_be_text(call) and answer.status not in followed:
        yield NotShown(Unseen.ENCODING)


def _happened(call: Captured, judgement: Judgement) -> Verdict:
    """What the client met, as far as the capture shows."""
    api = judgement.classification.api.value
    if call.happened is not None:
        return call.happened
    broken = judgement.broken
    if call.ended_by is EndedBy.SERVER or (broken is not None and broken.by is EndedBy.SERVER):
        return judgement.verdicts().debug
    if call.ended_by is EndedBy.CLIENT:
        return Verdict(Outcome.FAIL, None, f"{api}:fail abort")
    if call.answer is not None and call.ended_by is None:
        return Verdict(Outcome.SUCCESS, None, f"{api}:ok")
    return Verdict(Outcome.FAIL, None, f"{api}:fail {beginning(call.trouble)}".rstrip())


def _may_be_text(call: Captured) -> bool:
    assert call.answer is not None
    content_type = call.answer.headers.get("content-type", "")
    has_body = not call.facts.is_websocket and call.answer.status not in (101, 204, 304) and call.facts.method != "HEAD"
    return has_body and nature_of(content_type) is not Nature.BINARY


def _tls(upstream: Upstream | None) -> dict[str, object] | None:
    if upstream is None:
        return None
    handshake = upstream.handshake
    return {"version": handshake.tls_version, "cipher": handshake.cipher, "chain_length": len(upstream.chain)}

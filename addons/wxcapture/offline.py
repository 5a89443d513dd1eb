"""Judges captured calls under a policy: the same rules as live, over what the capture shows.

No file, socket or clock: a call's own time is its certificate's "now".
"""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime

from wxcapture.broken_off import broken_off
from wxcapture.captured import Captured
from wxcapture.captured import EndedBy
from wxcapture.captured import Upstream
from wxcapture.unseen import answer_unseen
from wxcapture.unseen import certificate_unseen
from wxcapture.unseen import encoding_unseen
from wxpolicy.call.classify import Client
from wxpolicy.call.classify import classify
from wxpolicy.call.classify import client_of
from wxpolicy.call.classify import platforms_of
from wxpolicy.call.facts import Classification
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.call.referer import Sender
from wxpolicy.call.referer import read_sender
from wxpolicy.call.referer import settle_referer
from wxpolicy.call.standing import Standing
from wxpolicy.call.standing import standing_of
from wxpolicy.call.verdicts import judge_domains
from wxpolicy.call.verdicts import weigh
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge as judge_certificates
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.encoding.binary import Nature
from wxpolicy.encoding.binary import nature_of
from wxpolicy.encoding.facts import EncodingFacts
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.finding import Finding
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.rules.charset import check_charset
from wxpolicy.rules.file_too_large import check_file_size
from wxpolicy.rules.not_http import TUNNEL
from wxpolicy.rules.not_http import judge_tunnel
from wxpolicy.rules.redirect import FOLLOWED
from wxpolicy.rules.redirect import NOT_SEEN_FOLLOWED
from wxpolicy.rules.redirect import check_redirect
from wxpolicy.rules.status import check_status
from wxpolicy.rules.time_and_state import Stage
from wxpolicy.rules.time_and_state import timeout
from wxpolicy.terms import Mode
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform
from wxpolicy.text.printable import beginning

# Judgements of certificates that are kept: hosts come from the capture.
MOST_CHAINS = 500
MOST_APPIDS = 1000
# One chain judged at two times of one minute gives one verdict.
_SAME_TIME_S = 60
# The year 9999: beyond it there is no datetime.
_LATEST = 253_402_300_799.0


class OfflineJudge:
    """Judges calls one after the other; ``counts`` and ``foreign_appids`` tell what was passed over.

    ``policy`` may be replaced by one of another scope between two calls. ``stores``
    is None where certificates are not to be judged: then they are not observable.
    Whoever made a record judged the call, so it is one here in any scope
    (``beyond_scope`` counts them), unless ``believes_records`` is False.
    """

    def __init__(
        self, policy: Policy, stores: Mapping[Platform, TrustStore] | None = None, *, believes_records: bool = True
    ) -> None:
        self.policy = policy
        self.believes_records = believes_records
        self.beyond_scope = 0
        self.counts: Counter[str] = Counter()
        self.foreign_appids: Counter[str] = Counter()
        self._stores = stores
        self._chains: dict[tuple, tuple[Finding, ...]] = {}

    def record(self, call: Captured) -> CallRecord | None:
        """The call's record under the policy; None where the policy does not judge it, which is counted."""
        sender = self._sender(call, self.policy)
        if not call.is_tunnel and not self._counts(call, sender):
            return None
        classification = TUNNEL if call.is_tunnel else classify(call.facts)
        client = client_of(call.facts.headers.get("user-agent", ""), self.policy.edition)
        encoding = self._encoding(call)
        findings = tuple(self._findings(call, classification, encoding))
        verdicts = weigh(findings, classification.api, platforms_of(client), self.policy.edition)
        recorded = call.recorded
        if recorded is not None:
            happened = Verdict(recorded.outcome, recorded.errno, recorded.errmsg)
        elif call.happened is not None:
            happened = call.happened
        elif call.ended_by is EndedBy.SERVER:
            happened = verdicts.debug
        elif call.ended_by is EndedBy.CLIENT:
            happened = Verdict(Outcome.FAIL, None, f"{classification.api.value}:fail abort")
        elif call.answer is not None and call.ended_by is None:
            happened = Verdict(Outcome.SUCCESS, None, f"{classification.api.value}:ok")
        else:
            happened = Verdict(
                Outcome.FAIL, None, f"{classification.api.value}:fail {beginning(call.trouble)}".rstrip()
            )
        return CallRecord(
            id=call.id,
            started_at=call.started_at,
            device=call.facts.device,
            client=(recorded.client if recorded and client is Client.UNKNOWN else client.value),
            appid=sender.appid if sender else None if self.policy.appid == ANY_APPID else self.policy.appid,
            version=sender.version if sender else None,
            api=classification.api.value,
            api_confidence=classification.confidence.value,
            method=call.facts.method,
            url=call.url,
            http_status=call.answer.status if call.answer else recorded.http_status if recorded else None,
            outcome=happened.outcome,
            errno=happened.errno,
            errmsg=happened.errmsg,
            mode=recorded.mode if recorded else Mode.OBSERVE.value,
            acted=recorded.acted if recorded else "pass",
            release=verdicts.release,
            debug=verdicts.debug,
            findings=findings,
            duration_ms=recorded.duration_ms if recorded else call.duration_ms,
            queued_ms=recorded.queued_ms if recorded else 0,
            request_bytes=call.request_bytes,
            response_bytes=call.response_bytes,
            tls=recorded.tls if recorded else _tls(call.upstream),
            encoding=recorded.encoding if recorded else encoding.as_json() if encoding and encoding.is_text else None,
        )

    @staticmethod
    def _sender(call: Captured, policy: Policy) -> Sender | None:
        if call.recorded is not None:
            # The gate may have set the Referer: whose call it was stands in the record.
            return Sender(call.recorded.appid, call.recorded.version) if call.recorded.appid else None
        return read_sender(call.facts.headers.get("referer"), policy.edition)

    def _counts(self, call: Captured, sender: Sender | None) -> bool:
        standing = standing_of(call.facts, sender, self.policy)
        if self.believes_records and call.recorded is not None and standing not in (Standing.CALL, Standing.FOREIGN):
            self.beyond_scope += 1
            return True
        if standing is Standing.FOREIGN and sender is not None:
            if sender.appid in self.foreign_appids or len(self.foreign_appids) < MOST_APPIDS:
                self.foreign_appids[sender.appid] += 1
        elif standing is not Standing.CALL:
            self.counts[standing.value] += 1
        return standing is Standing.CALL

    def _findings(
        self, call: Captured, classification: Classification, encoding: EncodingFacts | None
    ) -> Iterator[Finding]:
        """In the order in which a client meets them."""
        policy, facts, recorded = self.policy, call.facts, call.recorded
        # 1) Where the call goes.
        if call.is_tunnel:
            host, port = next(((name.host, name.port) for name in facts.names), ("", None))
            yield from judge_tunnel(facts, policy, host, port or 0)
        else:
            yield from judge_domains(facts, classification, policy)
        if recorded is None:
            yield from settle_referer(facts.headers.get("referer"), policy).findings
        # 2) What the handshake shows.
        yield from self._certificates(call)
        # 3) What came back.
        answer = call.answer
        if answer is not None:
            location = answer.headers.get("location")
            if location is not None:
                yield from check_redirect(facts, classification, policy, answer.status, location)
        elif recorded is not None and recorded.http_status in FOLLOWED | NOT_SEEN_FOLLOWED:
            yield from (each for each in recorded.findings if each.code is Code.REDIRECT_NOT_LISTED)
        if recorded is not None:
            # 4) Time, state and bytes, as they were judged while the call ran.
            yield from (each for each in recorded.findings if each.code.family not in _JUDGED_ANEW)
            return
        yield from self._answer(call, classification, encoding)

    def _answer(
        self, call: Captured, classification: Classification, encoding: EncodingFacts | None
    ) -> Iterator[Finding]:
        answer, facts, api = call.answer, call.facts, classification.api
        host = facts.names[0].host if facts.names else ""
        limit_ms = self.policy.network_timeout_ms[api]
        is_told = call.ended_by in (EndedBy.SERVER, EndedBy.CLIENT)
        # A socket's time is its life.
        if (answer is not None or is_told) and not facts.is_websocket and call.duration_ms > limit_ms:
            yield timeout(api, host, limit_ms, _stage(call, limit_ms), self.policy.edition)
        if is_told:
            yield broken_off(call.ended_by, call.trouble, host)
        elif answer is None or (call.ended_by is not None and answer.status not in FOLLOWED):
            yield answer_unseen()
        if answer is None:
            return
        yield from check_status(answer.status)
        if call.ended_by is not None:
            return
        if encoding is not None:
            yield from check_charset(encoding, classification, self.policy, host)
            yield from check_file_size(encoding.wire_bytes, classification, self.policy, host)
        elif _may_be_text(call):
            yield encoding_unseen()

    def _certificates(self, call: Captured) -> Iterator[Finding]:
        if call.recorded is not None:
            # Judged live, with the roots that were trusted then: a test CA of that run is not in the policy.
            yield from (each for each in call.recorded.findings if each.code.family is Family.CERTIFICATE)
        elif call.upstream is not None and self._stores is not None:
            yield from self._judged(call.upstream, self._stores)
        elif call.facts.scheme in ("https", "wss"):
            yield certificate_unseen()

    def _judged(self, upstream: Upstream, stores: Mapping[Platform, TrustStore]) -> tuple[Finding, ...]:
        at = min(max(upstream.at, 0.0), _LATEST)
        key = (upstream.chain, upstream.handshake, int(at // _SAME_TIME_S))
        found = self._chains.get(key)
        if found is None:
            if len(self._chains) >= MOST_CHAINS:
                self._chains.pop(next(iter(self._chains)))
            now = datetime.fromtimestamp(at, UTC)
            platforms = self.policy.certificates.platforms
            found = judge_certificates(ServedChain(upstream.chain), upstream.handshake, now, stores, platforms)
            self._chains[key] = found
        return found

    @staticmethod
    def _encoding(call: Captured) -> EncodingFacts | None:
        """What the answer's bytes are; None where the capture does not hold them, or they are not a whole answer."""
        answer = call.answer
        if (
            answer is None
            or answer.body is None
            or call.ended_by is not None
            or call.recorded is not None
            or answer.status in (101, 206)
        ):
            return None
        ledger = Ledger(answer.headers.get("content-type", ""), answer.content_coding)
        ledger.feed(answer.body)
        return ledger.finish()


def _stage(call: Captured, limit_ms: float) -> Stage:
    """How far the call had come when its time was up; where that is not told, the answer was surely not complete."""
    if call.sent_ms is not None and call.sent_ms > limit_ms:
        return Stage.UPLOAD
    if call.answered_ms is not None and call.answered_ms > limit_ms:
        return Stage.WAITING
    return Stage.DOWNLOAD


def _may_be_text(call: Captured) -> bool:
    assert call.answer is not None
    content_type = call.answer.headers.get("content-type", "")
    has_body = call.answer.status not in (101, 204, 304) and call.facts.method != "HEAD"
    return has_body and nature_of(content_type) is not Nature.BINARY and call.answer.status not in FOLLOWED


def _tls(upstream: Upstream | None) -> dict[str, object] | None:
    if upstream is None:
        return None
    handshake = upstream.handshake
    return {
        "version": handshake.tls_version,
        "cipher": handshake.cipher,
        "chain_length": len(upstream.chain),
        "trust_stores": None,
    }


# Of a recorded call, these are judged under the policy at hand; the rest is as it was seen.
_JUDGED_ANEW = frozenset({Family.DOMAIN, Family.CERTIFICATE})

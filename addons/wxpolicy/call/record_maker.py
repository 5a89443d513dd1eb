"""The only place where a call becomes its record, whatever its source."""

from dataclasses import replace

from wxpolicy.call.bounds import LONGEST_URL
from wxpolicy.call.bounds import bounded
from wxpolicy.call.bounds import bounded_json
from wxpolicy.call.events import Ended
from wxpolicy.call.events import EndedBy
from wxpolicy.call.events import TunnelOpened
from wxpolicy.call.judgement import Judgement
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.call.verdicts import Verdicts
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.finding import Finding
from wxpolicy.rules.redirect import followed
from wxpolicy.rules.redirect import may_be_followed
from wxpolicy.terms import Outcome
from wxpolicy.text.printable import beginning


def record_of(call: Judgement, end: Ended, started_at: float, now_ms: float) -> CallRecord:
    """The call's record. ``started_at`` is Unix time in seconds, ``now_ms`` the clock that ``feed`` uses.

    A call with an earlier record keeps what happened to it; its verdicts are worked out again.
    """
    findings = tuple(map(bounded, call.findings if call.record is None else _restored(call, call.record)))
    verdicts = call.verdicts() if call.record is None else call.verdicts_of(findings)
    if call.record is not None:
        return _judged_anew(call, call.record, findings, verdicts)
    happened = _happened(call, verdicts)
    is_tunnel = isinstance(call.head, TunnelOpened)
    return CallRecord(
        id=call.call_id,
        started_at=started_at,
        device=call.facts.device,
        client=call.client.value,
        appid=call.appid,
        version=call.sender.version if call.sender else call.policy.version,
        api=call.classification.api.value,
        apis=tuple(api.value for api in call.classification.readings),
        api_confidence=call.classification.confidence.value,
        method=beginning(call.facts.method),
        url=beginning(call.head.url, LONGEST_URL),
        http_status=None if is_tunnel else call.status,
        outcome=happened.outcome,
        errno=happened.errno,
        errmsg=happened.errmsg,
        mode=call.policy.mode.value,
        acted=call.acted,
        release=verdicts.release,
        debug=verdicts.debug,
        findings=findings,
        duration_ms=end.duration_ms if end.duration_ms is not None else round(now_ms - call.began_ms),
        queued_ms=call.queued_ms,
        request_bytes=end.request_bytes + call.sent_bytes,
        response_bytes=end.response_bytes + call.received_bytes,
        tls=None
        if end.tls is None
        else {**end.tls, "trust_stores": None if call.trust_stores is None else dict(call.trust_stores)},
        encoding=bounded_json(call.encoding.as_json()) if call.encoding else None,
        policy=call.policy.recorded_as,
    )


def _happened(call: Judgement, verdicts: Verdicts) -> Verdict:
    """What the client met: a refusal, a network failure, or a response of any status."""
    api = call.classification.api.value
    if call.refused or call.is_refused_at_hop:
        return verdicts.imposed_in(call.policy.mode) or verdicts.release
    if call.broken is not None:
        if verdicts.debug.outcome is Outcome.FAIL:
            return verdicts.debug
        is_our_own = call.broken.by is EndedBy.PROXY
        return Verdict(Outcome.FAIL, None, f"{api}:fail" if is_our_own else f"{api}:fail abort")
    return Verdict(Outcome.SUCCESS, None, f"{api}:ok")


def _judged_anew(call: Judgement, record: CallRecord, findings: tuple[Finding, ...], verdicts: Verdicts) -> CallRecord:
    happened = verdicts.release if call.is_refused_at_hop else record
    return replace(
        record,
        outcome=happened.outcome,
        errno=happened.errno,
        errmsg=happened.errmsg,
        api=call.classification.api.value,
        apis=tuple(api.value for api in call.classification.readings),
        api_confidence=call.classification.confidence.value,
        release=verdicts.release,
        debug=verdicts.debug,
        findings=findings,
        policy=call.policy.recorded_as,
    )


def _restored(call: Judgement, record: CallRecord) -> list[Finding]:
    """The findings of today's rules, in the order in which a live call meets them, combined with those of the
    recording.

    The domain rules come first. A redirect keeps its place, and certificates were judged with the roots that were
    trusted then: a test CA of that run is not in the policy.
    """
    anew = [finding for finding in call.findings if finding.code is not Code.REDIRECT_NOT_LISTED]
    redirect = [finding for finding in call.findings if finding.code is Code.REDIRECT_NOT_LISTED]
    if any(finding.data.get("followed") for finding in record.findings if finding.code is Code.REDIRECT_NOT_LISTED):
        redirect = [followed(finding) if may_be_followed(finding) else finding for finding in redirect]
    if call.status is None:  # the response is missing: the earlier finding still counts
        redirect = [finding for finding in record.findings if finding.code is Code.REDIRECT_NOT_LISTED]
    # A limit or an address of this machine ended the call at that point, after what was found before.
    ours = [finding for finding in record.findings if finding.code is Code.INTERNAL_ERROR]
    rest: list[Finding] = []
    for finding in record.findings:
        if finding.code is Code.REDIRECT_NOT_LISTED:
            rest += redirect
            redirect = []
        elif finding.family is not Family.DOMAIN and finding.code is not Code.INTERNAL_ERROR:
            rest.append(finding)
    return [*ours, *anew, *rest, *redirect]

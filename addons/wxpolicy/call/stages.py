"""The order of the rules: which of them inspect a call at which event, from first to last.

``RULES`` maps an event to its rules. Each rule gets the call's state (``CallState``) and the event, and yields
findings. A refused call is not inspected any more, except at its end.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from wxpolicy.call import events
from wxpolicy.call.clients import as_known_for
from wxpolicy.call.referer import settle_referer
from wxpolicy.call.state import CallState
from wxpolicy.call.verdicts import judge_domains
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.rules import internal_error
from wxpolicy.rules import interrupted
from wxpolicy.rules import limit_reached
from wxpolicy.rules import local_address
from wxpolicy.rules import method_not_supported
from wxpolicy.rules import network_error
from wxpolicy.rules import not_http
from wxpolicy.rules import proxy_limit
from wxpolicy.rules import redirect
from wxpolicy.rules import timeout
from wxpolicy.rules import unseen
from wxpolicy.rules.order import discover
from wxpolicy.rules.stage import Stage
from wxpolicy.state.deadlines import TimedOut
from wxpolicy.state.lifecycle import Interrupted

Rule = Callable[[CallState, Any], Iterator[Finding]]


def _target(call: CallState, event: events.RequestHead) -> Iterator[Finding]:
    yield from judge_domains(call.facts, call.classification, call.policy)


def _referer(call: CallState, event: events.RequestHead) -> Iterator[Finding]:
    if event.keeps_referer:
        yield from settle_referer(call.facts.headers.get("referer"), call.policy, call.facts.headers).findings


def _method(call: CallState, event: events.RequestHead) -> Iterator[Finding]:
    yield from method_not_supported.check(
        call.facts.method, call.host, call.classification, call.client, call.policy.edition
    )


def _tunnel(call: CallState, event: events.TunnelOpened) -> Iterator[Finding]:
    yield from not_http.judge_tunnel(call.facts, call.policy, event.host, event.port)


def _upstream(call: CallState, event: events.UpstreamSeen) -> Iterator[Finding]:
    yield from as_known_for(call.client, event.findings)


def _local_peer(call: CallState, event: events.LocalPeer) -> Iterator[Finding]:
    yield from local_address.check(event.host, event.address, event.port, event.kind)


def _limit(call: CallState, event: events.LimitReached) -> Iterator[Finding]:
    yield from limit_reached.check(call.host, event.what, event.limit, event.unit, event.option, event.count)


def _malformed(call: CallState, event: events.Malformed) -> Iterator[Finding]:
    yield from network_error.malformed(call.host, event.why)


def _redirect(call: CallState, event: events.ResponseHead) -> Iterator[Finding]:
    yield from redirect.check(call.facts, call.classification, call.policy, event)


def _response_head(call: CallState, event: events.ResponseHead) -> Iterator[Finding]:
    for rule in discover(Stage.RESPONSE_HEAD):
        if rule is not redirect:
            yield from rule.check(call.facts, call.classification, call.policy, event)


def _body(call: CallState, event: events.BodyJudged) -> Iterator[Finding]:
    for rule in discover(Stage.BODY):
        yield from rule.check(event.facts, call.classification, call.policy, call.host)


def _timeout(call: CallState, event: TimedOut) -> Iterator[Finding]:
    limits_ms = call.limits_ms
    # Of several readings, one whose time is up; the likeliest if it is up for all.
    is_up = [api for api, limit_ms in limits_ms.items() if limit_ms <= event.timeout_ms] or [call.classification.api]
    has_time = [api for api in limits_ms if api not in is_up]
    for found in timeout.check(
        is_up[0], call.host, event.timeout_ms, call.progress, call.policy.edition, call.queued_ms
    ):
        if call.keeps_own_time:
            data = {**found.data, "is_own_time": True}
            yield replace(found, data=data, severity=Severity.WARNING, status=Status.NOT_OBSERVABLE)
        elif has_time:
            data = {**found.data, "has_time": [api.value for api in has_time]}
            yield replace(found, data=data, severity=Severity.WARNING, status=Status.NOT_OBSERVABLE)
        else:
            yield found


def _interrupted(call: CallState, event: Interrupted) -> Iterator[Finding]:
    yield from interrupted.check(
        call.classification.api,
        call.host,
        call.policy.edition,
        round(event.at_ms - event.grace_began_ms),
        is_open_socket=call.is_open_socket,
        begun_in_background=event.begun_ms > event.grace_began_ms,
    )


def _broken(call: CallState, event: events.Broken) -> Iterator[Finding]:
    if event.by in (events.EndedBy.CLIENT, events.EndedBy.SERVER):
        yield from network_error.check(call.host, by_client=event.by is events.EndedBy.CLIENT, why=event.why)
    elif event.by is events.EndedBy.PROXY:
        yield from proxy_limit.check(call.host, event.why, event.device, event.upstream_proxy)


def _not_shown(call: CallState, event: events.NotShown) -> Iterator[Finding]:
    yield from unseen.check(event.what.value)


def _rule_failed(call: CallState, event: events.RuleFailed) -> Iterator[Finding]:
    yield from internal_error.check(event.where, event.error)


# The rules of a stage (wxpolicy/rules) run in ``_target``, ``_response_head`` and ``_body``: wxpolicy/rules/order.py.
RULES: Mapping[type, tuple[Rule, ...]] = MappingProxyType(
    {
        # 1) The target of the call, and its mini-program.
        events.RequestHead: (_target, _referer, _method),
        events.TunnelOpened: (_tunnel,),
        # 2) The connection that is to carry it.
        events.UpstreamSeen: (_upstream,),
        events.LocalPeer: (_local_peer,),
        # 3) The response.
        events.ResponseHead: (_redirect, _response_head),
        events.BodyJudged: (_body,),
        # At any time.
        TimedOut: (_timeout,),
        Interrupted: (_interrupted,),
        events.LimitReached: (_limit,),
        events.Malformed: (_malformed,),
        events.Broken: (_broken,),
        events.NotShown: (_not_shown,),
        events.RuleFailed: (_rule_failed,),
    }
)
# For a call with an earlier record, these are judged again; all other findings are those of the recording.
JUDGED_ANEW = frozenset({_target, _tunnel, _upstream, _redirect})

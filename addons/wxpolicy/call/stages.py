"""The one order of the rules: which of them look at a call at which event, the first in the line first.

``RULES`` maps an event to its rules. Each is given the call as it is (``CallState``) and
the event, and yields findings. A call that was refused is asked nothing more, but for its end.
"""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from wxpolicy.call import events
from wxpolicy.call.referer import settle_referer
from wxpolicy.call.state import CallState
from wxpolicy.call.verdicts import judge_domains
from wxpolicy.finding import Finding
from wxpolicy.rules import not_http
from wxpolicy.rules.charset import check_charset
from wxpolicy.rules.file_too_large import check_file_size
from wxpolicy.rules.internal_error import internal_error
from wxpolicy.rules.network_error import client_left
from wxpolicy.rules.network_error import upstream_failed
from wxpolicy.rules.redirect import check_redirect
from wxpolicy.rules.status import check_status
from wxpolicy.rules.time_and_state import interrupted
from wxpolicy.rules.time_and_state import timeout
from wxpolicy.rules.unseen import unseen
from wxpolicy.state.deadlines import TimedOut
from wxpolicy.state.lifecycle import Interrupted

Rule = Callable[[CallState, Any], Iterator[Finding]]


def _target(call: CallState, event: events.RequestHead) -> Iterator[Finding]:
    yield from judge_domains(call.facts, call.classification, call.policy)


def _referer(call: CallState, event: events.RequestHead) -> Iterator[Finding]:
    if event.keeps_referer:
        yield from settle_referer(call.facts.headers.get("referer"), call.policy).findings


def _tunnel(call: CallState, event: events.TunnelOpened) -> Iterator[Finding]:
    yield from not_http.judge_tunnel(call.facts, call.policy, event.host, event.port)


def _upstream(call: CallState, event: events.UpstreamSeen) -> Iterator[Finding]:
    yield from event.findings


def _redirect(call: CallState, event: events.ResponseHead) -> Iterator[Finding]:
    if (location := event.headers.get("location")) is not None:
        yield from check_redirect(call.facts, call.classification, call.policy, event.status, location)


def _status(call: CallState, event: events.ResponseHead) -> Iterator[Finding]:
    yield from check_status(event.status)


def _charset(call: CallState, event: events.BodyJudged) -> Iterator[Finding]:
    yield from check_charset(event.facts, call.classification, call.policy, call.host)


def _file_size(call: CallState, event: events.BodyJudged) -> Iterator[Finding]:
    yield from check_file_size(event.facts.wire_bytes, call.classification, call.policy, call.host)


def _timeout(call: CallState, event: TimedOut) -> Iterator[Finding]:
    stage, edition = call.stage, call.policy.edition
    yield timeout(call.classification.api, call.host, event.timeout_ms, stage, edition, call.queued_ms)


def _interrupted(call: CallState, event: Interrupted) -> Iterator[Finding]:
    yield interrupted(
        call.classification.api,
        call.host,
        call.policy.edition,
        round(event.at_ms - event.grace_began_ms),
        is_open_socket=call.is_open_socket,
        begun_in_background=event.begun_ms > event.grace_began_ms,
    )


def _broken(call: CallState, event: events.Broken) -> Iterator[Finding]:
    if event.by is events.EndedBy.CLIENT:
        yield client_left(call.host)
    elif event.by is events.EndedBy.SERVER:
        yield upstream_failed(event.why, call.host)


def _not_shown(call: CallState, event: events.NotShown) -> Iterator[Finding]:
    yield unseen(event.what.value)


def _rule_failed(call: CallState, event: events.RuleFailed) -> Iterator[Finding]:
    yield internal_error(event.where, event.error)


# The domain rules that stand behind ``_target`` have an order of their own: wxpolicy.rules.DOMAIN_RULES.
RULES: Mapping[type, tuple[Rule, ...]] = MappingProxyType(
    {
        # 1) Where the call goes, and whose it is.
        events.RequestHead: (_target, _referer),
        events.TunnelOpened: (_tunnel,),
        # 2) The connection that is to carry it.
        events.UpstreamSeen: (_upstream,),
        # 3) What came back.
        events.ResponseHead: (_redirect, _status),
        events.BodyJudged: (_charset, _file_size),
        # At any moment.
        TimedOut: (_timeout,),
        Interrupted: (_interrupted,),
        events.Broken: (_broken,),
        events.NotShown: (_not_shown,),
        events.RuleFailed: (_rule_failed,),
    }
)
# Of a call whose record is at hand, these are judged anew; all else is as it was found while it ran.
JUDGED_ANEW = frozenset({_target, _tunnel, _upstream, _redirect})

"""REDIRECT_NOT_LISTED: every hop of a redirect is judged like a call of the same API.

platform §1 [doc, changelog 2017-01]: every hop is checked. Clients follow 301,
302 and 307 [seen]; 303 and 308 were not seen followed, so a bad target there is
a warning only. connectSocket follows no redirect: nothing to judge.

Passes:
    https://api.example.com/old -> 302 /new (the same origin)
    https://api.example.com/ -> 302 https://cdn.example.com/ with both listed
Fails:
    -> 302 http://api.example.com/  -> 301 https://unlisted.example/  -> 307 //10.0.0.1/
    -> 302 https:/evil.example/ (clients read it differently)
Warns:
    -> 308 https://unlisted.example/
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Classification
from wxpolicy.call.facts import Where
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import Policy
from wxpolicy.rules.listing import other_reading
from wxpolicy.rules.order import discover
from wxpolicy.rules.stage import AnswerHead
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable
from wxpolicy.url.hosts import SHOWN_LENGTH
from wxpolicy.url.hosts import read_host
from wxpolicy.url.reasons import name_of
from wxpolicy.url.urls import DEFAULT_PORTS
from wxpolicy.url.urls import Url
from wxpolicy.url.urls import resolve

STAGE = Stage.RESPONSE_HEAD

FOLLOWED = frozenset({301, 302, 307})
NOT_SEEN_FOLLOWED = frozenset({303, 308})

_CLAUSE = "platform §1 [doc]"
# Which place tells best what the code wrote: the port of a CONNECT target may be nobody's choice.
_BEST_FIRST = (Where.URL, Where.AUTHORITY, Where.HOST, Where.CONNECT, Where.SNI)
_WORST_FIRST = (Severity.VIOLATION, Severity.WARNING, Severity.NOTE)


def check(call: CallFacts, classification: Classification, policy: Policy, head: AnswerHead) -> Iterator[Finding]:
    """At most one finding for an answer with a ``Location``.

    Never raises, whatever the header holds. An empty ``Location`` is no redirect.
    """
    status, location = head.status, head.headers.get("location", "")
    if status not in FOLLOWED | NOT_SEEN_FOLLOWED or not location.strip():
        return
    if classification.api is Api.CONNECT_SOCKET or not call.names:
        return
    base = _base(call)
    if base.invalid:
        return  # url_invalid refused the call itself
    classification = _which_admit(call, classification, policy)
    target = resolve(base, location)
    if _same_origin(base, target):
        return
    causes = _causes(call, classification, policy, target)
    if not causes:
        return
    worst = next(severity for severity in _WORST_FIRST if any(cause.severity is severity for cause in causes))
    same = [cause for cause in causes if cause.severity is worst]
    # An unreadable target is shown as it came, without its query: that may hold secrets.
    spelled = printable(beginning(location.partition("?")[0], SHOWN_LENGTH))
    data: dict[str, Any] = {
        "host": target.host.ascii or spelled,
        "status": status,
        "to": target.origin if not target.invalid else f'"{spelled}"',
        **other_reading(classification, call),
        "causes": [{"code": cause.code.value, "data": dict(cause.data)} for cause in same],
    }
    if status in FOLLOWED:
        data["reason"] = "refused" if worst is Severity.VIOLATION else "unclear"
        yield Finding(Code.REDIRECT_NOT_LISTED, data, worst, same[0].status, clause=_CLAUSE)
    elif worst is Severity.VIOLATION:
        data["reason"] = "not_followed"
        yield Finding(
            Code.REDIRECT_NOT_LISTED,
            data,
            Severity.WARNING,
            Status.NOT_OBSERVABLE,
            known=Known.MEASURED,
            clause="platform §1 [seen]",
        )


def _which_admit(call: CallFacts, classification: Classification, policy: Policy) -> Classification:
    """Of several readings, those that passed the call itself: one API must pass the whole chain.

    What else the call may be is named once, for its own URL and not for the hop's.
    """
    passing = tuple(api for api in classification.apis if not _refused(call, api, policy))
    return replace(classification, apis=passing or classification.apis)


def _refused(call: CallFacts, api: Api, policy: Policy) -> bool:
    alone = Classification((api,), Confidence.DECLARED)
    return any(finding.fails for rule in discover(Stage.TARGET) for finding in rule.check(call, alone, policy))


def _base(call: CallFacts) -> Url:
    """The URL that was called, as well as the names tell it."""
    name = min(call.names, key=lambda each: _BEST_FIRST.index(each.where))
    host = read_host(name.host)
    port = name.port
    if name.where is Where.CONNECT and port == DEFAULT_PORTS.get(call.scheme):
        port = None
    return Url(call.scheme, host, port, call.path, invalid=host.why)


def _same_origin(base: Url, target: Url) -> bool:
    if target.invalid:
        return False
    here = (base.scheme, base.host.ascii, base.host.tail_dot, base.port)
    return here == (target.scheme, target.host.ascii, target.host.tail_dot, target.port)


def _causes(call: CallFacts, classification: Classification, policy: Policy, target: Url) -> list[Finding]:
    """What the domain rules find on the hop."""
    if target.invalid:
        return [Finding(Code.URL_INVALID, {"reason": "location", "why": name_of(target.invalid)})]
    name = CarriedName(Where.URL, target.host.spelled, target.port)
    classification = replace(classification, others=())
    hop = replace(call, scheme=target.scheme, names=(name,), path=target.path)
    return [finding for rule in discover(Stage.TARGET) for finding in rule.check(hop, classification, policy)]

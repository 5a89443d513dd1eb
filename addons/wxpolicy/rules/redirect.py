"""REDIRECT_NOT_LISTED: every hop of a redirect is judged like a call of the same API.

platform §1 [doc, changelog 2017-01]: every hop is checked. Clients follow 301,
302 and 307 [seen]; 303 and 308 were not seen followed, so a bad target there is
a warning only. connectSocket follows no redirect: nothing to judge.

platform §1 [doc]: where the edition has ``redirect: "manual"``, a wx.request may follow nothing
and call success with the 3xx. That is not on the wire: the answer passes, and is a warning
until the hop comes (``followed``). Other APIs have no such option.

Passes:
    https://api.example.com/old -> 302 /new (the same origin)
    https://api.example.com/ -> 302 https://cdn.example.com/ with both listed
Fails:
    -> 302 http://api.example.com/  -> 301 https://unlisted.example/  -> 307 //10.0.0.1/
    -> 302 https:/evil.example/ (clients read it differently)
Not observable:
    -> 302 https://cdn.example.com:443/ with https://cdn.example.com listed: Chromium's clients take the default port
       out of a Location before they look at it (WHATWG URL), and what the others do nobody has said or seen
Warns:
    -> 308 https://unlisted.example/
    -> 302 https://unlisted.example/ of a wx.request, in an edition with ``redirect: "manual"``
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_to_bytes

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

# RFC 9110 section 15.4; which of them clients follow is the edition's.
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Reasons of a finding that is decided by the next hop.
_UNTIL_IT_COMES = ("manual", "not_followed")

_CLAUSE = "platform §1 [doc]"
# The most reliable place first: the port of a CONNECT target may be added by the client.
_BEST_FIRST = (Where.URL, Where.AUTHORITY, Where.HOST, Where.CONNECT, Where.SNI)
_WORST_FIRST = (Severity.VIOLATION, Severity.WARNING, Severity.NOTE)


def check(call: CallFacts, classification: Classification, policy: Policy, head: AnswerHead) -> Iterator[Finding]:
    """At most one finding for an answer with a ``Location``.

    Never raises, whatever the header holds. An empty ``Location`` is no redirect.
    """
    target = _target(call, head)
    if target is None or classification.api is Api.CONNECT_SOCKET:
        return
    status, location = head.status, head.headers["location"]
    classification = _which_admit(call, classification, policy)
    causes = _causes(call, classification, policy, target)
    if not causes:
        return
    if _is_default_port(target) and (plain := _causes(call, classification, policy, replace(target, port=None))):
        target, causes = replace(target, port=None), plain
    worst = next(severity for severity in _WORST_FIRST if any(cause.severity is severity for cause in causes))
    same = [cause for cause in causes if cause.severity is worst]
    # An unreadable target is shown as it was received, without its query: that may contain secrets.
    spelled = printable(beginning(location.partition("?")[0], SHOWN_LENGTH))
    data: dict[str, Any] = {
        "host": target.host.ascii or spelled,
        "status": status,
        "to": target.origin if not target.invalid else f'"{spelled}"',
        **other_reading(classification, call),
        "causes": [{"code": cause.code.value, "data": dict(cause.data)} for cause in same],
    }
    is_followed = status in policy.edition.followed_redirects
    if _is_default_port(target) and worst is Severity.VIOLATION:
        # Only the explicit port is wrong.
        if is_followed:
            data["reason"] = "default_port"
            yield Finding(Code.REDIRECT_NOT_LISTED, data, Severity.WARNING, Status.NOT_OBSERVABLE, clause=_CLAUSE)
        return
    if is_followed and worst is Severity.VIOLATION and _may_be_manual(classification, policy):
        data["reason"] = "manual"
        yield Finding(Code.REDIRECT_NOT_LISTED, data, Severity.WARNING, Status.NOT_OBSERVABLE, clause=_CLAUSE)
    elif is_followed:
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


def may_be_followed(finding: Finding) -> bool:
    """Whether the finding is about a redirect that was forwarded, and that fails the call if its client follows it."""
    return finding.code is Code.REDIRECT_NOT_LISTED and finding.data.get("reason") in _UNTIL_IT_COMES


def followed(finding: Finding) -> Finding:
    """The finding of ``may_be_followed`` after the hop was requested: the client follows, and is refused there."""
    data = {**finding.data, "reason": "refused", "followed": True}
    return replace(finding, data=data, severity=Severity.VIOLATION, status=Status.VIOLATED)


def target_url(call: CallFacts, head: AnswerHead) -> str:
    """The URL that a client requests if it follows this response, in the form of ``url_key``; "" if there is none."""
    target = _target(call, head)
    return "" if target is None or target.invalid else _key(target)


def url_key(call: CallFacts) -> str:
    """The URL of the call, to be compared with a ``target_url``."""
    return _key(_base(call)) if call.names else ""


def _key(url: Url) -> str:
    """Clients differ in what they percent-encode, and none sends a fragment."""
    port = url.port or DEFAULT_PORTS.get(url.scheme)
    path = unquote_to_bytes(url.path.partition("#")[0].encode("utf-8", "surrogateescape")).decode("latin-1")
    return f"{url.scheme}://{url.host.ascii}:{port}{path}"


def _target(call: CallFacts, head: AnswerHead) -> Url | None:
    """The target of the response; None if it is the called URL itself, or if there is none."""
    location = head.headers.get("location", "")
    if head.status not in REDIRECTS or not location.strip() or not call.names:
        return None
    base = _base(call)
    if base.invalid:
        return None  # url_invalid has refused the call itself
    target = resolve(base, location)
    return None if _same_origin(base, target) else target


def _may_be_manual(classification: Classification, policy: Policy) -> bool:
    return policy.edition.has_manual_redirect and Api.REQUEST in classification.apis


def _which_admit(call: CallFacts, classification: Classification, policy: Policy) -> Classification:
    """Of several readings, those that allowed the call itself: one API must allow the whole chain.

    Other readings are named once, for the call's own URL and not for the hop's.
    """
    passing = tuple(api for api in classification.apis if not _refused(call, api, policy))
    return replace(classification, apis=passing or classification.apis)


def _refused(call: CallFacts, api: Api, policy: Policy) -> bool:
    alone = Classification((api,), Confidence.DECLARED)
    return any(finding.fails for rule in discover(Stage.TARGET) for finding in rule.check(call, alone, policy))


def _base(call: CallFacts) -> Url:
    """The URL of the call, as far as its names show it."""
    name = min(call.names, key=lambda each: _BEST_FIRST.index(each.where))
    host = read_host(name.host)
    port = name.port
    if name.where is Where.CONNECT and port == DEFAULT_PORTS.get(call.scheme):
        port = None
    return Url(call.scheme, host, port, call.path, invalid=host.why)


def _is_default_port(target: Url) -> bool:
    return not target.invalid and target.port is not None and target.port == DEFAULT_PORTS.get(target.scheme)


def _same_origin(base: Url, target: Url) -> bool:
    if target.invalid:
        return False
    here = (base.scheme, base.host.ascii, base.host.tail_dot, base.port)
    return here == (target.scheme, target.host.ascii, target.host.tail_dot, target.port)


def _causes(call: CallFacts, classification: Classification, policy: Policy, target: Url) -> list[Finding]:
    """The findings of the domain rules for the hop."""
    if target.invalid:
        return [Finding(Code.URL_INVALID, {"reason": "location", "why": name_of(target.invalid)})]
    name = CarriedName(Where.URL, target.host.spelled, target.port)
    classification = replace(classification, others=())
    hop = replace(call, scheme=target.scheme, names=(name,), path=target.path)
    return [finding for rule in discover(Stage.TARGET) for finding in rule.check(hop, classification, policy)]

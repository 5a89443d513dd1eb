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

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Classification
from wxpolicy.call.facts import Where
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.policy import Policy
from wxpolicy.rules import DOMAIN_RULES
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable
from wxpolicy.url.hosts import SHOWN_LENGTH
from wxpolicy.url.hosts import read_host
from wxpolicy.url.urls import DEFAULT_PORTS
from wxpolicy.url.urls import Url
from wxpolicy.url.urls import resolve

FOLLOWED = frozenset({301, 302, 307})
NOT_SEEN_FOLLOWED = frozenset({303, 308})

_CLAUSE = "platform §1 [doc]"
# Which place tells best what the code wrote: the port of a CONNECT target may be nobody's choice.
_BEST_FIRST = (Where.URL, Where.AUTHORITY, Where.HOST, Where.CONNECT, Where.SNI)
_WORST_FIRST = (Severity.VIOLATION, Severity.WARNING, Severity.NOTE)


def check_redirect(
    call: CallFacts, classification: Classification, policy: Policy, status: int, location: str
) -> Iterator[Finding]:
    """At most one finding for an answer with ``status`` and ``Location: location``.

    Never raises, whatever the header holds. An empty ``location`` is no redirect.
    """
    if status not in FOLLOWED | NOT_SEEN_FOLLOWED or not location.strip():
        return
    if classification.api is Api.CONNECT_SOCKET or not call.names:
        return
    base = _base(call)
    if base.invalid:
        return  # url_invalid refused the call itself
    target = resolve(base, location)
    if _same_origin(base, target):
        return
    causes = _causes(call, classification, policy, target)
    if not causes:
        return
    # An unreadable target is shown as it came, without its query: that may hold secrets.
    spelled = printable(beginning(location.partition("?")[0], SHOWN_LENGTH))
    to = target.origin if not target.invalid else f'"{spelled}"'
    subject = target.host.ascii or spelled
    worst = next(severity for severity in _WORST_FIRST if any(cause.severity is severity for cause in causes))
    same = [cause for cause in causes if cause.severity is worst]
    if status in FOLLOWED:
        yield _finding(status, to, subject, same)
    elif worst is Severity.VIOLATION:
        yield _not_followed(status, to, subject, same)


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
        en = target.invalid.en
        said = Text(f"{target.invalid.zh}。", f"{en[0].upper()}{en[1:]}.")
        return [Finding(Code.URL_INVALID, said, _WRITE_ABSOLUTE, _CLAUSE)]
    name = CarriedName(Where.URL, target.host.spelled, target.port)
    hop = replace(call, scheme=target.scheme, names=(name,), path=target.path)
    return [finding for rule in DOMAIN_RULES for finding in rule.check(hop, classification, policy)]


def _finding(status: int, to: str, subject: str, causes: list[Finding]) -> Finding:
    violated = causes[0].severity is Severity.VIOLATION
    lead = (
        Text(
            f"服务器用 {status} 跳转到 {to}，这一跳会被拒绝：",
            f"The server redirects ({status}) to {to}, and that hop is refused: ",
        )
        if violated
        else Text(f"服务器用 {status} 跳转到 {to}：", f"The server redirects ({status}) to {to}: ")
    )
    return Finding(
        Code.REDIRECT_NOT_LISTED,
        _after(lead, causes),
        _fixes(causes),
        _CLAUSE,
        causes[0].severity,
        causes[0].status,
        subject=subject,
    )


def _not_followed(status: int, to: str, subject: str, causes: list[Finding]) -> Finding:
    lead = Text(
        f"服务器用 {status} 跳转到 {to}。没有观察到客户端跟随 {status}，无法确定；如果跟随，这一跳会被拒绝：",
        f"The server redirects ({status}) to {to}. Clients were not seen to follow {status}, so this cannot be told;"
        " where one does, that hop is refused: ",
    )
    return Finding(
        Code.REDIRECT_NOT_LISTED,
        _after(lead, causes),
        _fixes(causes),
        "platform §1 [seen]",
        Severity.WARNING,
        Status.NOT_OBSERVABLE,
        subject=subject,
    )


def _after(lead: Text, causes: list[Finding]) -> Text:
    return Text(
        lead.zh + "".join(cause.message.zh for cause in causes),
        lead.en + " ".join(cause.message.en for cause in causes),
    )


def _fixes(causes: list[Finding]) -> Text:
    fixes = list(dict.fromkeys(cause.fix for cause in causes))
    return Text(
        "让服务器直接返回内容，或只跳转到已配置的 https 域名。" + "".join(fix.zh for fix in fixes),
        "Let the server answer directly, or redirect only to a listed https domain. "
        + " ".join(fix.en for fix in fixes),
    )


_WRITE_ABSOLUTE = Text(
    "Location 请写成完整的 https://域名/路径。",
    "Write Location as a whole https://host/path.",
)

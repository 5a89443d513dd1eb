"""Why a URL is refused or allowed under a policy, and which entries a session needs."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Classification
from wxpolicy.call.facts import Where
from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import judge_domains
from wxpolicy.call.verdicts import weigh
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.listing import scheme_of
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text
from wxpolicy.url.hosts import HostKind
from wxpolicy.url.hosts import read_host
from wxpolicy.url.unreadable import unreadable
from wxpolicy.url.urls import read_url
from wxreport.named_policy import in_file

# No device is involved: an address outside of every local network.
NO_DEVICE = "unknown"

FIXED_BY_A_LINE = frozenset({Code.DOMAIN_NOT_LISTED, Code.DOMAIN_WRONG_CATEGORY, Code.REDIRECT_NOT_LISTED})


def judge_url(text: str, api: Api, policy: Policy) -> tuple[Finding, ...]:
    """The findings of the domain rules for a call of ``api`` to this URL, as spelled in code."""
    url = read_url(text)
    if (fault := unreadable(text, url, api)) is not None:
        return (fault,)
    facts = CallFacts(NO_DEVICE, "GET", url.scheme, (CarriedName(Where.URL, url.host.spelled, url.port),), url.path)
    return judge_domains(facts, Classification((api,), Confidence.DECLARED), policy)


def admitting(text: str, apis: Iterable[Api], policy: Policy) -> list[Api]:
    """The APIs that may call this URL in a release build."""
    return [api for api in apis if not any(finding.fails for finding in judge_url(text, api, policy))]


def explain(text: str, apis: Sequence[Api], policy: Policy, lang: str, file: str = "") -> Iterator[str]:
    """What release and debug builds do with this URL, for each API, and why. ``file`` is the policy's."""
    if read_url(text).invalid is not None:
        # Independent of the API: shown once.
        head, *rest = _explained(judge_url(text, apis[0], policy), apis[0], policy, lang, file)
        yield f"{', '.join(apis)} {head.replace(f'{apis[0].value}:fail ', '')}"
        yield from rest
        return
    for api in apis:
        head, *rest = _explained(judge_url(text, api, policy), api, policy, lang, file)
        yield f"{api.value:13} {head}"
        yield from rest
    if allowed := admitting(text, apis, policy):
        refusing = [api for api in apis if api not in allowed]
        if refusing:
            yield Text(
                f"正式版：{'、'.join(allowed)} 可以访问，{'、'.join(refusing)} 不可以。",
                f"In a release build it may be called by {', '.join(allowed)}, not by {', '.join(refusing)}.",
            ).in_lang(lang)


def _explained(findings: Sequence[Finding], api: Api, policy: Policy, lang: str, file: str) -> Iterator[str]:
    verdicts = weigh(findings, api, edition=policy.edition)
    failed = verdicts.release.outcome is Outcome.FAIL
    errno = f" (errno {verdicts.release.errno})" if verdicts.release.errno is not None else ""
    release, debug = f"{verdicts.release.errmsg}{errno}", verdicts.debug.errmsg
    mark = "✗" if failed else "✓"
    yield Text(f"{mark} 正式版：{release}   打开调试：{debug}", f"{mark} release: {release}   debug: {debug}").in_lang(
        lang
    )
    for finding in findings:
        yield f"    {finding.code.value}: {message_of(finding).in_lang(lang)}"
        yield f"    → {in_file(fix_of(finding), file).in_lang(lang)}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``lines``: the entries to add, by category, in the order of their calls. ``either`` are the entries that are in
    several categories, because the traffic fits several APIs equally well: only the code shows where they are
    needed."""

    lines: Mapping[Api, list[str]]
    either: frozenset[tuple[Api, str]] = frozenset()


def lines_to_add(records: Iterable[CallRecord], edition: Edition = DEFAULT) -> Suggestion:
    """The entries that would have let a session's refused calls pass."""
    wanted: dict[Api, dict[str, None]] = {api: {} for api in Api}
    certain: set[tuple[Api, str]] = set()
    unsure: set[tuple[Api, str]] = set()
    for record in records:
        if record.api not in tuple(Api):  # written by another version
            continue
        for finding in record.findings:
            if finding.fails and finding.code in FIXED_BY_A_LINE and _is_listable(finding.subject, edition):
                ways = _ways(finding.data) or [
                    (Api(record.api), f"{scheme_of(Api(record.api), edition)}://{finding.subject}")
                ]
                for api, line in ways:
                    wanted[api][line] = None
                (certain if len(ways) == 1 else unsure).update(ways)
    return Suggestion({api: list(found) for api, found in wanted.items()}, frozenset(unsure - certain))


def _ways(data: Mapping[str, Any]) -> list[tuple[Api, str]]:
    """The entries that a finding, or the hop of a redirect, names; in a file from elsewhere they may be anything."""
    causes = data.get("causes")
    inner = [cause.get("data") for cause in causes if isinstance(cause, Mapping)] if isinstance(causes, list) else []
    found: dict[tuple[Api, str], None] = {}
    for each in (data, *inner):
        if not isinstance(each, Mapping):
            continue
        others = each.get("add_others")
        for way in (each.get("add"), *(others if isinstance(others, list) else ())):
            if isinstance(way, Mapping) and way.get("api") in tuple(Api) and isinstance(way.get("line"), str):
                found[Api(way["api"]), way["line"]] = None
    return list(found)


def _is_listable(subject: str, edition: Edition) -> bool:
    """A redirect may lead to what no list can contain: an IP address, localhost, a reserved host."""
    host = read_host(subject)
    return host.kind is HostKind.DOMAIN and host.ascii not in edition.reserved_hosts

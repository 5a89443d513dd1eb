"""Why a URL is refused or allowed under a policy, and which lines a session asks to be added."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence

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

# A tool on a desk has no device; an address that is nobody's neighbour.
NO_DEVICE = "unknown"

FIXED_BY_A_LINE = frozenset({Code.DOMAIN_NOT_LISTED, Code.DOMAIN_WRONG_CATEGORY, Code.REDIRECT_NOT_LISTED})


def judge_url(text: str, api: Api, policy: Policy) -> tuple[Finding, ...]:
    """What the domain rules say of a call of ``api`` to this URL, as its code spells it."""
    url = read_url(text)
    if (fault := unreadable(text, url, api)) is not None:
        return (fault,)
    facts = CallFacts(NO_DEVICE, "GET", url.scheme, (CarriedName(Where.URL, url.host.spelled, url.port),), url.path)
    return judge_domains(facts, Classification((api,), Confidence.DECLARED), policy)


def admitting(text: str, apis: Iterable[Api], policy: Policy) -> list[Api]:
    """Those of the APIs that may call this URL in a release build."""
    return [api for api in apis if not any(finding.fails for finding in judge_url(text, api, policy))]


def explain(text: str, apis: Sequence[Api], policy: Policy, lang: str) -> Iterator[str]:
    """What release and debug builds do with this URL, for each API, and why."""
    if read_url(text).invalid is not None:
        # Nothing of it depends on the API: said once.
        head, *rest = _explained(judge_url(text, apis[0], policy), apis[0], policy, lang)
        yield f"{', '.join(apis)} {head.replace(f'{apis[0].value}:fail ', '')}"
        yield from rest
        return
    for api in apis:
        head, *rest = _explained(judge_url(text, api, policy), api, policy, lang)
        yield f"{api.value:13} {head}"
        yield from rest
    if allowed := admitting(text, apis, policy):
        refusing = [api for api in apis if api not in allowed]
        if refusing:
            yield Text(
                f"正式版：{'、'.join(allowed)} 可以访问，{'、'.join(refusing)} 不可以。",
                f"In a release build it may be called by {', '.join(allowed)}, not by {', '.join(refusing)}.",
            ).in_lang(lang)


def _explained(findings: Sequence[Finding], api: Api, policy: Policy, lang: str) -> Iterator[str]:
    verdicts = weigh(findings, api, edition=policy.edition)
    failed = verdicts.release.outcome is Outcome.FAIL
    errno = f" (errno {verdicts.release.errno})" if verdicts.release.errno is not None else ""
    yield f"{'✗' if failed else '✓'} release: {verdicts.release.errmsg}{errno}   debug: {verdicts.debug.errmsg}"
    for finding in findings:
        yield f"    {finding.code.value}: {message_of(finding).in_lang(lang)}"
        yield f"    → {fix_of(finding).in_lang(lang)}"


def lines_to_add(records: Iterable[CallRecord], edition: Edition = DEFAULT) -> dict[Api, list[str]]:
    """The entries that would have let a session's refused calls pass, by category, in the order of their calls."""
    wanted: dict[Api, dict[str, None]] = {api: {} for api in Api}
    for record in records:
        if record.api not in tuple(Api):  # written by another version
            continue
        api = Api(record.api)
        for finding in record.findings:
            if finding.fails and finding.code in FIXED_BY_A_LINE and _is_listable(finding.subject, edition):
                wanted[api][f"{scheme_of(api, edition)}://{finding.subject}"] = None
    return {api: list(lines) for api, lines in wanted.items()}


def _is_listable(subject: str, edition: Edition) -> bool:
    """A redirect may lead to what no list can hold: an IP address, localhost, a reserved host."""
    host = read_host(subject)
    return host.kind is HostKind.DOMAIN and host.ascii not in edition.reserved_hosts

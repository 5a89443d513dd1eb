"""Why a URL is refused or allowed under a policy, and which lines a session asks to be added."""

from collections.abc import Iterable
from collections.abc import Iterator

from wxpolicy.call import CallFacts
from wxpolicy.call import CarriedName
from wxpolicy.call import Classification
from wxpolicy.call import Where
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.hosts import HostKind
from wxpolicy.hosts import read_host
from wxpolicy.judge import judge_domains
from wxpolicy.judge import weigh
from wxpolicy.policy import Policy
from wxpolicy.record import CallRecord
from wxpolicy.rules.host_reserved import RESERVED_HOSTS
from wxpolicy.rules.listing import scheme_of
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.terms import Outcome
from wxpolicy.urls import read_url

# A tool on a desk has no device; an address that is nobody's neighbour.
NO_DEVICE = "unknown"

MENDED_BY_A_LINE = frozenset({Code.DOMAIN_NOT_LISTED, Code.DOMAIN_WRONG_CATEGORY, Code.REDIRECT_NOT_LISTED})


def judge_url(text: str, api: Api, policy: Policy) -> tuple[Finding, ...]:
    """What the domain rules say of a call of ``api`` to this URL, as its code spells it."""
    url = read_url(text)
    host = url.host.spelled if url.host else ""
    facts = CallFacts(NO_DEVICE, "GET", url.scheme, (CarriedName(Where.URL, host, url.port),), url.path or "/")
    return judge_domains(facts, Classification((api,), Confidence.DECLARED), policy)


def explain(text: str, apis: Iterable[Api], policy: Policy, lang: str) -> Iterator[str]:
    """What release and debug builds do with this URL, for each API, and why."""
    for api in apis:
        findings = judge_url(text, api, policy)
        verdicts = weigh(findings, api)
        failed = verdicts.release.outcome is Outcome.FAIL
        errno = f" (errno {verdicts.release.errno})" if verdicts.release.errno is not None else ""
        yield f"{api.value:14}{'✗' if failed else '✓'} release: {verdicts.release.errmsg}{errno}   debug: {verdicts.debug.errmsg}"
        for finding in findings:
            yield f"    {finding.code.value}: {finding.message.said(lang)}"
            yield f"    → {finding.fix.said(lang)}"


def lines_to_add(records: Iterable[CallRecord]) -> dict[Api, list[str]]:
    """The entries that would have let a session's refused calls pass, by category, in the order of their calls."""
    wanted: dict[Api, dict[str, None]] = {api: {} for api in Api}
    for record in records:
        if record.api not in tuple(Api):  # written by another version
            continue
        api = Api(record.api)
        for finding in record.findings:
            if finding.fails and finding.code in MENDED_BY_A_LINE and _is_listable(finding.subject):
                wanted[api][f"{scheme_of(api)}://{finding.subject}"] = None
    return {api: list(lines) for api, lines in wanted.items()}


def _is_listable(subject: str) -> bool:
    """A redirect may lead to what no list can hold: an IP address, localhost, a reserved host."""
    host = read_host(subject)
    return host.kind is HostKind.DOMAIN and host.ascii not in RESERVED_HOSTS

"""A call as the page shows it, without its traffic: a row of the list, and the head of the call's own view."""

from typing import Any

from wxpolicy.call.record import CallRecord
from wxpolicy.call.verdicts import is_skipped_in_debug
from wxpolicy.catalogue import entry
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Api
from wxpolicy.terms import Outcome
from wxredact.records import redact_record
from wxreport.clauses import in_words
from wxreport.explanation import FIXED_BY_A_LINE
from wxreport.explanation import admitting
from wxreport.explanation import lines_to_add

# Of a URL, in a list; the call's own view shows all of it.
LONGEST_URL = 600
_IN_A_LIST = (
    "id", "started_at", "device", "client", "appid", "api", "api_confidence", "method", "http_status", "outcome", "errno",
    "errmsg", "acted", "release", "debug", "debug_only", "duration_ms", "queued_ms",
)  # fmt: skip


def masked(record: CallRecord) -> CallRecord:
    """Without secrets."""
    return redact_record(record)


def row(record: CallRecord, policies: PolicySet) -> dict[str, Any]:
    """For a list: only the codes of the findings, and never a secret."""
    policy = policies.of_record(record.policy, record.appid)
    told = masked(record).as_json()
    url = told["url"]
    codes: dict[str, str] = {}
    for finding in record.findings:
        codes.setdefault(finding.code.value, finding.severity.value)
    return {
        **{name: told[name] for name in _IN_A_LIST},
        "url": url if len(url) <= LONGEST_URL else url[:LONGEST_URL] + "…",
        "codes": [{"code": code, "severity": severity} for code, severity in codes.items()],
        "passes_now": passes_now(record, policy),
        "policy": record.policy,
    }


def head(record: CallRecord, policy: Policy, *, with_secrets: bool) -> dict[str, Any]:
    """Everything in the record, and what its findings mean."""
    shown = record if with_secrets else masked(record)
    return {
        **shown.as_json(),
        "findings": [told_finding(each) for each in shown.findings],
        "passes_now": passes_now(record, policy),
        "policy": record.policy,
        "lines": lines_of(record, policy),
    }


def told_finding(finding: Finding) -> dict[str, Any]:
    """With its title and its source as text, in both languages."""
    known = entry(finding.code)
    return {
        "code": finding.code.value,
        "title": known.title._asdict(),
        "severity": finding.severity.value,
        "status": finding.status.value,
        "platforms": [platform.value for platform in finding.platforms],
        "message": message_of(finding)._asdict(),
        "fix": fix_of(finding)._asdict(),
        "meaning": known.meaning._asdict(),
        "phone": known.phone._asdict(),
        "causes": [cause._asdict() for cause in known.causes],
        "clause": in_words(finding.clause)._asdict(),
        "skipped_in_debug": is_skipped_in_debug(finding),
    }


def passes_now(record: CallRecord, policy: Policy) -> bool:
    """Whether a release build under the current policy would let a call pass that failed when it was recorded.

    Worked out for what an entry of the policy fixes; the record itself never changes.
    """
    failing = [finding for finding in record.findings if finding.fails]
    if record.release.outcome is Outcome.SUCCESS or not failing or record.api not in tuple(Api):
        return False
    if any(finding.code not in FIXED_BY_A_LINE for finding in failing):
        return False
    api = Api(record.api)
    asked = [record.url, *(line for line in lines_of(record, policy).get(api.value, ()))]
    return all(admitting(url, [api], policy) for url in asked)


def lines_of(record: CallRecord, policy: Policy) -> dict[str, list[str]]:
    """The entries that would let the call pass, by category; empty if no entry would."""
    return {api.value: lines for api, lines in lines_to_add([record], policy.edition).lines.items() if lines}

"""What is wrong in a session, by cause: the groups that the store returns, merged and sorted."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Any

from wxgate.page import shown_call
from wxpolicy.call.record import CallRecord
from wxpolicy.catalogue import entry
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxreport.explanation import lines_to_add
from wxreport.summary import Section
from wxreport.summary import section_for
from wxsession.store import Group
from wxsession.store import StoreReader

# Shown initially; hosts come from the wire.
MOST_CAUSES = 200
MOST_HOSTS = 10
_ORDER = {section: number for number, section in enumerate(Section)}


@dataclass(slots=True)
class Cause:
    """``example`` is the id of the first call; ``clients`` are the kinds of client that met it; ``policy`` is the
    policy that its calls belong to now."""

    section: Section
    code: Code
    subject: str
    api: str
    example: str
    policy: Policy
    calls: int = 0
    hosts: Counter[str] = field(default_factory=Counter)
    clients: Counter[str] = field(default_factory=Counter)


def causes_of(groups: Iterable[Group], policy: Policy) -> list[Cause]:
    """In the order of a report: debug-only first, then by the number of calls."""
    made: dict[tuple[Section, str, str, str], Cause] = {}
    for group in groups:
        section = section_for(
            group.code, group.severity, group.status, group.platforms, client=group.client, debug_only=group.debug_only
        )
        # Notes are the same for every host; a certificate belongs to its host, whichever API met it.
        subject = "" if section is Section.NOTE else group.subject
        api = "" if entry(group.code).family is Family.CERTIFICATE else group.api
        cause = made.setdefault(
            (section, group.code.value, subject, api), Cause(section, group.code, subject, api, group.example, policy)
        )
        cause.calls += group.calls
        cause.hosts[group.host] += group.calls
        cause.clients[group.client] += group.calls
    return in_order(_without_echoes(list(made.values())))


def in_order(causes: list[Cause]) -> list[Cause]:
    return sorted(causes, key=lambda cause: (_ORDER[cause.section], -cause.calls))


def _without_echoes(causes: list[Cause]) -> list[Cause]:
    """A missing intermediate fails on one platform and passes on another: a call is listed only in its most severe
    section."""
    graver: dict[tuple[str, str, str], int] = {}
    kept = []
    for cause in sorted(causes, key=lambda cause: _ORDER[cause.section]):
        key = (cause.code.value, cause.subject, cause.api)
        if cause.calls > graver.get(key, 0):
            kept.append(cause)
        graver[key] = max(graver.get(key, 0), cause.calls)
    return kept


def told(causes: list[Cause], reader: StoreReader) -> list[dict[str, Any]]:
    """As JSON values, each with its texts, its fix and its first call."""
    return [made for cause in causes[:MOST_CAUSES] if (made := _told(cause, reader)) is not None]


def missing_lines(causes: list[Cause], reader: StoreReader, policy: Policy) -> Mapping[Api, list[str]]:
    """The entries that would have let the session's refused calls pass, by category."""
    fixable = (_with_one_finding(cause, reader) for cause in causes[:MOST_CAUSES] if cause.section in _FAILING)
    return lines_to_add((record for record in fixable if record is not None), policy.edition).lines


_FAILING = (Section.DEBUG_ONLY, Section.VIOLATION, Section.OTHER_PLATFORM)


def _told(cause: Cause, reader: StoreReader) -> dict[str, Any] | None:
    policy = cause.policy
    record = _with_one_finding(cause, reader)
    if record is None:
        return None
    shown = shown_call.masked(record)
    return {
        "section": cause.section.value,
        "api": cause.api,
        "policy": policy.recorded_as,
        "subject": shown.findings[0].subject if cause.subject else "",
        "calls": cause.calls,
        "hosts": [{"host": host, "calls": calls} for host, calls in cause.hosts.most_common(MOST_HOSTS)],
        "more_hosts": max(0, len(cause.hosts) - MOST_HOSTS),
        "clients": dict(cause.clients),
        "example": cause.example,
        "example_url": shown.url[: shown_call.LONGEST_URL],
        "method": record.method,
        "release": record.release.as_json(),
        "debug": record.debug.as_json(),
        "lines": shown_call.lines_of(record, policy),
        "passes_now": shown_call.passes_now(record, policy),
        "finding": shown_call.told_finding(shown.findings[0]),
    }


def _with_one_finding(cause: Cause, reader: StoreReader) -> CallRecord | None:
    """The first call, reduced to the finding of this cause; None if it can no longer be read."""
    record = reader.record(cause.example)
    if record is None:
        return None
    alike = [finding for finding in record.findings if _is_of(finding, cause)]
    return replace(record, findings=(alike[0],)) if alike else None


def _is_of(finding: Finding, cause: Cause) -> bool:
    return finding.code is cause.code and (not cause.subject or finding.subject == cause.subject)

"""A session's calls, grouped by what is wrong with them, in one pass.

Memory follows the number of causes, not of calls, and even that is limited: hosts come from the wire.
"""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from enum import Enum

from wxpolicy.call.clients import platforms_of
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.call.verdicts import concerns
from wxpolicy.call.verdicts import skipped_in_debug
from wxpolicy.catalogue import entry
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Client
from wxpolicy.terms import Confidence
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform
from wxredact.records import redact_record
from wxreport.places import MOST_PLACES
from wxreport.places import PlaceKey
from wxreport.places import Places

MOST_CAUSES = 2000
_BY_PLATFORM = "trust_stores"
MOST_DEVICES = 100
# A policy that is edited meanwhile may have another appid.
MOST_STORES = 5
# Warnings about delays or changed headers, which fail no call.
FAILS_NOTHING = frozenset({Code.CONCURRENCY_QUEUED, Code.REFERER_REWRITTEN, Code.BOM_STRIPPED})


CauseKey = tuple[str, str, str, str]


class Section(Enum):
    """The sections of a report, in their order."""

    DEBUG_ONLY = "debug-only"  # fails in release, works with debugging on
    AMBIGUOUS = "ambiguous"  # fails or passes in release, depending on which of several APIs it is
    VIOLATION = "violation"  # fails in both
    OTHER_PLATFORM = "other platform"  # passes for the calling client, fails elsewhere
    WARNING = "warning"
    NOTE = "note"
    NOT_OBSERVABLE = "not observable"


@dataclass(slots=True)
class Cause:
    """One thing that is wrong, and the calls it was found in. ``spread`` is its severity by platform; ``example`` is
    the first call."""

    finding: Finding
    spread: Mapping[Severity, tuple[Platform, ...]]
    api: str
    method: str
    example: str
    release: Verdict
    debug: Verdict
    # What identifies the cause, besides its code and API: the same from run to run.
    subject: str = ""
    # The APIs that the example may be, equally likely.
    apis: tuple[str, ...] = ()
    # The policy of its calls, if several were in force.
    policy: str = ""
    calls: int = 0
    duration_ms: int = 0
    by_api: Counter[str] = field(default_factory=Counter)
    devices: dict[str, None] = field(default_factory=dict)
    places: Places = field(default_factory=Places)


@dataclass(slots=True)
class Summary:
    """``causes`` by section, each in the order of first appearance; ``more_causes`` counts those that did not fit."""

    calls: int = 0
    success: int = 0
    debug_only: int = 0
    release_fail: int = 0
    # Calls that pass in a release build of the calling client, with a warning that may fail them.
    may_fail: int = 0
    # Calls of clients that do not belong to the platform (curl, tests): judged for all platforms.
    unknown_clients: int = 0
    by_api: Counter[str] = field(default_factory=Counter)
    by_mode: Counter[str] = field(default_factory=Counter)
    # The total duration of the calls of each API.
    duration_ms: Counter[str] = field(default_factory=Counter)
    devices: dict[str, None] = field(default_factory=dict)
    # By platform, the root lists that its certificates were judged with.
    trust_stores: dict[str, dict[str, None]] = field(default_factory=dict)
    causes: dict[Section, dict[CauseKey, Cause]] = field(default_factory=lambda: {section: {} for section in Section})
    more_causes: int = 0
    places: int = 0
    # Of a part (see wxreport.parts): each new place of a cause in the order in which it was found. Parts are limited by
    # their size.
    met: "list[tuple[Section, CauseKey, PlaceKey]] | None" = None

    @property
    def fail(self) -> int:
        return self.calls - self.success

    @property
    def debug_fail(self) -> int:
        """Calls that fail with debugging on: a release build fails all of them too."""
        return self.release_fail - self.debug_only

    def of(self, section: Section) -> list[Cause]:
        """The causes of a section, the most frequent first."""
        return sorted(self.causes[section].values(), key=lambda cause: -cause.calls)


def summarise(records: Iterable[CallRecord], *, with_secrets: bool = False) -> Summary:
    """Reads the records once."""
    return summarise_into(Summary(), records, with_secrets=with_secrets)


def summarise_into(summary: Summary, records: Iterable[CallRecord], *, with_secrets: bool) -> Summary:
    for record in records:
        shown = record if with_secrets else redact_record(record)
        _count(summary, shown)
        for alike in _alike(shown.findings):
            _add(summary, alike, shown)
    return summary


def section_of(finding: Finding, record: CallRecord) -> Section:
    """The section for a finding of this call."""
    return section_for(
        finding.code,
        finding.severity,
        finding.status,
        finding.platforms,
        client=record.client,
        debug_only=record.debug_only,
    )


def section_for(
    code: Code,
    severity: Severity,
    status: Status,
    platforms: Iterable[Platform],
    *,
    client: str,
    debug_only: bool,
) -> Section:
    """The section for such findings in calls of ``client``."""
    if status is Status.NOT_OBSERVABLE:
        return Section.NOT_OBSERVABLE
    if code is Code.API_AMBIGUOUS:
        return Section.AMBIGUOUS
    if severity is Severity.VIOLATION:
        # Only what is judged of certificates differs by platform.
        is_judged = entry(code).family is Family.CERTIFICATE and code is not Code.CERT_NOT_SEEN
        if is_judged and not set(platforms) & set(platforms_of(_client(client))):
            return Section.OTHER_PLATFORM
        if debug_only and skipped_in_debug(code):
            return Section.DEBUG_ONLY
        return Section.VIOLATION
    return Section.WARNING if severity is Severity.WARNING else Section.NOTE


def _client(name: str) -> Client:
    try:
        return Client(name)
    except ValueError:  # written by another version
        return Client.UNKNOWN


def _may_fail(finding: Finding, record: CallRecord) -> bool:
    """Whether it is a warning that may fail the call for its client."""
    return (
        finding.severity is Severity.WARNING
        and finding.status is Status.VIOLATED
        and finding.code not in FAILS_NOTHING
        and concerns(finding, platforms_of(_client(record.client)))
    )


def _deciding(record: CallRecord) -> tuple[str, ...]:
    """The APIs that are equally likely."""
    return record.apis if record.api_confidence == Confidence.AMBIGUOUS else (record.api,)


def _count(summary: Summary, record: CallRecord) -> None:
    summary.calls += 1
    summary.success += record.outcome is Outcome.SUCCESS
    summary.debug_only += record.debug_only
    summary.release_fail += record.release.outcome is Outcome.FAIL
    summary.unknown_clients += record.client == Client.UNKNOWN
    summary.by_api[record.api] += 1
    summary.by_mode[record.mode] += 1
    summary.duration_ms[record.api] += record.duration_ms
    summary.may_fail += record.release.outcome is not Outcome.FAIL and any(
        _may_fail(each, record) for each in record.findings
    )
    if len(summary.devices) < MOST_DEVICES or summary.met is not None:
        summary.devices[record.device] = None
    for platform, name in _trust_stores(record):
        known = summary.trust_stores.setdefault(platform, {})
        if len(known) < MOST_STORES:
            known[name] = None


def _trust_stores(record: CallRecord) -> Iterator[tuple[str, str]]:
    told = record.tls.get("trust_stores") if record.tls is not None else None
    if not isinstance(told, Mapping):
        return
    for platform in Platform:
        if isinstance(name := told.get(platform.value), str):
            yield platform.value, name


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Merges findings that say the same for several platforms: a missing intermediate fails on one and passes on
    another."""
    together: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        # Each platform uses the roots of its own vendor: the fault is the same.
        rest = {name: value for name, value in finding.data.items() if name != _BY_PLATFORM}
        together.setdefault((finding.code.value, repr(rest)), []).append(finding)
    return list(together.values())


def _with_every_store(finding: Finding, alike: list[Finding]) -> Finding:
    """The finding, with the root lists of all merged findings."""
    stores = [store for each in alike for store in _listed(each.data.get(_BY_PLATFORM))]
    if not stores:
        return finding
    return replace(finding, data={**finding.data, _BY_PLATFORM: list(dict.fromkeys(stores))})


def _listed(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def _spread(alike: list[Finding]) -> dict[Severity, tuple[Platform, ...]]:
    spread: dict[Severity, tuple[Platform, ...]] = {}
    for each in alike:
        known = spread.get(each.severity, ())
        spread[each.severity] = known + tuple(platform for platform in each.platforms if platform not in known)
    return spread


def _add(summary: Summary, alike: list[Finding], record: CallRecord) -> None:
    # The most severe one represents them.
    order = list(Section)
    section, finding = min(((section_of(each, record), each) for each in alike), key=lambda pair: order.index(pair[0]))
    finding = _with_every_store(finding, alike)
    causes = summary.causes[section]
    # Notes are the same for every host: one line for all of them.
    subject = "" if section is Section.NOTE else finding.subject
    # A certificate belongs to its host: one cause, whichever API met it.
    api = "" if finding.family is Family.CERTIFICATE else record.api
    key = (finding.code.value, subject, api, record.policy)
    cause = causes.get(key)
    if cause is None:
        if len(causes) >= MOST_CAUSES and summary.met is None:
            summary.more_causes += 1
            return
        cause = causes[key] = Cause(
            finding,
            _spread(alike),
            record.api,
            record.method,
            record.url,
            record.release,
            record.debug,
            subject,
            _deciding(record),
            record.policy,
        )
    cause.calls += 1
    cause.by_api[record.api] += 1
    cause.duration_ms += record.duration_ms
    has_room = summary.places < MOST_PLACES or summary.met is not None
    is_new = cause.places.add(record.method, record.url, record.device, record.started_at, has_room=has_room)
    summary.places += is_new
    if is_new and summary.met is not None:
        summary.met.append((section, key, (record.method, record.url, record.device)))
    if len(cause.devices) < MOST_DEVICES or summary.met is not None:
        cause.devices[record.device] = None

"""Judges a recorded session again through the offline way, and compares whole records with the live ones."""

from contextlib import closing
from pathlib import Path

from wxcapture.captured import Captured
from wxcapture.offline import OfflineJudge
from wxcapture.sources import FlowReading
from wxcapture.sources import Source
from wxgate.call.facts import call_facts
from wxgate.call.facts import call_url
from wxgate.page.last_policies import last_policies
from wxpolicy.call.record import CallRecord
from wxpolicy.finding import Code
from wxsession.reader import SessionReader
from wxsession.reader import SessionUnreadable

READING = FlowReading(call_facts, call_url)


def differences(session: Path) -> list[str]:
    """What differs between the session's records and those that the offline judge makes; [] where nothing does.

    Left out: a session whose policy was edited while it ran (its calls were judged by several), one that
    cannot be read whole, and calls in which a rule was made to raise.
    """
    if not session.is_dir():
        return []
    try:
        reader = SessionReader(session)
    except SessionUnreadable:
        return []
    with closing(reader):
        live = {record.id: record for record in reader.records()}
        if reader.trouble:
            return []
        appids = [policy["appid"] for policy in reader.facts().policies]
    if len(list(session.glob("policy*.yaml"))) != max(len(appids), 1):
        return []
    policies = last_policies(session, appids)
    source = Source(session, READING)
    judge = OfflineJudge(policies.in_scope(source.scope or policies.nameless.scope))
    found = []
    for item in source.items():
        if isinstance(item, Captured) and not has_internal_error(live[item.id]):
            found += _differing(live[item.id], judge.record(item))
    return found


def has_internal_error(record: CallRecord) -> bool:
    return any(finding.code == Code.INTERNAL_ERROR for finding in record.findings)


def _differing(live: CallRecord, offline: CallRecord | None) -> list[str]:
    if offline is None:
        return [f"{live.url}: no call offline"]
    one, other = live.as_json(), offline.as_json()
    return [f"{live.url}: {name}: live {one[name]}, offline {other[name]}" for name in one if one[name] != other[name]]

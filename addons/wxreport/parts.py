"""A summary made of parts, each of some calls in their order: the same as a summary of all calls."""

from collections.abc import Iterable
from dataclasses import replace

from wxpolicy.call.record import CallRecord
from wxreport.places import MOST_PLACES
from wxreport.places import Places
from wxreport.summary import MOST_CAUSES
from wxreport.summary import MOST_DEVICES
from wxreport.summary import MOST_STORES
from wxreport.summary import Cause
from wxreport.summary import CauseKey
from wxreport.summary import Section
from wxreport.summary import Summary
from wxreport.summary import summarise_into


def part_of(records: Iterable[CallRecord], *, with_secrets: bool = False) -> Summary:
    """The part of some hundred records. The limits of a summary apply when it is added."""
    return summarise_into(Summary(met=[]), records, with_secrets=with_secrets)


def add_part(summary: Summary, part: Summary) -> None:
    """Adds the summary of the next calls."""
    assert part.met is not None
    summary.calls += part.calls
    summary.success += part.success
    summary.debug_only += part.debug_only
    summary.release_fail += part.release_fail
    summary.may_fail += part.may_fail
    summary.unknown_clients += part.unknown_clients
    summary.by_api.update(part.by_api)
    summary.by_mode.update(part.by_mode)
    summary.duration_ms.update(part.duration_ms)
    _add_names(summary.devices, part.devices, MOST_DEVICES)
    for platform, names in part.trust_stores.items():
        _add_names(summary.trust_stores.setdefault(platform, {}), names, MOST_STORES)
    known: dict[tuple[Section, CauseKey], Cause | None] = {}
    for section, key, place in part.met:
        theirs = part.causes[section][key]
        if (section, key) not in known:
            known[section, key] = _cause(summary, section, key, theirs)
        ours = known[section, key]
        if ours is not None:
            has_room = summary.places < MOST_PLACES
            summary.places += ours.places.take(theirs.places.found[place], has_room=has_room)


def _cause(summary: Summary, section: Section, key: CauseKey, theirs: Cause) -> Cause | None:
    """The cause with their calls counted; None if there is no room for another."""
    causes = summary.causes[section]
    ours = causes.get(key)
    if ours is None:
        if len(causes) >= MOST_CAUSES:
            summary.more_causes += theirs.calls
            return None
        ours = causes[key] = replace(
            theirs, calls=0, duration_ms=0, by_api=type(theirs.by_api)(), devices={}, places=Places()
        )
    ours.calls += theirs.calls
    ours.duration_ms += theirs.duration_ms
    ours.by_api.update(theirs.by_api)
    _add_names(ours.devices, theirs.devices, MOST_DEVICES)
    return ours


def _add_names(ours: dict[str, None], theirs: Iterable[str], most: int) -> None:
    for name in theirs:
        if len(ours) >= most:
            return
        ours[name] = None

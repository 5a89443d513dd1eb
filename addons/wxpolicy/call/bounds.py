"""Keeps a record small whatever a call contains: long texts are cut, and one of many similar findings represents
all."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wxpolicy.finding import Finding
from wxpolicy.text.printable import beginning

# No server that mini-programs call accepts a longer one (nginx and Node: 8 and 16 KB for the whole head).
LONGEST_URL = 8192
LONGEST_TEXT = 1000
MOST_ITEMS = 100
# No mini-program's call names more than a few hosts.
MOST_ALIKE = 5
# Per call; a rule that fails on each message of a WebSocket would never stop.
MOST_FINDINGS = 200


def folded(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """If there are many of a kind, the first of them with their number (``alike`` in its data)."""
    if len(found) <= MOST_ALIKE:
        return found
    kinds: dict[object, list[Finding]] = {}
    for finding in found:
        kinds.setdefault((finding.code, finding.severity, finding.status, finding.platforms), []).append(finding)
    many = {id(alike[0]): len(alike) for alike in kinds.values() if len(alike) > MOST_ALIKE}
    left_out = {id(each) for alike in kinds.values() if len(alike) > MOST_ALIKE for each in alike[1:]}
    return tuple(
        replace(finding, data={**finding.data, "alike": many[id(finding)]}) if id(finding) in many else finding
        for finding in found
        if id(finding) not in left_out
    )


def bounded(finding: Finding) -> Finding:
    """The finding with its data limited to what a reader can use."""
    return finding if _is_small(finding.data) else replace(finding, data=bounded_json(finding.data))


def _is_small(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT
    if isinstance(value, Mapping):
        return len(value) <= MOST_ITEMS and all(map(_is_small, value.values()))
    if isinstance(value, list | tuple):
        return len(value) <= MOST_ITEMS and all(map(_is_small, value))
    return True


def bounded_json(value: Any) -> Any:
    """JSON values with their texts and lists cut."""
    if isinstance(value, str):
        return beginning(value, LONGEST_TEXT)
    if isinstance(value, Mapping):
        return {name: bounded_json(each) for name, each in list(value.items())[:MOST_ITEMS]}
    if isinstance(value, list | tuple):
        return [bounded_json(each) for each in value[:MOST_ITEMS]]
    return value

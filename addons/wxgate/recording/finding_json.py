"""Findings as JSON, with their texts: most calls have the same findings as the calls before them."""

import json
from typing import Any

from wxpolicy.call.record import finding_as_json
from wxpolicy.finding import Finding
from wxsession.schema import storable

# Data comes from the wire: what is long, or not representable in JSON, is not cached.
MOST_KEPT = 512
LONGEST_KEPT = 2048


class FindingJson:
    """Returns what ``finding_as_json`` returns, in the form that a file accepts (``storable_json``)."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], _Told] = {}

    def of(self, finding: Finding, lang: str) -> dict[str, Any]:
        told = self._told(finding, lang)
        # The caller may modify it.
        data = dict(told.json["data"]) if told.nested is None else json.loads(told.nested)
        return {**told.json, "data": data, "platforms": [*told.json["platforms"]]}

    def message(self, finding: Finding, lang: str) -> str:
        return self._told(finding, lang).json["message"]  # type: ignore[no-any-return]

    def _told(self, finding: Finding, lang: str) -> "_Told":
        try:
            data = json.dumps(finding.data)
        except (TypeError, ValueError):
            return _Told(finding, lang)
        if len(data) > LONGEST_KEPT:
            return _Told(finding, lang)
        what = (finding.code, finding.severity, finding.status, finding.platforms, finding.known, finding.clause)
        key = (what, data, lang)
        known = self._kept.get(key)
        if known is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            known = self._kept[key] = _Told(finding, lang)
        return known


class _Told:
    __slots__ = ("json", "nested")

    def __init__(self, finding: Finding, lang: str) -> None:
        self.json: dict[str, Any] = storable_json(finding_as_json(finding, lang))
        is_nested = any(isinstance(value, dict | list) for value in self.json["data"].values())
        self.nested = json.dumps(self.json["data"]) if is_nested else None


def storable_json(value: Any) -> Any:
    r"""JSON values without what a file cannot store: bytes that were not UTF-8 on the wire are shown as \xNN."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {name: storable_json(each) for name, each in value.items()}
    return [storable_json(each) for each in value] if isinstance(value, list) else value

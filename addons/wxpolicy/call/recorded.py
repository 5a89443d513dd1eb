"""Reads back the record that this product writes into its own exports and into the flows that it keeps."""

import math
from collections.abc import Mapping
from typing import Any

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.call.record import finding_from_json
from wxpolicy.certificates.store_names import names_in
from wxpolicy.terms import Outcome


def record_from_json(data: object) -> CallRecord | None:
    """The inverse of ``CallRecord.as_json()``; None for anything else."""
    try:
        return _record(data) if isinstance(data, dict) else None
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _record(data: Mapping[str, Any]) -> CallRecord:
    texts = ("id", "device", "client", "api", "api_confidence", "method", "url", "errmsg", "mode", "acted")
    numbers = ("duration_ms", "queued_ms", "request_bytes", "response_bytes")
    for name in texts:
        _expect(data[name], str)
    for name in (*numbers, "started_at"):
        _expect(data[name], int, float)
    for name in ("appid", "version"):
        _expect(data[name], str, type(None))
    for name in ("tls", "encoding"):
        _expect(data[name], dict, type(None))
    taken: dict[str, Any] = {name: data[name] for name in (*texts, "appid", "version", "started_at", "encoding")}
    taken |= {name: int(data[name]) for name in numbers}
    return CallRecord(
        **taken,
        tls=names_in(data["tls"]),
        http_status=_whole(data["http_status"]),
        outcome=Outcome(data["outcome"]),
        errno=_whole(data["errno"]),
        release=_verdict(data["release"]),
        debug=_verdict(data["debug"]),
        findings=tuple(finding_from_json(each) for each in _expect(data["findings"], list)),
        apis=tuple(_expect(each, str) for each in _expect(data.get("apis", []), list)),
        policy=_expect(data.get("policy", ""), str),
    )


def _verdict(data: Mapping[str, Any]) -> Verdict:
    return Verdict(Outcome(data["outcome"]), _whole(data["errno"]), _expect(data["errmsg"], str))


def _whole(value: object) -> int | None:
    return None if value is None else int(_expect(value, int))


def _expect(value: Any, *kinds: type) -> Any:
    is_odd = isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value))
    if is_odd or not isinstance(value, kinds):
        raise TypeError(f"found {type(value).__name__}")
    return value

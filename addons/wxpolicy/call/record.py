"""A call's record: the same names in memory, in calls.sqlite, in jsonl and in every report."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.finding import from_prose
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform
from wxpolicy.terms import Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one kind of build does with a call, in the platform's terms.

    ``errno`` is None on success and if the platform has none; ``errmsg`` is the whole errMsg, for example "request:fail
    url not in domain list".
    """

    outcome: Outcome
    errno: int | None = None
    errmsg: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"outcome": self.outcome.value, "errno": self.errno, "errmsg": self.errmsg}


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call that ended. Field names are the contract's and appear unchanged in exports.

    ``started_at`` is Unix time in seconds; ``acted`` is what the proxy did with the call: "pass", "hold" (it waited) or
    "fail"; ``client`` is the kind of client according to the User-Agent ("ios", "android", "devtools", "windows",
    "mac", or "unknown"); ``tls`` and ``encoding`` are None if nothing was seen.
    """

    id: str
    started_at: float
    device: str
    client: str
    appid: str | None
    version: str | None
    api: str
    api_confidence: str
    method: str
    url: str
    http_status: int | None
    outcome: Outcome
    errno: int | None
    errmsg: str
    mode: str
    acted: str
    release: Verdict
    debug: Verdict
    findings: tuple[Finding, ...] = ()
    duration_ms: int = 0
    queued_ms: int = 0
    request_bytes: int = 0
    response_bytes: int = 0
    tls: Mapping[str, Any] | None = None
    encoding: Mapping[str, Any] | None = None
    # The APIs that the wire allows, in order of likelihood; the first is ``api``. Empty in records of older sessions.
    apis: tuple[str, ...] = ()
    # The appid in the policy, also "any", if several were in force; "" if it was the only one.
    policy: str = ""

    @property
    def debug_only(self) -> bool:
        """The main use case: works with debugging on, fails with it off."""
        return self.debug.outcome is Outcome.SUCCESS and self.release.outcome is Outcome.FAIL

    def as_json(self, lang: str | None = None) -> dict[str, Any]:
        """The record as JSON values; findings in one language, or in both if ``lang`` is None."""
        return self.with_findings([finding_as_json(finding, lang) for finding in self.findings])

    def with_findings(self, told: list[dict[str, Any]]) -> dict[str, Any]:
        """The record as JSON values, with the given findings."""
        values: dict[str, Any] = {
            "id": self.id,
            "started_at": self.started_at,
            "device": self.device,
            "client": self.client,
            "appid": self.appid,
            "version": self.version,
            "api": self.api,
            "apis": list(self.apis or (self.api,)),
            "api_confidence": self.api_confidence,
            "method": self.method,
            "url": self.url,
            "http_status": self.http_status,
            "outcome": self.outcome.value,
            "errno": self.errno,
            "errmsg": self.errmsg,
            "mode": self.mode,
            "acted": self.acted,
            "release": self.release.as_json(),
            "debug": self.debug.as_json(),
            "debug_only": self.debug_only,
            "findings": told,
            "duration_ms": self.duration_ms,
            "queued_ms": self.queued_ms,
            "request_bytes": self.request_bytes,
            "response_bytes": self.response_bytes,
            "tls": dict(self.tls) if self.tls is not None else None,
            "encoding": dict(self.encoding) if self.encoding is not None else None,
        }
        if self.policy:
            values["policy"] = self.policy
        return values


def finding_as_json(finding: Finding, lang: str | None = None) -> dict[str, Any]:
    """A finding as JSON values, with its texts. Without ``lang``, they are {"zh", "en"}: the form that can be read
    back."""

    def said(text: Text) -> Any:
        return text.in_lang(lang) if lang else {"zh": text.zh, "en": text.en}

    return {
        "code": finding.code.value,
        "data": {name: value for name, value in finding.data.items() if lang is None or name != "prose"},
        "severity": finding.severity.value,
        "status": finding.status.value,
        "known": finding.known.value,
        "platforms": [platform.value for platform in finding.platforms],
        "message": said(message_of(finding)),
        "fix": said(fix_of(finding)),
        "clause": finding.clause,
        "subject": finding.subject,
    }


def finding_from_json(found: Mapping[str, Any]) -> Finding:
    """The inverse of ``finding_as_json``; also of the form without ``data``, whose texts are kept as they are.

    Raises KeyError, TypeError or ValueError on anything else.
    """
    platforms = found["platforms"]
    if not isinstance(platforms, list):
        raise TypeError(f"found {type(platforms).__name__}")
    code, severity, status = Code(found["code"]), Severity(found["severity"]), Status(found["status"])
    where = tuple(Platform(name) for name in platforms)
    clause = _string(found["clause"])
    if "data" in found:
        data = found["data"]
        if not isinstance(data, dict):
            raise TypeError(f"found {type(data).__name__}")
        return Finding(code, data, severity, status, where, Known(found["known"]), clause)
    message, fix = _both(found["message"]), _both(found["fix"])
    return from_prose(code, message, fix, clause, severity, status, where, _string(found.get("subject", "")))


def _both(words: Mapping[str, Any]) -> Text:
    return Text(_string(words["zh"]), _string(words["en"]))


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"found {type(value).__name__}")
    return value


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a report says about a session besides its calls.

    ``counts`` of traffic that was not judged: "other" (no mini-program Referer), "image", "webview", "mmtls", "raw".
    ``foreign_appids``: calls of mini-programs that no policy names. ``untrusting``: "device host" pairs whose client
    refused the proxy's certificate, with their number. ``passed_unopened``: hosts that were then forwarded without
    interception. ``passed_by_option``: "option host" pairs that passed unjudged because of a mitmproxy option, with
    their number. ``notices``: what went wrong in the session itself (a bad policy save, a broken database), in order.
    ``unread``: what could not be read of it, empty if it was read completely. ``is_capture``: made from capture files,
    which show neither devices nor a mode of the proxy. ``policies``: if several were in force at once, the appid,
    file and mode of each. ``policy_file``: if there was one, its file as it was named; empty if that is not known.
    """

    name: str
    path: str = ""
    started_at: float = 0.0
    ended_at: float | None = None
    mode: str = "release"
    scope: str = "miniprogram"
    edition: str = "2017"
    appid: str = "any"
    counts: Mapping[str, int] = field(default_factory=dict)
    foreign_appids: Mapping[str, int] = field(default_factory=dict)
    untrusting: Mapping[str, int] = field(default_factory=dict)
    passed_unopened: tuple[str, ...] = ()
    passed_by_option: Mapping[str, int] = field(default_factory=dict)
    dropped_records: int = 0
    notices: tuple[Text, ...] = ()
    unread: tuple[Text, ...] = ()
    is_capture: bool = False
    policies: tuple[Mapping[str, str], ...] = ()
    policy_file: str = ""

"""A call's record and a session's facts without secrets: the only way in which they get into a report, a page or a
terminal."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import SessionFacts
from wxpolicy.call.record import Verdict
from wxpolicy.finding import Finding
from wxpolicy.terms import Text
from wxredact.bodies import redact_text
from wxredact.redact import redact_url


def redact_record(record: CallRecord) -> CallRecord:
    """The record with its URL, its messages and the wire data in its findings masked."""
    return replace(
        record,
        url=redact_url(record.url),
        errmsg=_short(record.errmsg),
        release=_verdict(record.release),
        debug=_verdict(record.debug),
        findings=tuple(redact_finding(finding) for finding in record.findings),
    )


def redact_finding(finding: Finding) -> Finding:
    """A finding with every text in its data masked; its messages are made from these."""
    return replace(finding, data={name: _masked(value) for name, value in finding.data.items()})


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _short(value)
    if isinstance(value, list):
        return [_masked(each) for each in value]
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    return value


def redact_facts(facts: SessionFacts) -> SessionFacts:
    """What went wrong in a session, masked: it may quote a policy, a capture or an exception."""
    return replace(
        facts,
        notices=tuple(redact_words(text) for text in facts.notices),
        unread=tuple(redact_words(text) for text in facts.unread),
    )


def redact_words(text: Text) -> Text:
    """A sentence in both languages."""
    return Text(_short(text.zh), _short(text.en))


def _verdict(verdict: Verdict) -> Verdict:
    masked = _short(verdict.errmsg)
    return verdict if masked == verdict.errmsg else replace(verdict, errmsg=masked)


@lru_cache(maxsize=4096)
def _short(text: str) -> str:
    # The same sentences recur with every call.
    return redact_text(text)

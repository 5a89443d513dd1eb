"""Records for programs: one JSON object a line, or one document."""

import json
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from wxpolicy.record import CallRecord
from wxpolicy.record import SessionFacts
from wxreport.redact import redact_url


def iter_jsonl(records: Iterable[CallRecord], lang: str, *, with_secrets: bool = False) -> Iterator[str]:
    """Each record as a line, with the contract's field names; Chinese stays as it is."""
    for record in records:
        yield json.dumps(_shown(record, lang, with_secrets), ensure_ascii=False)


def render_json(records: Iterable[CallRecord], session: SessionFacts, lang: str, *, with_secrets: bool = False) -> str:
    """The session as one document: {"session": {...}, "calls": [...]}."""
    facts = asdict(session)
    facts["notices"] = [notice.said(lang) for notice in session.notices]
    calls = [_shown(record, lang, with_secrets) for record in records]
    return json.dumps({"session": facts, "calls": calls}, ensure_ascii=False, indent=1)


def _shown(record: CallRecord, lang: str, with_secrets: bool) -> dict[str, Any]:
    shown = record.as_json(lang)
    if not with_secrets:
        shown["url"] = redact_url(record.url)
    return shown

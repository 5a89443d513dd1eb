"""Records for programs: one JSON object per line, or one document. Both are generated call by call."""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import SessionFacts
from wxpolicy.text.json_line import json_line
from wxredact.records import redact_record


def iter_jsonl(records: Iterable[CallRecord], lang: str | None, *, with_secrets: bool = False) -> Iterator[str]:
    """Each record as a line, with the documented field names; Chinese is not escaped.

    Without ``lang``, messages are {"zh", "en"}. Whatever was on the wire, a line can be encoded as UTF-8 and shown in a
    terminal.
    """
    for record in records:
        yield json_line(_shown(record, lang, with_secrets))


def session_line(session: SessionFacts, lang: str | None) -> str:
    """The facts of the session as one JSON object."""
    facts = asdict(session)
    for name in ("notices", "unread"):
        facts[name] = [text.in_lang(lang) if lang else text._asdict() for text in getattr(session, name)]
    return json_line(facts)


def _shown(record: CallRecord, lang: str | None, with_secrets: bool) -> dict[str, Any]:
    return (record if with_secrets else redact_record(record)).as_json(lang)

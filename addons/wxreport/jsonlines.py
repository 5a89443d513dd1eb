"""Records for programs: one JSON object a line, or one document. Both are made call by call."""

import json
import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import SessionFacts
from wxredact.records import redact_record

# What may be no plain letter or sign; ASCII and Chinese, which are nearly everything, pass without a look.
_SUSPECT = re.compile(r"[^\x20-\x7e\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e]")


def iter_jsonl(records: Iterable[CallRecord], lang: str | None, *, with_secrets: bool = False) -> Iterator[str]:
    """Each record as a line, with the contract's field names; Chinese stays as it is.

    Without ``lang``, messages are {"zh", "en"}. Whatever the wire held, a line
    can be written as UTF-8 and shown in a terminal.
    """
    for record in records:
        yield _dumped(_shown(record, lang, with_secrets))


def session_line(session: SessionFacts, lang: str | None) -> str:
    """The session's own facts as one JSON object."""
    facts = asdict(session)
    for name in ("notices", "unread"):
        facts[name] = [text.in_lang(lang) if lang else text._asdict() for text in getattr(session, name)]
    return _dumped(facts)


def _shown(record: CallRecord, lang: str | None, with_secrets: bool) -> dict[str, Any]:
    return (record if with_secrets else redact_record(record)).as_json(lang)


def _dumped(value: Any) -> str:
    # Unescaped, a lone surrogate cannot be written at all, and a bidi override rewrites the line for its reader.
    return _SUSPECT.sub(_escaped, json.dumps(value, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]

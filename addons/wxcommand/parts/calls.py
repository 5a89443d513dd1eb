"""Portions of a recorded session, with the verdicts of the recording: written one call after the other, or only
counted."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mitmproxy import http

from wxcapture.har_entry import entry
from wxcapture.har_secrets import Secrets
from wxcapture.har_writer import frame as har_frame
from wxcapture.session_calls import Flows
from wxcapture.session_calls import calls_in
from wxcommand.parts.part import Frame
from wxcommand.parts.part import Part
from wxgate.call.facts import call_facts
from wxpolicy.call.record import CallRecord
from wxpolicy.text.json_line import json_line
from wxreport.jsonlines import iter_jsonl
from wxreport.parts import part_of
from wxsession.store import Portion

FRAMES = {
    "jsonl": Frame(behind="\n"),
    "json": Frame('{"calls": [\n', ",\n"),
    "har": Frame(*har_frame()[:2], end=har_frame()[2]()),
}


def written(records: Iterable[CallRecord], how: str, lang: str, *, with_secrets: bool) -> list[str]:
    """Each call in a format of single calls."""
    behind = FRAMES[how].behind
    return [line + behind for line in iter_jsonl(records, lang, with_secrets=with_secrets)]


@dataclass(frozen=True)
class Recorded:
    """The work: a portion of the session in ``folder``, written as ``how``."""

    folder: Path
    how: str
    lang: str
    with_secrets: bool = False

    def __call__(self, portion: Portion) -> Part:
        if self.how == "har":
            return self._har(portion)
        found = [stored.record for stored in portion.stored()]
        records = [record for record in found if record is not None]
        text = ""
        if self.how in FRAMES:
            made = written(records, self.how, self.lang, with_secrets=self.with_secrets)
            text = FRAMES[self.how].between.join(made)
        part = Part(part_of(records, with_secrets=self.with_secrets), text, len(portion), not records)
        part.unreadable = len(found) - len(records)
        return part

    def _har(self, portion: Portion) -> Part:
        secrets = Secrets(self.with_secrets)
        made: list[str] = []
        records: list[CallRecord] = []
        part_unreadable = 0
        with closing(Flows(self.folder, is_checked=True)) as flows:
            for call in calls_in(portion, flows):
                if call is None:
                    part_unreadable += 1
                else:
                    records.append(call[0])
                    made.append(_har_entry(*call, secrets))
        summary = part_of(records, with_secrets=self.with_secrets)
        return Part(summary, FRAMES["har"].between.join(made), len(portion), not records, unreadable=part_unreadable)


def _har_entry(record: CallRecord, flow: http.HTTPFlow | None, secrets: Secrets) -> str:
    return json_line(entry(record, flow, call_facts(flow) if flow is not None else None, secrets))

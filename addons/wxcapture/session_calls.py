"""A session's calls with their traffic: calls.sqlite is the truth, flows.mitm holds headers and bodies.

Flows lie in the order in which calls ended, records are read in the order in
which they began. So one pass notes where each flow lies, in a table of SQLite's
that moves to the disk by itself where it grows; then each is fetched as it is asked for.
"""

import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from mitmproxy import http

from wxcapture.captured import Captured
from wxcapture.captured import Item
from wxcapture.captured import Unreadable
from wxcapture.flow_reader import FlowFile
from wxcapture.flow_reader import captured_flow
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.kinds import DECLARING_HEADER
from wxpolicy.call.record import CallRecord
from wxpolicy.terms import Confidence
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason
from wxpolicy.url.urls import read_url
from wxsession.flow_places import id_of
from wxsession.store import StoreReader

_INSERT_EVERY = 1000


class Flows:
    """The flows of a session, by their id. ``trouble`` tells what of flows.mitm could not be read."""

    def __init__(self, folder: Path) -> None:
        """Reads flows.mitm once. Raises nothing: a session without it has its records still."""
        self.trouble: list[Text] = []
        self._file: BinaryIO | None = None
        self._index = sqlite3.connect("")  # in memory, on the disk where it grows
        self._index.execute("CREATE TABLE places (id TEXT PRIMARY KEY, offset INTEGER, length INTEGER) WITHOUT ROWID")
        path = folder / "flows.mitm"
        try:
            self._file = path.open("rb")
            self._flows = FlowFile(self._file, str(path), path.stat().st_size)
            self._read()
        except OSError as error:
            why = reason(error)
            self.trouble.append(
                Text(
                    f"{path} 无法读取（{why.zh}）：只有记录，没有头部和正文",
                    f"{path} cannot be read ({why.en}): there are records, but no headers and bodies",
                )
            )

    def _read(self) -> None:
        assert self._file is not None
        found: list[tuple[str, int, int]] = []
        try:
            for at, length in self._flows.places():
                if flow_id := id_of(self._file, at, length):
                    found.append((flow_id, at, length))
                if len(found) >= _INSERT_EVERY:
                    self._insert(found)
        except Unreadable as error:
            self.trouble.append(error.text)
        self._insert(found)

    def _insert(self, found: list[tuple[str, int, int]]) -> None:
        # The last one counts: a socket is written again when it ends.
        self._index.executemany("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", found)
        found.clear()

    def of(self, call_id: str) -> http.HTTPFlow | None:
        row = self._index.execute("SELECT offset, length FROM places WHERE id = ?", (call_id,)).fetchone()
        if row is None:
            return None
        try:
            flow = self._flows.flow_at(*row)
        except (ValueError, OSError):
            return None
        return flow if isinstance(flow, http.HTTPFlow) else None

    def close(self) -> None:
        self._index.close()
        if self._file is not None:
            self._file.close()


def calls_of(reader: StoreReader, flows: Flows) -> Iterator[tuple[CallRecord, http.HTTPFlow | None]]:
    """Every record with its flow, None where there is none."""
    for record in reader.records():
        yield record, flows.of(record.id)


def read_session(reader: StoreReader, facts_of: Callable[[http.HTTPFlow], CallFacts]) -> Iterator[Item]:
    """Every call of a session, to be judged anew; ``facts_of`` is the gate's own reading of a flow."""
    with closing(Flows(reader.folder)) as flows:
        reader.trouble += flows.trouble
        for record, flow in calls_of(reader, flows):
            try:
                call = _call(record, flow, facts_of)
            except Exception:  # a damaged flow: what the record holds still counts
                call = _call(record, None, facts_of)
            yield call


def _call(record: CallRecord, flow: http.HTTPFlow | None, facts_of: Callable[[http.HTTPFlow], CallFacts]) -> Captured:
    facts = facts_of(flow) if flow is not None else _facts_of_record(record)
    if record.api_confidence == Confidence.DECLARED:
        # The gate took the header off before it sent the call on.
        facts = replace(facts, headers={**facts.headers, DECLARING_HEADER: record.api})
    if flow is not None:
        return captured_flow(flow, facts, record.url, record)
    return _of_record(record, facts, record.method == "CONNECT" and record.url.startswith("tcp://"))


def _of_record(record: CallRecord, facts: CallFacts, is_tunnel: bool) -> Captured:
    return Captured(
        id=record.id,
        facts=facts,
        url=record.url,
        started_at=record.started_at,
        duration_ms=record.duration_ms,
        request_bytes=record.request_bytes,
        response_bytes=record.response_bytes,
        recorded=record,
        is_tunnel=is_tunnel,
    )


def _facts_of_record(record: CallRecord) -> CallFacts:
    """What is left of a call whose flow was not kept."""
    url = read_url(record.url.replace("tcp://", "https://", 1) if record.url.startswith("tcp://") else record.url)
    headers = {"upgrade": "websocket"} if url.scheme in ("ws", "wss") else {}
    where = Where.CONNECT if record.method == "CONNECT" else Where.URL
    return CallFacts(
        record.device, record.method, url.scheme, (CarriedName(where, url.host.spelled, url.port),), url.path, headers
    )

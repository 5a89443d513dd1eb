"""A session's calls with their traffic: calls.sqlite is authoritative, flows.mitm has headers and bodies.

Flows are in the order in which calls ended, records in the order in which they started. A record has the position of
its flow. If it has none (the last before a kill, a session of an earlier version), one pass collects the positions of
all flows, in a temporary SQLite table that moves to the disk when it grows.
"""

import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from mitmproxy import http

from wxcapture.captured import Captured
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
from wxsession.store import Portion

_INSERT_EVERY = 1000


class Flows:
    """The flows of a session, by their id. ``trouble`` lists what could not be read of flows.mitm."""

    def __init__(self, folder: Path, *, is_checked: bool = False) -> None:
        """Scans flows.mitm once, unless that was already done (``is_checked``). Never raises: a session without it
        still has its records."""
        self.trouble: list[Text] = []
        self._file: BinaryIO | None = None
        self._flows: FlowFile | None = None
        self._index: sqlite3.Connection | None = None
        path = folder / "flows.mitm"
        try:
            self._file = path.open("rb")
            self._flows = FlowFile(self._file, str(path), path.stat().st_size)
            if not is_checked:
                for _ in self._flows.places():
                    pass
        except Unreadable as error:
            self.trouble.append(error.text)
        except OSError as error:
            why = reason(error)
            self.trouble.append(
                Text(
                    f"{path} 无法读取（{why.zh}）：只有记录，没有头部和正文",
                    f"{path} cannot be read ({why.en}): there are records, but no headers and bodies",
                )
            )

    def of(self, call_id: str, place: tuple[int, int] | None = None) -> http.HTTPFlow | None:
        """``place`` is the stored position of the call's flow. It is verified before it is used."""
        if self._flows is None:
            return None
        flow = self._at(place) if place is not None else None
        if flow is None or flow.id != call_id:
            found = self._indexed().execute("SELECT offset, length FROM places WHERE id = ?", (call_id,)).fetchone()
            flow = self._at(found) if found is not None else None
        return flow

    def _at(self, place: tuple[int, int]) -> http.HTTPFlow | None:
        assert self._flows is not None
        try:
            flow = self._flows.flow_at(*place)
        except (ValueError, OSError, OverflowError):
            return None
        return flow if isinstance(flow, http.HTTPFlow) else None

    def _indexed(self) -> sqlite3.Connection:
        if self._index is None:
            self._index = sqlite3.connect("")  # in memory, on the disk if it grows
            self._index.execute(
                "CREATE TABLE places (id TEXT PRIMARY KEY, offset INTEGER, length INTEGER) WITHOUT ROWID"
            )
            self._read(self._index)
        return self._index

    def _read(self, index: sqlite3.Connection) -> None:
        assert self._file is not None and self._flows is not None
        found: list[tuple[str, int, int]] = []
        try:
            for at, length in self._flows.places():
                if flow_id := id_of(self._file, at, length):
                    found.append((flow_id, at, length))
                if len(found) >= _INSERT_EVERY:
                    _insert(index, found)
        except (Unreadable, OSError):
            pass  # already reported
        _insert(index, found)

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
        if self._file is not None:
            self._file.close()


def _insert(index: sqlite3.Connection, found: list[tuple[str, int, int]]) -> None:
    # The last one counts: a WebSocket is written again when it ends.
    index.executemany("INSERT OR REPLACE INTO places VALUES (?, ?, ?)", found)
    found.clear()


def calls_in(portion: Portion, flows: Flows) -> Iterator[tuple[CallRecord, http.HTTPFlow | None] | None]:
    """Every record with its flow, None if there is none; None for a call without a readable record."""
    for stored in portion.stored():
        record = stored.record
        yield (record, flows.of(record.id, stored.place)) if record is not None else None


def captured_calls(
    portion: Portion, flows: Flows, facts_of: Callable[[http.HTTPFlow], CallFacts]
) -> Iterator[Captured | None]:
    """Calls of a session, to be judged again; ``facts_of`` is the live proxy's function. None as in ``calls_in``."""
    for call in calls_in(portion, flows):
        if call is None:
            yield None
            continue
        record, flow = call
        try:
            yield _call(record, flow, facts_of)
        except Exception:  # a damaged flow: the record is still valid
            yield _call(record, None, facts_of)


def _call(record: CallRecord, flow: http.HTTPFlow | None, facts_of: Callable[[http.HTTPFlow], CallFacts]) -> Captured:
    facts = facts_of(flow) if flow is not None else _facts_of_record(record)
    if record.api_confidence == Confidence.DECLARED:
        # The proxy removed the header before it forwarded the call.
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
    """The facts of a call whose flow was not kept."""
    url = read_url(record.url.replace("tcp://", "https://", 1) if record.url.startswith("tcp://") else record.url)
    headers = {"upgrade": "websocket"} if url.scheme in ("ws", "wss") else {}
    where = Where.CONNECT if record.method == "CONNECT" else Where.URL
    return CallFacts(
        record.device, record.method, url.scheme, (CarriedName(where, url.host.spelled, url.port),), url.path, headers
    )

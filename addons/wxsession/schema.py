"""The tables of calls.sqlite, and how a record becomes rows and a record again.

Version 1 stored a finding's text in two languages; since version 2 its data is stored, and the text is made when it is
read. The table has the columns of both, so that a session of version 1 can be read, salvaged and continued.
"""

import json
from collections.abc import Collection
from collections.abc import Sequence
from typing import Any
from typing import Protocol

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.certificates.store_names import names_in
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.finding import from_prose
from wxpolicy.terms import Outcome
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxsession.filters import host_of
from wxsession.filters import shown_codes

# 1: still readable. 2: with ``host`` and ``codes`` to filter by, each flow's position, and findings as data.
# A session of version 2 may lack the column ``policy``, which was added later.
VERSION = 2

# A row is replaced when the same call ends again: a WebSocket's handshake first, its end later.
# ``calls_listed`` has everything that a filter needs: 100,000 calls are scanned in about 30 ms.
TABLES = """
CREATE TABLE IF NOT EXISTS calls (
    id TEXT PRIMARY KEY, started_at REAL, device TEXT, client TEXT, appid TEXT, version TEXT,
    api TEXT, api_confidence TEXT, method TEXT, url TEXT, http_status INTEGER,
    outcome TEXT, errno INTEGER, errmsg TEXT, mode TEXT, acted TEXT,
    release_outcome TEXT, release_errno INTEGER, release_errmsg TEXT,
    debug_outcome TEXT, debug_errno INTEGER, debug_errmsg TEXT, debug_only INTEGER,
    duration_ms INTEGER, queued_ms INTEGER, request_bytes INTEGER, response_bytes INTEGER,
    tls TEXT, encoding TEXT,
    host TEXT, codes TEXT, flow_offset INTEGER, flow_length INTEGER, apis TEXT,
    policy TEXT
);
CREATE INDEX IF NOT EXISTS calls_listed ON calls (
    started_at, device, client, appid, api, method, http_status, outcome, errno, release_errno, release_outcome,
    debug_only, mode, host, codes, release_errmsg, url
);
CREATE TABLE IF NOT EXISTS findings (
    call_id TEXT, position INTEGER, code TEXT, severity TEXT, status TEXT, platforms TEXT,
    message_zh TEXT, message_en TEXT, fix_zh TEXT, fix_en TEXT, clause TEXT, subject TEXT, data TEXT, known TEXT,
    PRIMARY KEY (call_id, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handshakes (at REAL, device TEXT, host TEXT, side TEXT, trouble TEXT);
CREATE TABLE IF NOT EXISTS app_states (at REAL, device TEXT, appid TEXT, state TEXT, source TEXT);
CREATE TABLE IF NOT EXISTS policies (at REAL, file TEXT, text TEXT);
CREATE TABLE IF NOT EXISTS notices (at REAL, zh TEXT, en TEXT);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT);
"""


def _members(count: int) -> str:
    return ", ".join(f"json_extract(value, '$[{number}]')" for number in range(count))


# INSERT_CALLS and INSERT_FINDINGS take the rows of many calls at once, as one JSON text: a statement
# for each row would take the GIL each time, and delay the calls themselves.
_CALL_COLUMNS = 35
INSERT_CALL = f"INSERT OR REPLACE INTO calls VALUES ({', '.join('?' * _CALL_COLUMNS)})"
INSERT_CALLS = f"INSERT OR REPLACE INTO calls SELECT {_members(_CALL_COLUMNS)} FROM json_each(?)"
# What may still change in a call whose record is written; the position of its flow stays.
CHANGE_CALL = (
    "UPDATE calls SET outcome = ?, errno = ?, errmsg = ?, release_outcome = ?, release_errno = ?, release_errmsg = ?,"
    " debug_outcome = ?, debug_errno = ?, debug_errmsg = ?, debug_only = ?, codes = ? WHERE id = ?"
)
SET_FLOW = "UPDATE calls SET flow_offset = ?, flow_length = ? WHERE id = ?"
_FINDING_COLUMNS = "call_id, position, code, severity, status, platforms, clause, subject, data, known"
DELETE_FINDINGS = "DELETE FROM findings WHERE call_id IN (SELECT value FROM json_each(?))"
INSERT_FINDING = (
    f"INSERT OR REPLACE INTO findings ({_FINDING_COLUMNS}) VALUES ({', '.join('?' * len(_FINDING_COLUMNS.split(',')))})"
)
INSERT_FINDINGS = (
    f"INSERT OR REPLACE INTO findings ({_FINDING_COLUMNS})"
    f" SELECT {_members(len(_FINDING_COLUMNS.split(',')))} FROM json_each(?)"
)
INSERT_HANDSHAKE = "INSERT INTO handshakes VALUES (?, ?, ?, ?, ?)"
INSERT_APP_STATE = "INSERT INTO app_states VALUES (?, ?, ?, ?, ?)"
INSERT_POLICY = "INSERT INTO policies VALUES (?, ?, ?)"
INSERT_NOTICE = "INSERT INTO notices VALUES (?, ?, ?)"
INSERT_FACT = "INSERT OR REPLACE INTO facts VALUES (?, ?)"

Row = tuple[Any, ...]
Statement = tuple[str, Row]


class NamedRow(Protocol):
    """A row whose values are accessed by the name of their column, as a sqlite3.Row."""

    def __getitem__(self, name: str, /) -> Any: ...

    def keys(self) -> Collection[str]: ...


def storable(text: str | None) -> str | None:
    r"""The text as SQLite accepts it: bytes that were not UTF-8 on the wire are shown as \xNN."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _outcomes(record: CallRecord) -> tuple[Row, Row]:
    """Its outcome, and that of release and debug."""
    release, debug = record.release, record.debug
    return (record.outcome.value, record.errno, storable(record.errmsg)), (
        release.outcome.value, release.errno, storable(release.errmsg),
        debug.outcome.value, debug.errno, storable(debug.errmsg), int(record.debug_only),
    )  # fmt: skip


def changed_row(record: CallRecord) -> Row:
    """For CHANGE_CALL."""
    ended, verdicts = _outcomes(record)
    return (*ended, *verdicts, shown_codes(record), record.id)


def call_row(record: CallRecord, place: tuple[int, int] | None = None) -> Row:
    """``place`` is the position of its flow in flows.mitm (offset, length), if that is already known."""
    ended, verdicts = _outcomes(record)
    return (
        record.id,
        record.started_at,
        record.device,
        record.client,
        storable(record.appid),
        storable(record.version),
        record.api,
        record.api_confidence,
        storable(record.method),
        storable(record.url),
        record.http_status,
        *ended,
        record.mode,
        record.acted,
        *verdicts,
        record.duration_ms,
        record.queued_ms,
        record.request_bytes,
        record.response_bytes,
        json.dumps(record.tls, ensure_ascii=False) if record.tls is not None else None,
        json.dumps(record.encoding, ensure_ascii=False) if record.encoding is not None else None,
        storable(host_of(record.url)),
        shown_codes(record),
        *(place or (None, None)),
        " ".join(record.apis),
        record.policy,
    )


def notice_statement(at: float, text: Text) -> tuple[str, Row]:
    return INSERT_NOTICE, (at, storable(text.zh), storable(text.en))


def finding_row(call_id: str, position: int, finding: Finding) -> Row:
    return (
        call_id,
        position,
        finding.code.value,
        finding.severity.value,
        finding.status.value,
        ",".join(finding.platforms),
        finding.clause,
        storable(finding.subject),
        storable(json.dumps(dict(finding.data), ensure_ascii=False)),
        finding.known.value,
    )


def record_from_rows(call: NamedRow, findings: Sequence[NamedRow]) -> CallRecord:
    """The record that was written. Raises ValueError or KeyError if a row is not what was written."""
    return CallRecord(
        id=call["id"],
        started_at=call["started_at"],
        device=call["device"],
        client=call["client"],
        appid=call["appid"],
        version=call["version"],
        api=call["api"],
        api_confidence=call["api_confidence"],
        method=call["method"],
        url=call["url"],
        http_status=call["http_status"],
        outcome=Outcome(call["outcome"]),
        errno=call["errno"],
        errmsg=call["errmsg"],
        mode=call["mode"],
        acted=call["acted"],
        release=Verdict(Outcome(call["release_outcome"]), call["release_errno"], call["release_errmsg"]),
        debug=Verdict(Outcome(call["debug_outcome"]), call["debug_errno"], call["debug_errmsg"]),
        findings=tuple(_finding(row) for row in findings),
        duration_ms=call["duration_ms"],
        queued_ms=call["queued_ms"],
        request_bytes=call["request_bytes"],
        response_bytes=call["response_bytes"],
        tls=names_in(json.loads(call["tls"])) if call["tls"] else None,
        encoding=json.loads(call["encoding"]) if call["encoding"] else None,
        apis=tuple(((call["apis"] if "apis" in call.keys() else None) or "").split()),
        policy=(call["policy"] if "policy" in call.keys() else None) or "",
    )


def _finding(row: NamedRow) -> Finding:
    code, severity, status = Code(row["code"]), Severity(row["severity"]), Status(row["status"])
    platforms = tuple(Platform(name) for name in row["platforms"].split(",") if name)
    if "data" in row.keys() and row["data"] is not None:
        data = json.loads(row["data"])
        if not isinstance(data, dict):
            raise ValueError("data is no object")
        return Finding(code, data, severity, status, platforms, Known(row["known"]), row["clause"])
    message, fix = Text(row["message_zh"], row["message_en"]), Text(row["fix_zh"], row["fix_en"])
    return from_prose(code, message, fix, row["clause"], severity, status, platforms, row["subject"])

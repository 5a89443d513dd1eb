"""Writes a session while calls end: one thread, many calls a commit.

A caller gets a future and may wait for it: once it is done, the record outlives
a ``kill -9``. Nothing here ever raises into traffic. What cannot be written is
kept and tried again, up to ``BACKLOG`` items; more are dropped and counted.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from wxpolicy.record import CallRecord
from wxpolicy.terms import Text
from wxsession import schema

BACKLOG = 10_000
BATCH = 500
RETRY_S = 1.0
# Another program may hold the database for a moment (a report being made).
BUSY_S = 0.5

Statement = tuple[str, schema.Row]

# What another try may mend: a lock, a full disk, a file that is gone or damaged.
_MAY_PASS = (sqlite3.OperationalError, sqlite3.DatabaseError, OSError)
# What no try mends: a value that SQLite does not take.
_IS_FINAL = (sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.IntegrityError)


@dataclass(slots=True)
class _Item:
    statements: tuple[Statement, ...]
    flow: bytes | None = None
    counted: bool = False  # a call's record: its loss is counted
    done: Future = field(default_factory=Future)


class SessionWriter:
    """The open session. ``on_trouble`` is called once per spell of trouble, from the writer's thread."""

    def __init__(self, folder: Path, on_trouble: Callable[[Text], None] = lambda text: None) -> None:
        """Creates the folder and its database. Raises OSError or sqlite3.Error where that cannot be done."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.dropped = 0
        self._on_trouble = on_trouble
        self._in_trouble = False
        self._items: queue.Queue[_Item | None] = queue.Queue()
        self._waiting = 0
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = _open(folder)
        self._flows = (folder / "flows.mitm").open("ab")
        self._policy_versions = len(list(folder.glob("policy*.yaml")))
        self._thread = threading.Thread(target=self._run, name="session writer", daemon=True)
        self._thread.start()

    # What a session takes

    def call(self, record: CallRecord, flow: bytes | None = None) -> Future:
        """A call that ended, with its traffic as mitmproxy serialises it."""
        statements = [(schema.INSERT_CALL, schema.call_row(record)), (schema.DELETE_FINDINGS, (record.id,))]
        statements += [
            (schema.INSERT_FINDING, schema.finding_row(record.id, position, finding))
            for position, finding in enumerate(record.findings)
        ]
        return self._put(_Item(tuple(statements), flow, counted=True))

    def traffic(self, flow: bytes) -> Future:
        """Traffic that is nobody's call, for flows.mitm alone."""
        return self._put(_Item((), flow))

    def handshake(self, at: float, device: str, host: str, side: str, trouble: str) -> Future:
        """A TLS handshake that failed on the "client" or "server" side."""
        row = (at, device, schema.storable(host), side, schema.storable(trouble))
        return self._put(_Item(((schema.INSERT_HANDSHAKE, row),)))

    def app_state(self, at: float, device: str, appid: str, state: str, source: str) -> Future:
        row = (at, device, schema.storable(appid), state, source)
        return self._put(_Item(((schema.INSERT_APP_STATE, row),)))

    def notice(self, at: float, text: Text) -> Future:
        """Something that went wrong in the session itself, for its report."""
        row = (at, schema.storable(text.zh), schema.storable(text.en))
        return self._put(_Item(((schema.INSERT_NOTICE, row),)))

    def fact(self, name: str, value: str) -> Future:
        return self._put(_Item(((schema.INSERT_FACT, (name, schema.storable(value))),)))

    def policy(self, at: float, text: str) -> None:
        """A version of the policy that came into force, kept as a file and with its time."""
        self._policy_versions += 1
        number = self._policy_versions
        name = "policy.yaml" if number == 1 else f"policy.{number}.yaml"
        try:
            (self.folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            self._trouble(error)
        self._put(_Item(((schema.INSERT_POLICY, (at, name, schema.storable(text))),)))

    @property
    def behind(self) -> bool:
        """Whether writing is in trouble: then nobody should wait for it."""
        return self._in_trouble

    def close(self, timeout_s: float = 10.0) -> int:
        """Writes what is left and gives the number of records that were lost."""
        self._items.put(None)
        self._thread.join(timeout_s)
        return self.dropped

    # The thread

    def _put(self, item: _Item) -> Future:
        # From here on nobody can cancel it: the thread would die of answering a cancelled one.
        item.done.set_running_or_notify_cancel()
        with self._lock:
            if self._waiting >= BACKLOG:
                self.dropped += item.counted
                item.done.set_result(False)
                return item.done
            self._waiting += 1
        self._items.put(item)
        return item.done

    def _run(self) -> None:
        closing = False
        while not closing:
            batch = [self._items.get()]
            while len(batch) < BATCH and not self._items.empty():
                batch.append(self._items.get_nowait())
            closing = None in batch
            self._write_until_done([item for item in batch if item is not None], closing)
        if self._database is not None:
            try:
                if self.dropped:
                    self._database.execute(schema.INSERT_FACT, ("dropped_records", str(self.dropped)))
                    self._database.commit()
                self._database.close()
            except sqlite3.Error:
                pass  # The count is still given by close().
        try:
            self._flows.close()
        except OSError:
            pass

    def _write_until_done(self, batch: list[_Item], closing: bool) -> None:
        while True:
            try:
                self._write(batch)
            except Exception as error:
                if isinstance(error, _IS_FINAL) or not isinstance(error, _MAY_PASS):
                    self._write_singly(batch, error)
                    return
                self._trouble(error)
                # Nobody is made to wait for a disk: the answer goes out, the record is tried again.
                self._answer(batch, False)
                if closing:
                    self.dropped += sum(item.counted for item in batch)
                    return
                time.sleep(RETRY_S)
                self._reopen()
                closing = self._closing_was_asked()
                continue
            self._in_trouble = False
            self._finish(batch, True)
            return

    def _write_singly(self, batch: list[_Item], error: Exception) -> None:
        """One item cannot be written whatever is tried: the others must not be lost with it."""
        if len(batch) == 1:
            self._trouble(error)
            self._in_trouble = False
            self.dropped += batch[0].counted
            self._finish(batch, False)
            return
        for item in batch:
            self._write_until_done([item], closing=False)

    def _finish(self, batch: list[_Item], written: bool) -> None:
        self._answer(batch, written)
        with self._lock:
            self._waiting -= len(batch)

    @staticmethod
    def _answer(batch: list[_Item], written: bool) -> None:
        for item in batch:
            if not item.done.done():
                item.done.set_result(written)

    def _closing_was_asked(self) -> bool:
        with self._items.mutex:
            return None in self._items.queue

    def _write(self, batch: list[_Item]) -> None:
        if self._database is None or not (self.folder / "calls.sqlite").exists():
            raise sqlite3.OperationalError("calls.sqlite is gone")
        with self._database:
            for item in batch:
                for statement, row in item.statements:
                    self._database.execute(statement, row)
        for item in batch:
            if item.flow:
                self._flows.write(item.flow)
                item.flow = None
        self._flows.flush()

    def _reopen(self) -> None:
        try:
            if self._database is not None:
                self._database.close()
            self._database = _open(self.folder)
        except (sqlite3.Error, OSError):
            self._database = None

    def _trouble(self, error: Exception) -> None:
        if self._in_trouble:
            return
        self._in_trouble = True
        self._on_trouble(
            Text(
                zh=f"会话暂时无法写入（{self.folder}：{error}）；流量不受影响，记录会重试，写不下的会计数",
                en=f"The session cannot be written just now ({self.folder}: {error}); traffic goes on, records are tried again, and those that do not fit are counted",
            )
        )


def _open(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "calls.sqlite", timeout=BUSY_S, check_same_thread=False)
    # WAL with synchronous=NORMAL: a commit survives the death of the process; only a
    # power cut may take the last ones, and a commit costs no fsync.
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.executescript(schema.TABLES)
    database.execute(f"PRAGMA user_version={schema.VERSION}")
    database.commit()
    return database

"""Writes a session while calls end: one thread, many calls a commit.

A caller gets a future and may wait for it: once it is done, the record outlives
a ``kill -9``. Nothing here ever raises into traffic. What cannot be written is
kept and tried again, up to ``BACKLOG`` items and ``BACKLOG_BYTES`` of traffic;
more is dropped and counted. ``calls.sqlite`` is the truth: trouble with
``flows.mitm`` never costs a record.
"""

import queue
import shutil
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from wxpolicy.call.record import CallRecord
from wxpolicy.terms import Text
from wxsession import schema
from wxsession import words
from wxsession.database import CallsDatabase
from wxsession.database import Statement
from wxsession.flows import FlowsFile
from wxsession.reserve import Reserve

BACKLOG = 10_000
BACKLOG_BYTES = 64 * 1024 * 1024
BATCH = 500
RETRY_S = 1.0
_MOST_NOTES = 20

# What another try may fix: a lock, a full disk, a file that is gone or damaged.
_MAY_PASS = (sqlite3.OperationalError, sqlite3.DatabaseError, OSError)
# What no try fixes: a value that SQLite does not take.
_IS_FINAL = (sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.IntegrityError)


@dataclass(slots=True)
class _Item:
    statements: tuple[Statement, ...]
    flow: bytes | None = None
    counted: bool = False  # a call's record: its loss is counted
    is_new: bool = False  # one more call in the database
    done: Future = field(default_factory=Future)


class SessionWriter:
    """The open session. ``on_trouble`` is called once per spell of trouble, from the writer's thread."""

    def __init__(self, folder: Path, on_trouble: Callable[[Text], None] = lambda text: None) -> None:
        """Creates the folder and its database. Raises OSError (InUse) or sqlite3.Error where that cannot be done."""
        self._is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.dropped = 0
        self.dropped_flows = 0
        self._on_trouble = on_trouble
        self._troubles: dict[str, Exception] = {}  # by file, while it lasts
        self._unsaid: list[Statement] = []  # notices for the report
        self._said_at = float("-inf")
        self._has_unwritable = False
        self._said_dropped = 0
        self._items: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._waiting = 0
        self._waiting_bytes = 0
        self._owed: deque[bytes] = deque()  # flows whose records are written
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._facts: dict[str, str | None] = {}
        self._policy: tuple[str, str] | None = None
        self._reserve = Reserve(folder)
        self._database = CallsDatabase(folder)
        self._flows = FlowsFile(folder)
        self._policy_versions = len(list(folder.glob("policy*.yaml")))
        self._thread = threading.Thread(target=self._run, name="session writer", daemon=True)
        self._thread.start()

    # What a session takes

    def call(self, record: CallRecord, flow: bytes | None = None, *, is_last: bool = True) -> Future:
        """A call that ended, with its traffic as mitmproxy serialises it. Not ``is_last``: its record comes again."""
        statements = [(schema.INSERT_CALL, schema.call_row(record)), (schema.DELETE_FINDINGS, (record.id,))]
        statements += [
            (schema.INSERT_FINDING, schema.finding_row(record.id, position, finding))
            for position, finding in enumerate(record.findings)
        ]
        return self._put(_Item(tuple(statements), flow, counted=True, is_new=is_last))

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
        return self._put(_Item((_notice(at, text),)))

    def fact(self, name: str, value: str) -> Future:
        self._facts[name] = schema.storable(value)
        return self._put(_Item(((schema.INSERT_FACT, (name, schema.storable(value))),)))

    def policy(self, at: float, text: str) -> None:
        """A version of the policy that came into force, kept as a file and with its time."""
        self._policy_versions += 1
        number = self._policy_versions
        name = "policy.yaml" if number == 1 else f"policy.{number}.yaml"
        self._policy = name, text
        try:
            self._write_policy()
        except OSError as error:
            self._trouble("policy.yaml", error)
        self._put(_Item(((schema.INSERT_POLICY, (at, name, schema.storable(text))),)))

    @property
    def behind(self) -> bool:
        """Whether records cannot be written just now: then nobody should wait for one."""
        return self._database.path.name in self._troubles

    def close(self, timeout_s: float = 10.0) -> int:
        """Writes what is left and gives the number of records that were lost."""
        self._items.put(None)
        self._closing.set()
        self._thread.join(timeout_s)
        return self.dropped

    def discard(self) -> None:
        """Removes a closed session that never began, unless its folder was there before."""
        if self._is_new:
            shutil.rmtree(self.folder, ignore_errors=True)

    # The thread

    def _put(self, item: _Item) -> Future:
        # From here on nobody can cancel it: the thread would die of answering a cancelled one.
        item.done.set_running_or_notify_cancel()
        with self._lock:
            if self._waiting >= BACKLOG:
                self.dropped += item.counted
                self.dropped_flows += item.flow is not None
                item.done.set_result(False)
                return item.done
            if item.flow is not None and self._waiting_bytes + len(item.flow) > BACKLOG_BYTES:
                self.dropped_flows += 1
                item.flow = None
            self._waiting += 1
            self._waiting_bytes += len(item.flow or b"")
        self._items.put(item)
        return item.done

    def _run(self) -> None:
        closing = False
        while not closing:
            batch = self._next_batch()
            closing = None in batch
            self._write_until_done([item for item in batch if item is not None], closing)
        self._last_words()
        for file in (self._database, self._flows):
            try:
                file.close()
            except (sqlite3.Error, OSError):
                pass  # The count is still given by close().

    def _next_batch(self) -> list[_Item | None]:
        """What is waiting, at least one; nothing where flows are owed and it is time to try again."""
        try:
            batch = [self._items.get(timeout=RETRY_S if self._owed or self._unsaid else None)]
        except queue.Empty:
            return []
        while len(batch) < BATCH and not self._items.empty():
            batch.append(self._items.get_nowait())
        return batch

    def _write_until_done(self, batch: list[_Item], closing: bool) -> None:
        tries = 0
        while True:
            try:
                self._write(batch)
            except Exception as error:
                if isinstance(error, _IS_FINAL) or not isinstance(error, _MAY_PASS):
                    self._write_singly(batch, error)
                    return
                self._trouble(self._database.path.name, error)
                # Nobody is made to wait for a disk: the answer goes out, the record is tried again.
                self._answer(batch, False)
                if tries and closing:
                    self._drop(batch)
                    return
                if tries:
                    self._closing.wait(RETRY_S)
                tries += 1
                self._mend(error)
                closing = closing or self._closing.is_set()
                continue
            self._is_well(self._database.path.name)
            self._answer(batch, True)
            self._hand_over_flows(batch)
            return

    def _write(self, batch: list[_Item]) -> None:
        statements = [statement for item in batch for statement in item.statements]
        statements += self._unsaid
        dropped = self.dropped
        if dropped != self._said_dropped:
            statements.append((schema.INSERT_FACT, ("dropped_records", str(dropped))))
        self._database.write(statements, sum(item.is_new for item in batch))
        self._said_dropped = dropped
        self._unsaid.clear()

    def _mend(self, error: Exception) -> None:
        """Has a database again, where it was gone or damaged and the disk allows it."""
        try:
            lost = self._database.fix(error)
            if not self._database.was_made_anew:
                return
            self.dropped += lost
            self._troubles.pop(self._database.path.name, None)
            self._note(words.damaged(error, lost))
            self._write_what_a_session_begins_with()
        except (sqlite3.Error, OSError):
            pass  # The next write says what is wrong.

    def _write_what_a_session_begins_with(self) -> None:
        facts = list(self._facts.items())
        self._database.write([(schema.INSERT_FACT, fact) for fact in facts], 0)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_policy()

    def _write_policy(self) -> None:
        if self._policy is not None:
            name, text = self._policy
            (self.folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")

    def _write_singly(self, batch: list[_Item], error: Exception) -> None:
        """One item cannot be written whatever is tried: the others must not be lost with it."""
        if len(batch) > 1:
            for item in batch:
                self._write_until_done([item], closing=False)
            return
        if not self._has_unwritable:
            self._has_unwritable = True
            self._on_trouble(words.unwritable(error))
            self._note(words.unwritable(error))
        self._answer(batch, False)
        self._drop(batch)

    def _hand_over_flows(self, batch: Iterable[_Item]) -> None:
        """The records are written; their flows follow, or are owed."""
        with self._lock:
            for item in batch:
                self._waiting -= 1
                if item.flow is not None:
                    self._owed.append(item.flow)
        try:
            self._flows.check()
            while self._owed:
                self._flows.append(self._owed[0])
                with self._lock:
                    self._waiting_bytes -= len(self._owed.popleft())
        except OSError as error:
            self._trouble(self._flows.path.name, error)
        else:
            self._is_well(self._flows.path.name)

    def _drop(self, batch: list[_Item]) -> None:
        with self._lock:
            for item in batch:
                self._waiting -= 1
                self._waiting_bytes -= len(item.flow or b"")
                self.dropped += item.counted
                self.dropped_flows += item.flow is not None

    def _last_words(self) -> None:
        """How much was lost, written into the room that was kept for it."""
        self.dropped_flows += len(self._owed)
        try:
            self._reserve.give_free()
        except OSError:
            pass
        if self._troubles:
            self._note(words.to_the_end(next(iter(self._troubles.values()))))
        if self.dropped_flows:
            self._note(words.flows_lost(self.dropped_flows))
        for _ in range(2):
            try:
                self._write([])
                return
            except Exception as error:
                # The terminal still tells; see Session.done.
                self._mend(error)

    @staticmethod
    def _answer(batch: list[_Item], written: bool) -> None:
        for item in batch:
            if not item.done.done():
                item.done.set_result(written)

    # Trouble

    def _trouble(self, file: str, error: Exception) -> None:
        """Says it, unless it belongs to what was said just before: a full disk, a deleted folder."""
        if file in self._troubles:
            return
        is_news = not self._troubles and time.monotonic() - self._said_at > RETRY_S
        self._troubles[file] = error
        if is_news:
            self._said_at = time.monotonic()
            self._on_trouble(words.trouble(self.folder, error))

    def _is_well(self, file: str) -> None:
        error = self._troubles.pop(file, None)
        if error is not None:
            self._note(words.over(file, error))

    def _note(self, text: Text) -> None:
        """Has the report say it too, once the database takes it."""
        if len(self._unsaid) < _MOST_NOTES:
            self._unsaid.append(_notice(time.time(), text))


def _notice(at: float, text: Text) -> Statement:
    return schema.INSERT_NOTICE, (at, schema.storable(text.zh), schema.storable(text.en))

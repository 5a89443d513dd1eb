"""The thread that writes a session: many calls per commit, with retries while the disk fails.

A flow carries its call's record. In most cases it is in ``flows.mitm`` before its client sees the end (``append``), and
the thread commits the record a moment later: if the process is killed in between, the record is read from there
(catching_up.py). If the flow cannot be written at once, its record is committed first, the flow follows, and its
position is written with the next commit. A problem with ``flows.mitm`` never loses a record.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from wxpolicy.terms import Text
from wxsession import schema
from wxsession import words
from wxsession.backlog import Backlog
from wxsession.backlog import Item
from wxsession.batch import statements_of
from wxsession.database import CallsDatabase
from wxsession.flows import FlowsFile
from wxsession.private import make_folder
from wxsession.private import opener
from wxsession.reserve import Reserve
from wxsession.schema import Statement
from wxsession.troubles import Troubles

RETRY_S = 1.0
# How long the positions of flows wait for a batch to be written with.
PLACES_S = 0.05

# A disk that takes longer for a few kilobytes is left to the thread for a while.
SLOW_S = 0.02
LONGEST_AT_ONCE = 128 * 1024

# What a retry may solve: a lock, a full disk, a file that is missing or damaged.
_MAY_PASS = (sqlite3.OperationalError, sqlite3.DatabaseError, OSError)
# What no retry solves: a value that SQLite does not accept.
_IS_FINAL = (sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.DataError, sqlite3.IntegrityError)


class Writing:
    """Starts at once. ``backlog`` is filled by other threads; ``facts`` and ``policy_file`` are what a session starts
    with."""

    def __init__(self, folder: Path, on_trouble: Callable[[Text], None]) -> None:
        """Raises OSError (InUse) or sqlite3.Error if the session's files cannot be created."""
        self.backlog = Backlog()
        self.facts: dict[str, str | None] = {}
        self.policy_file: tuple[str, str] | None = None  # name, text
        self.flows_owed: deque[Item] = deque()  # their records are written
        self._folder = folder
        self._troubles = Troubles(folder, on_trouble)
        self._places: list[Statement] = []  # of flows that are written
        self._told_dropped = 0
        self._closing = threading.Event()
        self._slow_until = 0.0  # of time.perf_counter
        self._reserve = Reserve(folder)
        self._database = CallsDatabase(folder)
        self._database.catch_up()
        self.flows = FlowsFile(folder)
        self._thread = threading.Thread(target=self._run, name="session writer", daemon=True)
        self._thread.start()

    @property
    def is_behind(self) -> bool:
        return self._database.path.name in self._troubles

    def append(self, flow: bytes) -> tuple[int, int] | None:
        """The position of a flow that is in flows.mitm now; None if the thread has to write it, which also finds out
        why.

        Called by code that must not wait: what is long, or follows a slow write, is not written here.
        """
        now = time.perf_counter()
        if len(flow) > LONGEST_AT_ONCE or now < self._slow_until or self.flows.path.name in self._troubles:
            return None
        try:
            offset = self.flows.append_at_once(flow)
        except OSError:
            return None
        if offset is None:
            return None
        after = time.perf_counter()
        if after - now > SLOW_S:
            self._slow_until = after + RETRY_S
        return offset, len(flow)

    def end(self, timeout_s: float) -> None:
        self.backlog.end()
        self._closing.set()
        self._thread.join(timeout_s)

    def write_policy(self) -> None:
        """Its problems are reported as those of any file."""
        try:
            self._write_policy()
        except OSError as error:
            self._troubles.begin("policy.yaml", error)

    # The thread

    def _run(self) -> None:
        closing = False
        while not closing:
            batch = self.backlog.next_batch(self._patience_s())
            closing = None in batch
            self._write_until_done([item for item in batch if item is not None], closing)
        self._last_words()
        for file in (self._database, self.flows):
            try:
                file.close()
            except (sqlite3.Error, OSError):
                pass  # The count is still returned by the writer's close().

    def _patience_s(self) -> float | None:
        """How long to wait for new items, while something old is still to be done."""
        if self._places and not self.is_behind:
            return PLACES_S
        return RETRY_S if self.flows_owed or self._troubles.notes or self._places else None

    def _write_until_done(self, batch: list[Item], closing: bool) -> None:
        tries = 0
        while True:
            try:
                self._write(batch)
            except Exception as error:
                if isinstance(error, _IS_FINAL) or not isinstance(error, _MAY_PASS):
                    self._write_singly(batch, error)
                    return
                self._troubles.begin(self._database.path.name, error)
                # Nobody waits for a disk: the response is sent, and the record is tried again.
                _answer(batch, False)
                if tries and closing:
                    self.backlog.drop(batch, is_over=True)
                    return
                if not batch and not closing:
                    # Positions and notes wait for the next batch, and delay nobody's.
                    self._fix(error)
                    return
                if tries:
                    self._closing.wait(RETRY_S)
                tries += 1
                self._fix(error)
                closing = closing or self._closing.is_set()
                continue
            self._troubles.end(self._database.path.name)
            _answer(batch, True)
            self._hand_over_flows(batch)
            return

    def _write(self, batch: list[Item]) -> None:
        statements = list(statements_of(batch))
        statements += self._places
        statements += self._troubles.notes
        dropped = self.backlog.dropped
        if dropped != self._told_dropped:
            statements.append((schema.INSERT_FACT, ("dropped_records", str(dropped))))
        self._database.write(statements, sum(item.is_new for item in batch))
        self._told_dropped = dropped
        self._places.clear()
        self._troubles.notes.clear()

    def _fix(self, error: Exception) -> None:
        """Creates or repairs the database, if it was missing or damaged and the disk allows it."""
        try:
            lost = self._database.fix(error)
            if not self._database.was_made_anew:
                return
            self.backlog.dropped += lost
            self._troubles.forget(self._database.path.name)
            self._troubles.note(words.damaged(error, lost))
            self._database.write([(schema.INSERT_FACT, fact) for fact in list(self.facts.items())], 0)
            make_folder(self._folder)
            self._write_policy()
        except (sqlite3.Error, OSError):
            pass  # The next write shows what is wrong.

    def _write_policy(self) -> None:
        if self.policy_file is not None:
            name, text = self.policy_file
            with open(
                self._folder / name, "w", encoding="utf-8", errors="backslashreplace", newline="", opener=opener
            ) as file:
                file.write(text)

    def _write_singly(self, batch: list[Item], error: Exception) -> None:
        """One item cannot be written, whatever is tried: the others must not be lost with it."""
        if len(batch) > 1:
            for item in batch:
                self._write_until_done([item], closing=False)
            return
        self._troubles.unwritable(error)
        _answer(batch, False)
        self.backlog.drop(batch)

    def _hand_over_flows(self, batch: list[Item]) -> None:
        """The records are written; their flows follow, or remain to be written."""
        self.backlog.written(batch)
        self.flows_owed.extend(item for item in batch if item.flow is not None)
        try:
            self.flows.check()
            while self.flows_owed:
                item = self.flows_owed[0]
                assert item.flow is not None
                offset = self.flows.append(item.flow)
                self.flows_owed.popleft()
                self.backlog.flow_written(len(item.flow))
                if item.record is not None:
                    self._places.append((schema.SET_FLOW, (offset, len(item.flow), item.record.id)))
        except OSError as error:
            self._troubles.begin(self.flows.path.name, error)
        else:
            self._troubles.end(self.flows.path.name)

    def _last_words(self) -> None:
        """The number of lost calls, written into the disk space that was reserved for it."""
        self.backlog.dropped_flows += len(self.flows_owed)
        try:
            self._reserve.give_free()
        except OSError:
            pass
        self._troubles.note_the_last()
        if self.backlog.dropped_flows:
            self._troubles.note(words.flows_lost(self.backlog.dropped_flows))
        for _ in range(2):
            try:
                self._write([])
                return
            except Exception as error:
                # The terminal still shows it; see Session.done.
                self._fix(error)


def _answer(batch: list[Item], written: bool) -> None:
    for item in batch:
        if item.done is not None and not item.done.done():
            item.done.set_result(written)

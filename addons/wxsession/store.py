"""What recording and reports ask of a store of sessions, whatever keeps them.

A store has two sides: ``StoreWriter`` takes what happens while a proxy runs, and
``StoreReader`` gives it back, by filter, page and count. ``embedded.EMBEDDED``,
SQLite in a folder of its own, is the default; nobody but it knows of SQL.
"""

from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import SessionFacts
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxsession.filters import EVERY_CALL
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.portion import Stored


class SessionUnreadable(Exception):
    """Why a session cannot be read, for a person."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class InUse(OSError):
    """Somebody else records in this place."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some of the calls that a filter admits: ``records`` from place ``start`` on, of ``matching`` in all, of ``total``."""

    records: tuple[CallRecord, ...]
    start: int
    matching: int
    total: int


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that are alike, with the number of calls that have one. ``example`` is the id of the first of these calls."""

    code: Code
    subject: str
    severity: Severity
    status: Status
    platforms: tuple[Platform, ...]
    api: str
    client: str
    host: str
    debug_only: bool
    calls: int
    example: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The calls that have the same values in some fields. ``values`` are those, in the order in which they were asked for."""

    values: tuple[str, ...]
    calls: int
    failed: int
    release_failed: int
    debug_only: int
    first_at: float
    last_at: float


# What a tally can be made by.
TALLIED = (Field.API, Field.HOST, Field.DEVICE, Field.APPID)


@dataclass(frozen=True, slots=True)
class AppState:
    """An order to an app: into the background, back, pinned or not. ``source`` is who gave it."""

    at: float
    device: str
    appid: str
    state: str
    source: str


class StoreWriter(Protocol):
    """A session in the making. Nothing here raises into traffic; a future tells whether its item is kept (True)."""

    folder: Path

    @property
    def dropped(self) -> int:
        """Records that are lost."""
        ...

    @property
    def behind(self) -> bool:
        """Whether records cannot be written just now: then nobody should wait for one."""
        ...

    def call(self, record: CallRecord, flow: bytes | None = None, *, is_last: bool = True) -> Future[bool]:
        """A call that ended, with its traffic as mitmproxy serialises it. Not ``is_last``: its record comes again."""
        ...

    def keep(self, record: CallRecord, flow: bytes) -> Future[bool] | None:
        """As ``call``, of one that is over and whose flow carries its record: None where both would outlive the process by now."""
        ...

    def changed(self, record: CallRecord) -> Future[bool]:
        """A call that was written, of whose verdicts and findings more is known now; its traffic stays."""
        ...

    def handshake(self, at: float, device: str, host: str, side: str, trouble: str) -> Future[bool]:
        """A TLS handshake that failed on the "client" or "server" side."""
        ...

    def app_state(self, at: float, device: str, appid: str, state: str, source: str) -> Future[bool]: ...

    def notice(self, at: float, text: Text) -> Future[bool]:
        """Something that went wrong in the session itself, for its report."""
        ...

    def fact(self, name: str, value: str) -> Future[bool]: ...

    def policy(self, at: float, text: str) -> None:
        """A version of the policy that came into force."""
        ...

    def close(self, timeout_s: float = 10.0) -> int:
        """Writes what is left and gives the number of records that were lost."""
        ...

    def discard(self) -> None:
        """Removes a closed session that never began, unless its place was there before."""
        ...


class Portion(Protocol):
    """Some calls that are read but not looked into; it can go to another process."""

    def __len__(self) -> int: ...

    def stored(self) -> Iterator[Stored]: ...


class StoreReader(Protocol):
    """A session that is being recorded, or was. ``trouble`` tells what could not be read; all of it belongs to one thread.

    The stable order of calls is that of their start, the first first. Any method
    raises SessionUnreadable where it cannot answer at all.
    """

    folder: Path
    trouble: list[Text]

    def count(self, wanted: CallFilter = EVERY_CALL) -> int:
        """How many calls a filter admits; 0 where that cannot be told."""
        ...

    def records(self, wanted: CallFilter = EVERY_CALL) -> Iterator[CallRecord]:
        """Every call that a filter admits and that can be read; memory does not grow with their number."""
        ...

    def portions(self, wanted: CallFilter = EVERY_CALL) -> Iterator[Portion]:
        """The same calls, read and not looked into; whoever does tells ``say_unreadable`` how many held no record."""
        ...

    def say_unreadable(self, count: int) -> None: ...

    def window(self, wanted: CallFilter, start: int, length: int, *, newest_first: bool = True) -> Window: ...

    def record(self, call_id: str) -> CallRecord | None: ...

    def flow(self, call_id: str) -> bytes | None:
        """A call's traffic as mitmproxy serialises it; None where it was not kept."""
        ...

    def groups(self, wanted: CallFilter = EVERY_CALL) -> list[Group]:
        """What was found on the calls that a filter admits, the most frequent first."""
        ...

    def tally(self, by: tuple[Field, ...], wanted: CallFilter = EVERY_CALL) -> list[Tally]:
        """How many calls there are for each combination of some of TALLIED, the most frequent first."""
        ...

    def app_states(self) -> list[AppState]:
        """Every order to an app, in order."""
        ...

    def version(self) -> int:
        """Another number whenever somebody has written since."""
        ...

    def scope(self) -> str | None:
        """The scope that the session was recorded in; None where that cannot be read."""
        ...

    def kept(self, name: str) -> str | None:
        """One fact as it was written; None where it was not, or cannot be read."""
        ...

    def facts(self) -> SessionFacts:
        """What is known of the session itself; once all records were read, ``unread`` tells what could not be."""
        ...

    def close(self) -> None: ...


class Store(Protocol):
    """Where sessions are kept."""

    def create(self, folder: Path, on_trouble: Callable[[Text], None]) -> StoreWriter:
        """Raises OSError (InUse), or what the store's own library raises, where that cannot be done."""
        ...

    def open(self, folder: Path) -> StoreReader:
        """Raises SessionUnreadable where there is no session."""
        ...

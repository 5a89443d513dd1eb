"""What recording and reports need of a store of sessions, independent of its implementation.

A store has two sides: ``StoreWriter`` takes what happens while a proxy runs, and ``StoreReader`` returns it, by filter,
page and count. ``embedded.EMBEDDED``, SQLite in a folder, is the default; no other module contains SQL.
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
    """Why a session cannot be read, as text for the user."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class InUse(OSError):
    """Another process is recording here."""


@dataclass(frozen=True, slots=True)
class Window:
    """Some of the calls that match a filter: ``records`` from position ``start`` on, of ``matching`` calls, of
    ``total``."""

    records: tuple[CallRecord, ...]
    start: int
    matching: int
    total: int


@dataclass(frozen=True, slots=True)
class Group:
    """Equal findings, with the number of calls that have one. ``example`` is the id of the first of these calls."""

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
    """The calls that have the same values in some fields. ``values`` are these, in the order in which they were
    requested."""

    values: tuple[str, ...]
    calls: int
    failed: int
    release_failed: int
    debug_only: int
    first_at: float
    last_at: float


# The fields that calls can be tallied by.
TALLIED = (Field.API, Field.HOST, Field.DEVICE, Field.APPID)


@dataclass(frozen=True, slots=True)
class AppState:
    """A command to an app: to the background, back, pinned or not. ``source`` is who gave it."""

    at: float
    device: str
    appid: str
    state: str
    source: str


class StoreWriter(Protocol):
    """A session being recorded. Nothing here raises into traffic; a future tells whether its item is kept (True)."""

    folder: Path

    @property
    def dropped(self) -> int:
        """The number of lost records."""
        ...

    @property
    def behind(self) -> bool:
        """Whether records cannot be written at the moment: then nobody should wait for one."""
        ...

    def call(self, record: CallRecord, flow: bytes | None = None, *, is_last: bool = True) -> Future[bool]:
        """A finished call, with its traffic as serialised by mitmproxy. Not ``is_last``: its record is written again
        later."""
        ...

    def keep(self, record: CallRecord, flow: bytes) -> Future[bool] | None:
        """As ``call``, for one that is over and whose flow carries its record: None if both already survive the
        process."""
        ...

    def changed(self, record: CallRecord) -> Future[bool]:
        """A call that was written, about whose verdicts and findings more is known now; its traffic stays."""
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
        """Writes what is left and returns the number of records that were lost."""
        ...

    def discard(self) -> None:
        """Removes a closed session that never started, unless its folder existed before."""
        ...


class Portion(Protocol):
    """Some calls that are read but not parsed; it can be sent to another process."""

    def __len__(self) -> int: ...

    def stored(self) -> Iterator[Stored]: ...


class StoreReader(Protocol):
    """A session that is being recorded, or was. ``trouble`` lists what could not be read; all of it is used by one
    thread.

    The stable order of calls is that of their start, the first first. Any method raises SessionUnreadable if it cannot
    answer at all.
    """

    folder: Path
    trouble: list[Text]

    def count(self, wanted: CallFilter = EVERY_CALL) -> int:
        """How many calls match a filter; 0 if that is unknown."""
        ...

    def records(self, wanted: CallFilter = EVERY_CALL) -> Iterator[CallRecord]:
        """Every call that matches a filter and can be read; memory does not grow with their number."""
        ...

    def portions(self, wanted: CallFilter = EVERY_CALL) -> Iterator[Portion]:
        """The same calls, read and not parsed; the code that parses them calls ``say_unreadable`` with the number of
        those without a record."""
        ...

    def say_unreadable(self, count: int) -> None: ...

    def window(self, wanted: CallFilter, start: int, length: int, *, newest_first: bool = True) -> Window: ...

    def record(self, call_id: str) -> CallRecord | None: ...

    def flow(self, call_id: str) -> bytes | None:
        """A call's traffic as serialised by mitmproxy; None if it was not kept."""
        ...

    def groups(self, wanted: CallFilter = EVERY_CALL) -> list[Group]:
        """What was found in the calls that match a filter, the most frequent first."""
        ...

    def tally(self, by: tuple[Field, ...], wanted: CallFilter = EVERY_CALL) -> list[Tally]:
        """How many calls there are for each combination of some of TALLIED, the most frequent first."""
        ...

    def app_states(self) -> list[AppState]:
        """Every command to an app, in order."""
        ...

    def version(self) -> int:
        """A number that changes whenever the session is written."""
        ...

    def scope(self) -> str | None:
        """The scope that the session was recorded in; None if that cannot be read."""
        ...

    def kept(self, name: str) -> str | None:
        """One fact as it was written; None if it was not, or cannot be read."""
        ...

    def facts(self) -> SessionFacts:
        """The facts of the session itself; once all records were read, ``unread`` lists what could not be."""
        ...

    def close(self) -> None: ...


class Store(Protocol):
    """Where sessions are kept."""

    def create(self, folder: Path, on_trouble: Callable[[Text], None]) -> StoreWriter:
        """Raises OSError (InUse), or what the store's own library raises, if that is not possible."""
        ...

    def open(self, folder: Path) -> StoreReader:
        """Raises SessionUnreadable if there is no session."""
        ...

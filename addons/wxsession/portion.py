"""Some of a session's calls as one process reads them and another may make records of them: unparsed rows."""

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wxpolicy.call.record import CallRecord
from wxsession import schema
from wxsession.flow_places import Place

# This many are sent to another process at a time; fewer if the calls have large bodies.
MOST_CALLS = 500
MOST_FLOW_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """One call; ``record`` is None if its rows are not what was written, ``place`` if there is none for its flow."""

    record: CallRecord | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Calls as rows of ``names``: for each, one row per finding, or one without."""

    names: tuple[str, ...]
    calls: tuple[tuple[tuple[Any, ...], ...], ...]

    def __len__(self) -> int:
        return len(self.calls)

    def stored(self) -> Iterator[Stored]:
        index: dict[str, int] = {}
        for at, name in enumerate(self.names):
            index.setdefault(name, at)
        for rows in self.calls:
            named = [_Row(index, row) for row in rows]
            yield Stored(record_of(named), _place(named[0]))


@dataclass(frozen=True, slots=True)
class Made:
    """Calls whose records are already made."""

    calls: tuple[CallRecord | None, ...]

    def __len__(self) -> int:
        return len(self.calls)

    def stored(self) -> Iterator[Stored]:
        return map(Stored, self.calls)


class _Row:
    """The part of sqlite3.Row that records are made from; sqlite3.Row cannot be sent to another process."""

    __slots__ = ("_index", "_values")

    def __init__(self, index: dict[str, int], values: tuple[Any, ...]) -> None:
        self._index, self._values = index, values

    def __getitem__(self, name: str) -> Any:
        return self._values[self._index[name]]

    def keys(self) -> Collection[str]:
        return self._index.keys()


def record_of(rows: Sequence[schema.NamedRow]) -> CallRecord | None:
    """One call from its rows, one for each finding; None if they are not what was written."""
    try:
        return schema.record_from_rows(rows[0], [row for row in rows if row["call_id"] is not None])
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _place(row: _Row) -> Place | None:
    """None if the call has none: in sessions of version 1, and for the last flows before a kill."""
    if "flow_offset" not in row.keys():
        return None
    offset, length = row["flow_offset"], row["flow_length"]
    return (offset, length) if isinstance(offset, int) and isinstance(length, int) else None


def flow_bytes(names: tuple[str, ...], row: tuple[Any, ...]) -> int:
    """The length of a call's flow, according to its row."""
    length = row[names.index("flow_length")] if "flow_length" in names else 0
    return length if isinstance(length, int) else 0

"""Some of a session's calls as one process reads them and another may make records of them: rows, not yet looked into."""

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wxpolicy.call.record import CallRecord
from wxsession import schema
from wxsession.flow_places import Place

# So many go from process to process at a time; of calls with large bodies, fewer.
MOST_CALLS = 500
MOST_FLOW_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stored:
    """One call; ``record`` is None where its rows hold something else than was written, ``place`` where none is told for its flow."""

    record: CallRecord | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Calls as rows of ``names``: for each, one row a finding, or one without."""

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
    """Calls whose records are made already."""

    calls: tuple[CallRecord | None, ...]

    def __len__(self) -> int:
        return len(self.calls)

    def stored(self) -> Iterator[Stored]:
        return map(Stored, self.calls)


class _Row:
    """As much of a sqlite3.Row as records are made of; that one cannot go to another process."""

    __slots__ = ("_index", "_values")

    def __init__(self, index: dict[str, int], values: tuple[Any, ...]) -> None:
        self._index, self._values = index, values

    def __getitem__(self, name: str) -> Any:
        return self._values[self._index[name]]

    def keys(self) -> Collection[str]:
        return self._index.keys()


def record_of(rows: Sequence[schema.NamedRow]) -> CallRecord | None:
    """One call by its rows, one for each finding; None where they hold something else than was written."""
    try:
        return schema.record_from_rows(rows[0], [row for row in rows if row["call_id"] is not None])
    except (ValueError, KeyError, TypeError, IndexError):
        return None


def _place(row: _Row) -> Place | None:
    """None where the call tells none: sessions of version 1 did not, and the last flows before a kill."""
    if "flow_offset" not in row.keys():
        return None
    offset, length = row["flow_offset"], row["flow_length"]
    return (offset, length) if isinstance(offset, int) and isinstance(length, int) else None


def flow_bytes(names: tuple[str, ...], row: tuple[Any, ...]) -> int:
    """How long a call's flow is, as far as its row tells."""
    length = row[names.index("flow_length")] if "flow_length" in names else 0
    return length if isinstance(length, int) else 0

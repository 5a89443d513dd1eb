"""Where the flows of a session are in flows.mitm: according to its calls, and otherwise by scanning the file.

The position stored with a call is verified before it is used. What the calls do not tell (the last flows before a kill,
a session of an earlier version, a replaced file) is found by going from flow to flow, each once.
"""

import re
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# A length has at most this many digits, followed by a colon.
_LONGEST_START = 13
_START = re.compile(rb"(\d{1,12}):")
_LONGEST_KEY = 40
_LONGEST_ID = 200
# A flow contains two bodies of some MiB at most, and messages.
LARGEST_FLOW = 256 * 1024 * 1024

Place = tuple[int, int]  # offset, length


class FlowPlaces:
    """``told`` returns the stored position of a call's flow, None if there is none; ``behind`` is the end of all stored
    ones."""

    def __init__(self, path: Path, told: Callable[[str], Place | None], behind: Callable[[], int]) -> None:
        self._path = path
        self._told = told
        self._behind = behind
        self._found: dict[str, Place] = {}  # by id; the last one counts: a WebSocket is written again when it ends
        self._stepped_to: int | None = None

    def flow(self, call_id: str) -> bytes | None:
        """The flow's bytes; None if it is missing, or cannot be read."""
        try:
            with self._path.open("rb") as file:
                place = self._told(call_id)
                if place is None or id_of(file, *place) != call_id:
                    self._step(file, self._behind() if place is None else 0)
                    place = self._found.get(call_id)
                if place is None or place[1] > LARGEST_FLOW:
                    return None
                file.seek(place[0])
                data = file.read(place[1])
        except OSError:
            return None
        return data if len(data) == place[1] else None

    def _step(self, file: BinaryIO, start: int) -> None:
        """From ``start`` up to the end of the last complete flow, or on from where an earlier call got to."""
        size = file.seek(0, 2)
        at = self._stepped_to if self._stepped_to is not None else start
        if size < at:  # another file, or a truncated one
            self._found.clear()
            at = 0
        for place in places_from(file, at):
            if flow_id := id_of(file, *place):
                self._found[flow_id] = place
            at = sum(place)
        self._stepped_to = at


def places_from(file: BinaryIO, at: int) -> Iterator[Place]:
    """The positions of the complete flows from ``at`` on, one after the other."""
    size = file.seek(0, 2)
    while at < size:
        head = _head(file, at)
        if head is None or at + sum(head) + 1 > size:
            return
        yield at, sum(head) + 1
        at += sum(head) + 1


def id_of(file: BinaryIO, offset: int, length: int) -> str | None:
    """The "id" of the flow of ``length`` bytes at ``offset``; None if there is none. Reads nothing else of it."""
    start = _head(file, offset)
    if start is None:
        return None
    at, end = offset + start[0], offset + length - 1
    while at < end:
        key, at = _short(file, at, _LONGEST_KEY)
        if key is None:
            return None
        if key == b"id":
            found, _ = _short(file, at, _LONGEST_ID)
            return found.decode("utf-8", "replace") if found is not None else None
        value = _head(file, at)
        if value is None:
            return None
        at += value[0] + value[1] + 1
    return None


def _head(file: BinaryIO, at: int) -> tuple[int, int] | None:
    """(length of "LENGTH:", LENGTH)"""
    file.seek(at)
    match = _START.match(file.read(_LONGEST_START))
    return (match.end(), int(match[1])) if match else None


def _short(file: BinaryIO, at: int, longest: int) -> tuple[bytes | None, int]:
    """A short string and where the next member starts; None for a longer one."""
    head = _head(file, at)
    if head is None or head[1] > longest:
        return None, at
    file.seek(at + head[0])
    return file.read(head[1]), at + head[0] + head[1] + 1

"""A source in portions: each has some of its calls in order, unparsed, so that several processes can read and judge
them."""

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from typing import Protocol

from mitmproxy import http

from wxcapture.captured import Item
from wxcapture.captured import Mistake
from wxcapture.captured import Unreadable
from wxcapture.flow_reader import FlowFile
from wxcapture.flow_reader import read_flows
from wxcapture.session_calls import Flows
from wxcapture.session_calls import captured_calls
from wxpolicy.call.facts import CallFacts
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason
from wxsession import store

MOST_FLOWS = 500
MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FlowReading:
    """The live proxy's functions for reading a mitmproxy flow, so that live and offline agree."""

    facts_of: Callable[[http.HTTPFlow], CallFacts]
    url_of: Callable[[CallFacts], str]


class Portion(Protocol):
    """``name`` is its source's; ``done``: how much of its source had been read after it. ``is_read``: nothing is left
    to read."""

    @property
    def name(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def is_read(self) -> bool: ...

    def items(self, files: "Files") -> Iterator[Item]:
        """Raises OSError."""
        ...


@dataclass(frozen=True, slots=True)
class OfFlows:
    """Flows of a flow file: their positions, and the number of the first."""

    path: Path
    name: str
    size: int
    first: int
    places: tuple[tuple[int, int], ...]
    done: int
    is_read: bool = False

    def items(self, files: "Files") -> Iterator[Item]:
        flows = files.flow_file(self.path, self.name, self.size)
        return read_flows(flows, files.reading.facts_of, files.reading.url_of, self.places, self.first)


@dataclass(frozen=True, slots=True)
class OfSession:
    """Calls of a session whose flows.mitm was already scanned."""

    folder: Path
    calls: store.Portion
    done: int
    is_read: bool = False

    @property
    def name(self) -> str:
        return str(self.folder)

    def items(self, files: "Files") -> Iterator[Item]:
        for call in captured_calls(self.calls, files.flows_of(self.folder), files.reading.facts_of):
            if call is None:
                files.unreadable += 1
            else:
                yield call


@dataclass(frozen=True, slots=True)
class Given:
    """Items that are already read."""

    given: tuple[Item, ...]
    done: int
    name: str = ""
    is_read: bool = True

    def items(self, files: "Files") -> Iterator[Item]:
        return iter(self.given)


class Files:
    """The files that one process has open. ``unreadable`` counts the calls of sessions without a readable record;
    ``is_broken_off``: a source could not be read any further."""

    def __init__(self, reading: FlowReading) -> None:
        self.reading = reading
        self.unreadable = 0
        self.is_broken_off = False
        self._opened: list[BinaryIO] = []
        self._flow_files: dict[Path, FlowFile] = {}
        self._sessions: dict[Path, Flows] = {}

    def flow_file(self, path: Path, name: str, size: int) -> FlowFile:
        """Raises OSError."""
        if path not in self._flow_files:
            self._opened.append(path.open("rb"))
            self._flow_files[path] = FlowFile(self._opened[-1], name, size)
        return self._flow_files[path]

    def flows_of(self, folder: Path) -> Flows:
        if folder not in self._sessions:
            self._sessions[folder] = Flows(folder, is_checked=True)
        return self._sessions[folder]

    def close(self) -> None:
        for file in self._opened:
            file.close()
        for flows in self._sessions.values():
            flows.close()
        self._flow_files.clear()
        self._sessions.clear()


def read_portion(portion: Portion, files: Files) -> Iterator[Item]:
    """The items of a portion; the last is a Mistake if its file could not be read any further."""
    try:
        yield from portion.items(files)
    except OSError as error:
        files.is_broken_off = True
        yield broken_off(portion.name, error)


def broken_off(name: str, error: OSError) -> Mistake:
    why = reason(error)
    return Mistake(Text(f"{name} 无法继续读取：{why.zh}", f"{name} cannot be read further: {why.en}"))


def of_flows(path: Path, name: str, flows: FlowFile, size: int) -> Iterator[OfFlows]:
    """A flow file in portions. Raises Unreadable after the last, if the file is truncated or damaged."""
    places: list[tuple[int, int]] = []
    first = 1
    trouble: Unreadable | None = None
    try:
        for at, length in flows.places():
            places.append((at, length))
            if len(places) >= MOST_FLOWS or at + length - places[0][0] >= MOST_BYTES:
                yield OfFlows(path, name, size, first, tuple(places), at + length)
                first += len(places)
                places = []
    except Unreadable as error:
        trouble = error
    if places:
        yield OfFlows(path, name, size, first, tuple(places), sum(places[-1]))
    if trouble is not None:
        raise trouble

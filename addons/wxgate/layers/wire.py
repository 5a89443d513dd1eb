"""What the layers of one client connection share: its handler, the callbacks, and which receiver is behind."""

import asyncio
import time
import weakref
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING
from typing import Any

from h2.exceptions import ProtocolError
from mitmproxy.connection import Connection
from mitmproxy.connection import Server

from wxgate.layers.asked import Asked
from wxgate.layers.events import Flush
from wxgate.layers.reading import Reader

if TYPE_CHECKING:
    from wxgate.layers.carrying_out import CarriesOut
    from wxgate.layers.own import Layers

# A stream is behind with this many frames of at most 16 KB, until half of them have been sent.
FULL_FRAMES = 64
_FRAME_BYTES = 16 * 1024


@dataclass
class Behind:
    """A stream whose receiver is behind, for the task that read its bytes.

    ``frames`` returns how many wait for it; ``note`` takes a future that is done when there is room again.
    """

    task: "asyncio.Task[Any] | None"
    frames: Callable[[], int]
    note: "Callable[[asyncio.Future[None]], None]"


class Wire:
    """One client connection. Created with its handler, and passed to each of our layers when that is created."""

    def __init__(self, own: "Layers", handler: "CarriesOut") -> None:
        self.own = own
        self.handler = handler
        # What each upstream connection was opened for, before another addon changed its address.
        self.asked: weakref.WeakKeyDictionary[Server, Asked] = weakref.WeakKeyDictionary()
        # The address of each when it was to be opened, before any hook.
        self.opened_for: weakref.WeakKeyDictionary[Server, tuple[str, int]] = weakref.WeakKeyDictionary()
        self.http_layers: weakref.WeakSet[Any] = weakref.WeakSet()
        # Since when, on the monotonic clock, a request or handshake has been incomplete; None if there is none.
        self.unfinished_since: float | None = time.monotonic()
        self._behind: Behind | None = None  # one at most: the last
        self._held: list[tuple[Any, int, Behind]] = []  # HTTP/2 senders without WINDOW_UPDATE, until their task is done
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        """Runs ``work`` beside the layers; the event loop keeps only weak references to tasks."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def begins_a_head(self) -> None:
        """A part of a request's head has arrived."""
        if self.unfinished_since is None:
            self.unfinished_since = time.monotonic()

    def abort(self, connection: Connection) -> None:
        """Closes a socket without sending its buffers: a peer that does not read must not keep it open."""
        io = self.handler.transports.get(connection)
        transport = getattr(io.writer, "transport", None) if io is not None else None
        if transport is not None:
            transport.abort()

    def read_wide(self, connection: Connection, is_wide: bool) -> None:
        """Called for a body of which so much is still to come that everything read at a time belongs to it."""
        io = self.handler.transports.get(connection)
        if io is not None and isinstance(io.reader, Reader):
            io.reader.is_wide = is_wide

    # Back-pressure: see backpressure.py

    def is_behind(self, frames: Callable[[], int], note: "Callable[[asyncio.Future[None]], None]") -> None:
        """Called by a receiver for which more waits than should."""
        self._behind = Behind(asyncio.current_task(), frames, note)

    def claimed(self) -> Behind | None:
        """The stream that fell behind because of what this task has just read."""
        behind = self._behind
        if behind is not None and behind.task is asyncio.current_task():
            self._behind = None
            return behind
        return None

    def hold(self, sender: Any, stream_id: int, behind: Behind) -> None:
        """``sender`` gets no WINDOW_UPDATE until the receiver has room."""
        self._held.append((sender, stream_id, behind))

    def release_later(self) -> None:
        """Called by the task that has read: the senders that it holds continue when there is room."""
        if not self._held:
            return
        mine = [each for each in self._held if each[2].task is asyncio.current_task()]
        for each in mine:
            self._held.remove(each)
            self.start(self._release(*each), "held HTTP/2 stream")

    async def _release(self, sender: Any, stream_id: int, behind: Behind) -> None:
        await room_at(behind)
        length = sender.unacked.pop(stream_id, 0)
        try:
            sender.tell_what_was_taken(length, stream_id)
        except (ProtocolError, ValueError):
            return  # Its connection or its stream has ended.
        if sender.speaker.conn in self.handler.transports:
            await self.handler.server_event(Flush(sender.speaker))


async def room_at(behind: Behind) -> None:
    """Returns when the stream has continued, or has ended."""
    if behind.frames() > FULL_FRAMES // 2:
        room = asyncio.get_running_loop().create_future()
        behind.note(room)
        await room


def frames_in(waiting: Collection[Any]) -> int:
    """The number of frames for the waiting data; HTTP/1 passes it in larger pieces."""
    if len(waiting) > FULL_FRAMES:
        return len(waiting)
    return sum(max(1, -(-len(getattr(event, "data", b"")) // _FRAME_BYTES)) for event in waiting)


def wake(rooms: "list[asyncio.Future[None]]") -> None:
    for room in rooms:
        if not room.done():
            room.set_result(None)

"""Makes a receiver that takes nothing slow its sender down: another part of what reaches behind mitmproxy's public API (``internals``).

mitmproxy reads no further while a socket takes no more. But what an HTTP/2
peer's window does not take yet, and what comes for a call that a hook holds (it
waits for a slot, or for its connection), it keeps in memory, without end: a phone that
downloads 1 GB slowly would cost 1 GB. Here, where a stream's receiver is behind,

- a sender that speaks HTTP/2 is not told that its bytes were taken, so that
  its own window for that stream runs out; its other streams go on;
- a sender that speaks HTTP/1 is not read on: it sends nothing else.

Checked on 11.0.2 (Python 3.11), 12.2.3 and 12.3.1 (Python 3.13).
"""

import asyncio
import weakref
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from h2.exceptions import ProtocolError
from mitmproxy.proxy import commands
from mitmproxy.proxy import server
from mitmproxy.proxy.layers.http import HttpEvent
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.http import RequestData
from mitmproxy.proxy.layers.http import _http2

H2 = _http2.BufferedH2Connection

# A stream is behind with so many frames of at most 16 KB, until half of them have gone.
FULL_FRAMES = 64
# What an HTTP/2 sender may send on one stream beyond that. mitmproxy grants 2 GB.
STREAM_WINDOW_BYTES = 4 * 1024 * 1024


@dataclass
class _Flush(HttpEvent):
    """Travels down to one HTTP/2 connection, which then writes what it has to say."""

    speaker: Any = None


@dataclass
class _Behind:
    """A stream whose receiver is behind, as the task that read its bytes learns.

    ``frames`` tells how many wait for it; whoever is ``noted`` is woken when there is room again.
    """

    task: "asyncio.Task[Any] | None"
    frames: Callable[[], int]
    note: "Callable[[asyncio.Future[None]], None]"


_behind: list[_Behind] = []  # one at most: the last
_held: list[tuple[Any, int, _Behind]] = []  # senders that were not told, until their task hears of it
# Tasks are only weakly known to their loop.
_releasing: "set[asyncio.Task[None]]" = set()
# Who waits for room at a stream that is held.
_rooms: "weakref.WeakKeyDictionary[HttpStream, list[asyncio.Future[None]]]" = weakref.WeakKeyDictionary()


def pass_backpressure_on() -> None:
    """Done once, before the first connection."""
    if getattr(H2, "passes_backpressure_on", False):
        return
    H2.passes_backpressure_on = True
    _limit_windows()
    _notice_who_is_behind()
    _notice_who_is_held()
    _wait_for_who_is_behind()
    _let_flushes_through()


def _limit_windows() -> None:
    made = H2.__init__

    def init(self: Any, config: Any) -> None:
        made(self, config)
        self.local_settings.initial_window_size = STREAM_WINDOW_BYTES
        # As mitmproxy does: what is not acknowledged here would go out as the old value.
        self.local_settings.acknowledge()
        self.rooms = defaultdict(list)
        self.unacked = {}

    H2.__init__ = init


def _notice_who_is_behind() -> None:
    send, updated, reset, receive = H2.send_data, H2.stream_window_updated, H2.reset_stream, H2.receive_data
    acknowledge, close = H2.acknowledge_received_data, _http2.Http2Connection.close_connection

    def send_data(self: Any, stream_id: int, *args: Any, **more: Any) -> None:
        send(self, stream_id, *args, **more)
        if len(self.stream_buffers.get(stream_id, ())) > FULL_FRAMES:
            _is_behind(
                lambda: len(self.stream_buffers.get(stream_id, ())), lambda room: self.rooms[stream_id].append(room)
            )

    def stream_window_updated(self: Any, stream_id: int) -> bool:
        has_sent = updated(self, stream_id)
        _make_room(self, stream_id)
        return has_sent

    def reset_stream(self: Any, stream_id: int, error_code: int = 0) -> None:
        reset(self, stream_id, error_code)
        _make_room(self, stream_id)

    def receive_data(self: Any, data: bytes) -> Any:
        events = receive(self, data)
        for stream_id in list(self.rooms):
            _make_room(self, stream_id)
        return events

    def close_connection(self: Any, message: str) -> Any:
        self.h2_conn.stream_buffers.clear()
        for stream_id in list(self.h2_conn.rooms):
            _make_room(self.h2_conn, stream_id)
        return close(self, message)

    def acknowledge_received_data(self: Any, length: int, stream_id: int) -> None:
        behind = _claimed()
        if stream_id in self.unacked:
            self.unacked[stream_id] += length
        elif behind is not None:
            self.unacked[stream_id] = length
            _held.append((self, stream_id, behind))
        else:
            acknowledge(self, length, stream_id)

    H2.send_data = send_data
    H2.stream_window_updated = stream_window_updated
    H2.reset_stream = reset_stream
    H2.receive_data = receive_data
    H2.acknowledge_received_data = acknowledge_received_data
    H2.tell_what_was_taken = acknowledge
    _http2.Http2Connection.close_connection = close_connection  # type: ignore[method-assign]


def _notice_who_is_held() -> None:
    """A stream that waits for a hook or a connection takes nothing: what comes for it is queued."""
    hear = HttpStream.handle_event

    def stream_hears(self: Any, event: Any) -> Any:
        if self._paused is None:
            return hear(self, event)
        if isinstance(event, RequestData):
            if len(self._paused_event_queue) > FULL_FRAMES:
                _is_behind(lambda: len(self._paused_event_queue), lambda room: _rooms.setdefault(self, []).append(room))
        elif self in _rooms:
            return _then_wake(self, hear(self, event))
        return hear(self, event)

    stream_hears.__dict__.update(hear.__dict__)
    HttpStream.handle_event = stream_hears  # type: ignore[method-assign]


def _then_wake(stream: Any, goes_on: Any) -> Any:
    yield from goes_on
    if len(stream._paused_event_queue) <= FULL_FRAMES // 2:
        _wake(_rooms.pop(stream, []))


def _is_behind(frames: Callable[[], int], note: "Callable[[asyncio.Future[None]], None]") -> None:
    _behind[:] = [_Behind(asyncio.current_task(), frames, note)]


def _claimed() -> _Behind | None:
    """The stream that fell behind with what this task has just read."""
    if _behind and _behind[0].task is asyncio.current_task():
        return _behind.pop()
    return None


def _make_room(receiver: Any, stream_id: int) -> None:
    """Wakes who waits for a stream that is no longer behind."""
    if stream_id in receiver.rooms and len(receiver.stream_buffers.get(stream_id, ())) <= FULL_FRAMES // 2:
        _wake(receiver.rooms.pop(stream_id))


def _wake(rooms: "list[asyncio.Future[None]]") -> None:
    for room in rooms:
        if not room.done():
            room.set_result(None)


def _wait_for_who_is_behind() -> None:
    drain = server.ConnectionHandler.drain_writers

    async def drain_writers(self: Any) -> None:
        """Called by the task that reads a connection, each time it has passed on what it read."""
        held = [each for each in _held if each[2].task is asyncio.current_task()] if _held else []
        behind = _claimed()
        for each in held:
            _held.remove(each)
            task = asyncio.create_task(_release(self, *each), name="held HTTP/2 stream")
            _releasing.add(task)
            task.add_done_callback(_releasing.discard)
        await drain(self)
        # What HTTP/2 reads for one stream must not hold up the others.
        if behind is not None and not _reads_http2(self):
            await _room(behind)

    server.ConnectionHandler.drain_writers = drain_writers  # type: ignore[method-assign]


def _reads_http2(handler: Any) -> bool:
    task = asyncio.current_task()
    return any(io.handler is task and connection.alpn == b"h2" for connection, io in handler.transports.items())


async def _room(behind: _Behind) -> None:
    """Returns when the stream has gone on, or has ended."""
    if behind.frames() > FULL_FRAMES // 2:
        room = asyncio.get_running_loop().create_future()
        behind.note(room)
        await room


async def _release(handler: Any, sender: Any, stream_id: int, behind: _Behind) -> None:
    await _room(behind)
    length = sender.unacked.pop(stream_id, 0)
    try:
        sender.tell_what_was_taken(length, stream_id)
    except (ProtocolError, ValueError):
        return  # Its connection or its stream has ended.
    speaker = sender.speaker
    if speaker.conn in handler.transports:
        await handler.server_event(_Flush(stream_id, speaker))


def _let_flushes_through() -> None:
    made, handle = _http2.Http2Connection.__init__, HttpLayer._handle_event

    def init(self: Any, context: Any, conn: Any) -> None:
        made(self, context, conn)
        self.h2_conn.speaker = self

    def layer_handles(self: HttpLayer, event: Any) -> Any:
        return _pass_down(self, event) if isinstance(event, _Flush) else handle(self, event)

    # What ``cut`` has put there stays known.
    layer_handles.__dict__.update(handle.__dict__)
    _http2.Http2Connection.__init__ = init  # type: ignore[method-assign]
    HttpLayer._handle_event = layer_handles  # type: ignore[method-assign]
    for kind in (_http2.Http2Server, _http2.Http2Client):
        kind._handle_event = _flushes(kind._handle_event)  # type: ignore[method-assign]


def _flushes(handle: Any) -> Any:
    def handles(self: Any, event: Any) -> Any:
        return _write(self) if isinstance(event, _Flush) else handle(self, event)

    return handles


def _write(speaker: Any) -> Any:
    data = speaker.h2_conn.data_to_send()
    if data:
        yield commands.SendData(speaker.conn, data)


def _pass_down(layer: HttpLayer, event: _Flush) -> Any:
    path = event.speaker.context.layers
    if any(isinstance(below, HttpLayer) for below in path[path.index(layer) + 1 :]):
        yield from layer.event_to_child(path[path.index(layer) + 1], event)
    elif event.speaker.conn in layer.connections:
        yield from layer.event_to_child(layer.connections[event.speaker.conn], event)

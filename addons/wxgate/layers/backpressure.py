"""An HTTP/2 connection that slows down a sender whose receiver does not read.

mitmproxy stops reading while a socket cannot be written. But it buffers without limit what does not fit into an HTTP/2
peer's window yet, and what arrives for a call that a hook holds (it waits for a slot, or for its connection): a phone
that downloads 1 GB slowly would cost 1 GB. Here, if a stream's receiver is behind,

- a sender that speaks HTTP/2 gets no WINDOW_UPDATE, so that its own window for that stream is used up; its other
  streams continue;
- a sender that speaks HTTP/1 is not read any further (handler.py): it sends nothing else.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from h2.errors import ErrorCodes
from mitmproxy.proxy.layers.http._http_h2 import BufferedH2Connection

from wxgate.layers.flood import Flood
from wxgate.layers.wire import FULL_FRAMES
from wxgate.layers.wire import Wire
from wxgate.layers.wire import wake

# What an HTTP/2 sender may send on one stream beyond what waits. mitmproxy grants 2 GB.
STREAM_WINDOW_BYTES = 4 * 1024 * 1024

_GOAWAY = 0x7


@dataclass(frozen=True)
class GoingAway:
    """The peer accepts no more streams, and finishes those up to ``last_stream_id`` (RFC 9113 §6.8)."""

    last_stream_id: int


class LimitedH2Connection(BufferedH2Connection):
    """``speaker`` is the layer that uses it."""

    def __init__(self, config: Any, wire: Wire, speaker: Any) -> None:
        super().__init__(config)
        self.local_settings.initial_window_size = STREAM_WINDOW_BYTES
        # As mitmproxy does: a setting that is not acknowledged here would be sent with the old value.
        self.local_settings.acknowledge()
        self.speaker = speaker
        self.rooms: defaultdict[int, list[asyncio.Future[None]]] = defaultdict(list)
        self.unacked: dict[int, int] = {}
        self.flood = Flood()
        self.keeps = False  # data_to_send returns nothing for now
        self._wire = wire

    def data_to_send(self, amount: int | None = None) -> bytes:
        return b"" if self.keeps else super().data_to_send(amount)

    # As a receiver

    def send_data(self, stream_id: int, *args: Any, **more: Any) -> None:
        super().send_data(stream_id, *args, **more)
        self.flood.sent(len(args[0]) if args else 0)
        if len(self.stream_buffers.get(stream_id, ())) > FULL_FRAMES:
            self._wire.is_behind(
                lambda: len(self.stream_buffers.get(stream_id, ())), lambda room: self.rooms[stream_id].append(room)
            )

    def stream_window_updated(self, stream_id: int) -> bool:
        has_sent = super().stream_window_updated(stream_id)
        self._make_room(stream_id)
        return has_sent

    def reset_stream(self, stream_id: int, error_code: int = 0) -> None:
        super().reset_stream(stream_id, error_code)
        self._make_room(stream_id)

    def receive_data(self, data: Any) -> Any:
        events = super().receive_data(data)
        for stream_id in list(self.rooms):
            self._make_room(stream_id)
        return self.speaker.received(events)

    def _receive_frame(self, frame: Any) -> Any:
        self.flood.frame(frame)
        if frame.type == _GOAWAY and frame.error_code == ErrorCodes.NO_ERROR:
            # h2 would end the connection, and every stream with it.
            return [GoingAway(frame.last_stream_id)]
        return super()._receive_frame(frame)

    @property
    def has_half_a_head(self) -> bool:
        """Whether a head has started to arrive and is incomplete."""
        return bool(self.incoming_buffer._headers_buffer)

    def give_up(self) -> None:
        """The connection is closing: nothing that waits will be sent."""
        self.stream_buffers.clear()
        for stream_id in list(self.rooms):
            self._make_room(stream_id)

    def _make_room(self, stream_id: int) -> None:
        """Wakes everything that waits for a stream that is no longer behind."""
        if stream_id in self.rooms and len(self.stream_buffers.get(stream_id, ())) <= FULL_FRAMES // 2:
            wake(self.rooms.pop(stream_id))

    # As a sender

    def acknowledge_received_data(self, length: int, stream_id: int) -> None:
        behind = self._wire.claimed()
        if stream_id in self.unacked:
            self.unacked[stream_id] += length
        elif behind is not None:
            self.unacked[stream_id] = length
            self._wire.hold(self, stream_id, behind)
        else:
            super().acknowledge_received_data(length, stream_id)

    def tell_what_was_taken(self, length: int, stream_id: int) -> None:
        super().acknowledge_received_data(length, stream_id)

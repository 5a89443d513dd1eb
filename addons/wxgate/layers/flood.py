"""Limits what an HTTP/2 peer may do at no cost: frames without content, and requests that it cancels at once.

Each costs this side a hundred times as much. The limits apply to one connection and one minute, and are far above what
any client or server does: a browser that closes a page cancels a few dozen requests.
"""

import time
from collections.abc import Callable
from typing import Any

from h2.events import RequestReceived
from h2.events import StreamReset
from h2.exceptions import DenialOfServiceError

from wxpolicy.call.events import LimitReached

MOST_RESETS = 1000
MOST_EMPTY_FRAMES = 10_000
# A receiver may answer each frame with a WINDOW_UPDATE for its stream, and one for the connection.
_WINDOWS_A_FRAME = 4
_FRAME_BYTES = 16 * 1024
_WINDOW_S = 60.0
# Of the requests that arrive and are cancelled in one read of at most 64 KB, this many are handled one by one.
MOST_TAKEN_BACK_AT_ONCE = 20

# RFC 9113 §6
_DATA, _HEADERS, _WINDOW_UPDATE = 0x0, 0x1, 0x8

TOO_MANY_FRAMES = LimitReached("frames", MOST_EMPTY_FRAMES, "", "")


class Flood:
    """The last minute of one connection."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_s = clock()
        self._empty_frames = 0
        self._windows_due = 0
        self.resets = 0

    def sent(self, size: int) -> None:
        """This many bytes of bodies have been sent: WINDOW_UPDATE frames may follow for them."""
        self._windows_due += _WINDOWS_A_FRAME * (1 + size // _FRAME_BYTES)

    def frame(self, frame: Any) -> None:
        """A hyperframe ``frame`` has arrived. Raises DenialOfServiceError above the limit."""
        kind = frame.type
        if kind == _HEADERS or (kind == _DATA and (frame.data or "END_STREAM" in frame.flags)):
            return
        if kind == _WINDOW_UPDATE and self._windows_due > 0:
            self._windows_due -= 1
            return
        self._look_at_the_clock()
        self._empty_frames += 1
        if self._empty_frames > MOST_EMPTY_FRAMES:
            raise DenialOfServiceError("too many frames without content within a minute")

    def reset(self, count: int = 1) -> None:
        self._look_at_the_clock()
        self.resets += count

    @property
    def limit(self) -> LimitReached | None:
        """Whether too many requests were cancelled."""
        return LimitReached("resets", MOST_RESETS, "", "", self.resets) if self.resets > MOST_RESETS else None

    def _look_at_the_clock(self) -> None:
        now = self._clock()
        if now - self._began_s > _WINDOW_S:
            self._began_s, self._empty_frames, self.resets = now, 0, 0


def without_taken_back(events: list[Any]) -> tuple[list[Any], int]:
    """The events of one read without the requests that were cancelled in it, except the first few; and their number."""
    if len(events) <= 2 * MOST_TAKEN_BACK_AT_ONCE:
        return events, 0
    reset = {event.stream_id for event in events if isinstance(event, StreamReset)}
    begun = [event.stream_id for event in events if isinstance(event, RequestReceived) and event.stream_id in reset]
    hidden = set(begun[MOST_TAKEN_BACK_AT_ONCE:])
    if not hidden:
        return events, 0
    return [event for event in events if getattr(event, "stream_id", None) not in hidden], len(hidden)

"""Limits the size of WebSocket messages, received and decompressed: one megabyte may decompress to a gigabyte, and a
message may never end."""

import time
import zlib
from collections.abc import Callable
from typing import Any

from mitmproxy.proxy.layers.websocket import WebsocketConnection
from wsproto.extensions import Extension
from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason

# Of one message: fragments that hardly justify their header.
MOST_SMALL_FRAGMENTS = 1000
_SMALL_BYTES = 1024
# A minute: clients and servers send one every few seconds.
MOST_CONTROL_FRAMES = 1000
_WINDOW_S = 60.0

Tell = Callable[[str, int, str], None]


class BoundedDeflate(PerMessageDeflate):
    """wsproto's extension with a limit for the decompressed size: above ``limit`` bytes per message the WebSocket
    closes with 1009. ``tell`` is called once."""

    limit: int
    tell: Callable[[], None]
    unpacked = 0

    @classmethod
    def bound(cls, extension: Any, limit: int, tell: Callable[[], None]) -> None:
        """Converts a wsproto extension that has not started yet."""
        extension.__class__ = cls
        extension.limit, extension.tell = limit, tell

    def frame_inbound_payload_data(self, proto: Any, data: bytes) -> bytes | CloseReason:
        if not self._inbound_compressed or not self._inbound_is_compressible:
            return data
        assert self._decompressor is not None
        try:
            unpacked = self._decompressor.decompress(bytes(data), self.limit - self.unpacked + 1)
        except zlib.error:
            return CloseReason.INVALID_FRAME_PAYLOAD_DATA
        self.unpacked += len(unpacked)
        if self.unpacked > self.limit:
            self.tell()
            return CloseReason.MESSAGE_TOO_BIG
        return unpacked

    def frame_inbound_complete(self, proto: Any, fin: bool) -> bytes | CloseReason | None:
        if fin:
            self.unpacked = 0
        return super().frame_inbound_complete(proto, fin)


class BoundedMessages(Extension):
    """Counts the size of a message, after all other extensions: above ``limit`` bytes the WebSocket closes with 1009.

    The same above MOST_SMALL_FRAGMENTS; above MOST_CONTROL_FRAMES a minute it closes with 1008.
    """

    name = "bounded-messages"

    def __init__(self, limit: int, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._tell = tell
        self._clock = clock
        self._is_control = False
        self._taken = self._small = self._fragment = 0
        self._controls, self._since_s = 0, clock()

    def enabled(self) -> bool:
        return True

    def offer(self) -> bool:
        """Required by newer versions of wsproto; this one is added without negotiation with the other side."""
        return False

    def frame_inbound_header(self, proto: Any, opcode: Any, rsv: Any, payload_length: int) -> Any:
        self._is_control = opcode.iscontrol()
        if self._is_control and self._has_too_many_controls():
            self._tell("frames", MOST_CONTROL_FRAMES, "")
            return CloseReason.POLICY_VIOLATION
        return super().frame_inbound_header(proto, opcode, rsv, payload_length)

    def _has_too_many_controls(self) -> bool:
        now_s = self._clock()
        if now_s - self._since_s > _WINDOW_S:
            self._controls, self._since_s = 0, now_s
        self._controls += 1
        return self._controls > MOST_CONTROL_FRAMES

    def frame_inbound_payload_data(self, proto: Any, data: bytes) -> bytes | CloseReason:
        if self._is_control:
            return data
        self._taken += len(data)
        self._fragment += len(data)
        if self._taken > self.limit:
            self._tell("message", self.limit, "bytes")
            return CloseReason.MESSAGE_TOO_BIG
        return data

    def frame_inbound_complete(self, proto: Any, fin: bool) -> bytes | CloseReason | None:
        if self._is_control:
            return None
        self._small += self._fragment < _SMALL_BYTES
        self._fragment = 0
        if fin:
            self._taken = self._small = 0
        elif self._small > MOST_SMALL_FRAGMENTS:
            self._tell("fragments", MOST_SMALL_FRAGMENTS, "")
            return CloseReason.MESSAGE_TOO_BIG
        return None


class _Fragments(list[Any]):
    """The fragments of an incomplete message: mitmproxy appends to the last one, which costs its whole length unless it
    can grow."""

    def append(self, fragment: bytes) -> None:
        super().append(bytearray(fragment))


class GrowingSocket(WebsocketConnection):
    """A long message costs no more than its bytes."""

    @property
    def frame_buf(self) -> list[Any]:
        return self._fragments

    @frame_buf.setter
    def frame_buf(self, fragments: list[bytes]) -> None:
        self._fragments = _Fragments(map(bytearray, fragments))


def bound_messages(layer: Any, limit: int, tell: Tell) -> None:
    """Limits both directions of a WebSocket layer, at its ``websocket_start`` hook: nothing of it has been read.

    ``tell`` gets the name of the limit, its value and its unit.
    """
    for side in (layer.client_ws, layer.server_ws):
        extensions = side._proto.extensions
        for extension in extensions:
            if type(extension) is PerMessageDeflate:
                BoundedDeflate.bound(extension, limit, lambda: tell("message", limit, "bytes"))
        extensions.append(BoundedMessages(limit, tell))
        # wsproto gives its decoder another list if there was no extension.
        side._proto._frame_decoder.extensions = extensions
        if type(side) is WebsocketConnection:
            fragments = side.__dict__.pop("frame_buf")
            side.__class__ = GrowingSocket
            side.frame_buf = fragments

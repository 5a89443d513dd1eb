"""A socket's messages are unpacked up to a bound: one megabyte may stand for a gigabyte."""

import zlib
from collections.abc import Callable
from typing import Any

from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason


class BoundedDeflate(PerMessageDeflate):
    """wsproto's own extension, but for what it unpacks: past ``limit`` bytes a message the socket closes with 1009.

    ``tell`` is told of it once.
    """

    limit: int
    tell: Callable[[], None]
    unpacked = 0

    @classmethod
    def bound(cls, extension: Any, limit: int, tell: Callable[[], None]) -> None:
        """Makes an extension of wsproto's that has not begun yet one of these."""
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


def bound_messages(layer: Any, limit: int, tell: Callable[[], None]) -> None:
    """Bounds both directions of a WebSocket layer, at its ``websocket_start`` hook: nothing of it has been read."""
    for side in (layer.client_ws, layer.server_ws):
        for extension in side._proto.extensions:
            if type(extension) is PerMessageDeflate:
                BoundedDeflate.bound(extension, limit, tell)

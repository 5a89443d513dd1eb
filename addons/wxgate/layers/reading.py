"""How much of a connection is read at a time.

mitmproxy reads 64 KB, which is right if each piece may contain many messages. For a large body the overhead is higher
than the cost of the bytes: each piece passes through every layer. There asyncio's own 256 KB are read at once.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

WIDE_BYTES = 256 * 1024


class Reader:
    """A stream reader as mitmproxy uses one. ``is_wide`` while everything that is read belongs to one body."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._narrow_limit: int | None = getattr(reader, "_limit", None)
        self._is_wide = False

    @property
    def is_wide(self) -> bool:
        return self._is_wide

    @is_wide.setter
    def is_wide(self, is_wide: bool) -> None:
        self._is_wide = is_wide
        if self._narrow_limit is not None:
            # If more than twice as much is buffered, a reader pauses its transport: two system calls each time.
            limit = max(self._narrow_limit, WIDE_BYTES // 2) if is_wide else self._narrow_limit
            self._reader._limit = limit  # type: ignore[attr-defined]

    def read(self, most_bytes: int) -> Coroutine[Any, Any, bytes]:
        return self._reader.read(WIDE_BYTES if self._is_wide else most_bytes)

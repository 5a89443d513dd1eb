"""Reads a chunked response as the network stacks of phones do: lines that end with LF only, blanks after a size, odd
trailers.

The rules are Chromium's (net/http/http_chunked_decoder.cc) [source]. h11's own reader rejects the response there; what
Chromium rejects too is rejected here. Chunked requests are read strictly, as in RFC 9112.
"""

import re
from typing import Any

from h11 import Data
from h11 import EndOfMessage
from h11 import RemoteProtocolError
from h11._readers import ChunkedReader

# As Chromium: a longer line is invalid.
MOST_LINE_BYTES = 16 * 1024
MOST_TRAILER_BYTES = 256 * 1024
MOST_REQUEST_TRAILER_BYTES = 16 * 1024

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?", re.DOTALL)
_STRICT_SIZE = re.compile(rb"[0-9A-Fa-f]+(?:;[ -~\t]*)?")
_TRAILER = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)([ \t]*):([\t -~\x80-\xff]*)")
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class AnswerChunks(ChunkedReader):
    """Replaces h11's reader. ``is_irregular`` once there was something that h11 would not have accepted.

    Chunks that arrived together are passed on together: handling each separately would cost as much as a call.
    """

    most_line_bytes = MOST_LINE_BYTES
    most_trailer_bytes = MOST_TRAILER_BYTES

    def __init__(self) -> None:
        super().__init__()
        self.is_irregular = False
        self.is_too_long = False
        self._pending = bytearray()
        self._looked_at = 0  # of what is pending, in bytes: there is no line end
        self._left = 0  # of the current chunk, in bytes
        self._is_after_a_chunk = False
        self._is_in_trailer = False
        self._is_at_the_end = False
        self._fault: RemoteProtocolError | None = None
        self._trailer_bytes = 0
        self._trailers: list[tuple[bytes, bytes]] = []

    def __call__(self, received: Any) -> Any:
        """``Data``, ``EndOfMessage``, or None if more has to arrive. Raises RemoteProtocolError. What follows the end
        stays in ``received``."""
        if self._fault is not None:
            raise self._fault
        self._pending += received.maybe_extract_at_most(len(received)) or b""
        chunks: list[bytes] = []
        try:
            self._read(chunks)
        except RemoteProtocolError as fault:
            if not chunks:
                raise
            self._fault = fault  # what came before it is passed on
        if chunks:
            return Data(data=b"".join(chunks))
        if not self._is_at_the_end:
            return None
        received += self._pending
        return EndOfMessage(headers=self._trailers)

    def _read(self, chunks: list[bytes]) -> None:
        """Everything available, up to the end."""
        while not self._is_at_the_end:
            if self._left:
                data = bytes(self._pending[: self._left])
                if not data:
                    return
                del self._pending[: self._left]
                self._left -= len(data)
                self._is_after_a_chunk = not self._left
                chunks.append(data)
                continue
            line = self._line()
            if line is None:
                return
            if not line.endswith(b"\r"):
                self._is_odd("a line ends with LF alone")
            line = line.removesuffix(b"\r")
            if self._is_after_a_chunk:
                if line:
                    raise RemoteProtocolError("a chunk is longer than it says")
                self._is_after_a_chunk = False
            elif not self._is_in_trailer:
                self._begin(line)
            elif line:
                self._take_trailer(line)
            else:
                self._is_at_the_end = True

    def _is_odd(self, why: str) -> None:
        """Something that h11 would not have accepted."""
        self.is_irregular = True

    def _too_long(self, why: str) -> RemoteProtocolError:
        self.is_too_long = True
        return RemoteProtocolError(why)

    def _line(self) -> bytes | None:
        """Up to its LF, without it."""
        end = self._pending.find(b"\n", self._looked_at)
        if (len(self._pending) if end < 0 else end) > self.most_line_bytes:
            raise self._too_long("a line between two chunks is too long")
        if end < 0:
            self._looked_at = len(self._pending)
            return None
        line = bytes(self._pending[:end])
        del self._pending[: end + 1]
        self._looked_at = 0
        return line

    def _begin(self, line: bytes) -> None:
        found = _SIZE.fullmatch(line)
        if found is None:
            raise RemoteProtocolError(f"the size of a chunk is {line[:40]!r}")
        if _STRICT_SIZE.fullmatch(line) is None:
            self._is_odd(f"the size of a chunk is {line[:40]!r}")
        self._left = int(found[1], 16)
        self._is_in_trailer = not self._left

    def _take_trailer(self, line: bytes) -> None:
        self._trailer_bytes += len(line) + len(b"\r\n")
        if self._trailer_bytes > self.most_trailer_bytes:
            raise self._too_long("the trailer is too long")
        found = _TRAILER.fullmatch(line)
        if found is None or found[2]:
            self._is_odd(f"a line of the trailer is {line[:40]!r}")
        if found is not None and found[1].lower() not in _FRAMING:
            self._trailers.append((found[1], found[3].strip()))


class RequestChunks(AnswerChunks):
    """Anything irregular ends the request: its server might interpret it differently."""

    most_line_bytes = 4096
    most_trailer_bytes = MOST_REQUEST_TRAILER_BYTES

    def _is_odd(self, why: str) -> None:
        raise RemoteProtocolError(why)

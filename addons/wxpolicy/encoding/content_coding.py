"""Decodes Content-Encoding in pieces: gzip, deflate (zlib or raw), br, zstd (RFC 9110 section 8.4, RFC 8878).

Compressed bytes are taken in slices at fixed offsets and decoded in pieces, lazily: memory stays small whatever the
ratio, and a bomb costs only what the reader asks for. Bad data never raises: it ends the output and is reported in
``problem``.
"""

import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any
from typing import Protocol

import brotli
import zstandard

from wxpolicy.encoding.blocks import Blocks

# The most that one piece of zlib output may hold.
PIECE_BYTES = 65_536
# RFC 9659: "zstd" on the web needs no window above 8 MB.
ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
# A few bytes of br can decode to 16 MiB (one meta-block, RFC 7932 section 9.2), and before brotli 1.2
# a call cannot be limited: so only a few bytes at a time. zstd: 4 bytes for at most 128 KiB.
_BROTLI_SLICE_BYTES = 8
_ZSTD_SLICE_BYTES = 128
_ZLIB_SLICE_BYTES = 1024

IDENTITY = "identity"


class Problem(StrEnum):
    """Why the body cannot be decoded to its end."""

    CORRUPT = "corrupt"
    TRUNCATED = "truncated"
    UNKNOWN_CODING = "unknown_coding"


class _Corrupt(Exception):
    pass


class _Coding(Protocol):
    slice_bytes: int

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Plain bytes; raises _Corrupt."""

    @property
    def is_complete(self) -> bool: ...


class _Zlib:
    """gzip (any number of members) and deflate, which servers send with or without the zlib wrapper."""

    slice_bytes = _ZLIB_SLICE_BYTES

    def __init__(self, is_gzip: bool) -> None:
        self._is_gzip = is_gzip
        self._inflate: Any = None
        self._first = b""
        self._members = 0

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inflate is None:
                self._first += data
                if len(self._first) < 2 or not self._begin():
                    return
                data, self._first = self._first, b""
            try:
                piece = self._inflate.decompress(data, PIECE_BYTES)
            except zlib.error as error:
                raise _Corrupt from error
            yield piece
            data = self._inflate.unconsumed_tail
            # Output may be pending though all input is consumed.
            while not data and len(piece) == PIECE_BYTES and not self._inflate.eof:
                piece = self._inflate.decompress(b"", PIECE_BYTES)
                yield piece
            if self._inflate.eof:
                data, self._inflate = self._inflate.unused_data, None
                self._members += 1
                if not self._is_gzip:
                    return

    def _begin(self) -> bool:
        """Sets up the next member; False if only padding follows the last one, which clients ignore."""
        if self._is_gzip:
            if self._members and self._first[:2] != b"\x1f\x8b":
                self._first = b""
                return False
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            return True
        if self._members:
            self._first = b""
            return False
        # RFC 1950 section 2.2: method 8, and the two bytes are a multiple of 31.
        wrapped = self._first[0] & 0x0F == 8 and int.from_bytes(self._first[:2], "big") % 31 == 0
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        return True

    @property
    def is_complete(self) -> bool:
        return self._inflate is None and self._members > 0


class _Brotli:
    slice_bytes = _BROTLI_SLICE_BYTES

    def __init__(self) -> None:
        self._decompress = brotli.Decompressor()
        self._can_stop = hasattr(self._decompress, "can_accept_more_data")
        self.is_complete = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self.is_complete:
            return
        try:
            if not self._can_stop:
                yield self._decompress.process(data)
            else:
                piece = self._decompress.process(data, output_buffer_limit=PIECE_BYTES)
                yield piece
                # A full piece may leave output pending even though more input could be accepted.
                while len(piece) >= PIECE_BYTES or not self._decompress.can_accept_more_data():
                    piece = self._decompress.process(b"", output_buffer_limit=PIECE_BYTES)
                    if not piece:
                        break
                    yield piece
        except brotli.error as error:
            raise _Corrupt from error
        self.is_complete = self._decompress.is_finished()


class _Zstd:
    slice_bytes = _ZSTD_SLICE_BYTES

    def __init__(self) -> None:
        self._decompress = self._next_frame()
        self._rest = b""
        self._frames = 0
        self._is_inside = False

    @staticmethod
    def _next_frame() -> Any:
        return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).decompressobj()

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data:
            try:
                piece = self._decompress.decompress(data)
            except zstandard.ZstdError as error:
                raise _Corrupt from error
            self._is_inside = True
            yield piece
            data = b""
            if self._decompress.eof:
                data = self._decompress.unused_data
                self._decompress = self._next_frame()
                self._frames += 1
                self._is_inside = False

    @property
    def is_complete(self) -> bool:
        return self._frames > 0 and not self._is_inside


def _coding(name: str) -> _Coding | None:
    if name in ("gzip", "x-gzip"):
        return _Zlib(is_gzip=True)
    if name == "deflate":
        return _Zlib(is_gzip=False)
    if name == "br":
        return _Brotli()
    if name == "zstd":
        return _Zstd()
    return None


def coding_names(content_coding: str) -> tuple[str, ...]:
    """The codings of a Content-Encoding header in the order in which they were applied, without identity."""
    names = (name.strip().lower() for name in content_coding.split(","))
    return tuple(name for name in names if name not in ("", IDENTITY, "none", "utf-8"))


def can_undo(content_coding: str) -> bool:
    """Whether every coding in the header is supported here."""
    return all(_coding(name) for name in coding_names(content_coding))


class ContentDecoder:
    """Decodes one body. ``feed`` and ``finish`` yield decoded pieces; ``problem`` says what went wrong.

    The pieces must be consumed before the next ``feed``; a reader that stops in the middle must not feed again.
    """

    def __init__(self, content_coding: str) -> None:
        names = coding_names(content_coding)
        self.problem: Problem | None = None if can_undo(content_coding) else Problem.UNKNOWN_CODING
        codings = [_coding(name) for name in reversed(names)] if self.problem is None else []
        self._stages = [(coding, Blocks(coding.slice_bytes)) for coding in codings if coding]
        self._is_empty = True

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The decoded bytes that ``chunk`` adds."""
        self._is_empty = self._is_empty and not chunk
        if self.problem is None and chunk:
            yield from self._guarded(self._through(0, chunk))

    def finish(self) -> Iterator[bytes]:
        """What is left at the end of the body. An empty body is complete in every coding (HEAD, 304)."""
        if self.problem is not None or self._is_empty:
            return
        for index, (_, blocks) in enumerate(self._stages):
            yield from self._guarded(self._decoded(index, blocks.rest()))
            if self.problem is not None:
                return
        if not all(coding.is_complete for coding, _ in self._stages):
            self.problem = Problem.TRUNCATED

    def _guarded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        except _Corrupt:
            self.problem = Problem.CORRUPT

    def _through(self, index: int, data: bytes) -> Iterator[bytes]:
        if index == len(self._stages):
            yield data
            return
        for block in self._stages[index][1].cut(data):
            yield from self._decoded(index, block)

    def _decoded(self, index: int, block: bytes) -> Iterator[bytes]:
        for piece in self._stages[index][0].pieces(block):
            if piece:
                yield from self._through(index + 1, piece)

"""Strict decoders running in parallel over a body that is not UTF-8: which charsets decode every byte of it."""

import codecs
from collections.abc import Iterable

from wxpolicy.encoding.charsets import Charset

# The maximum that a race buffers before its result is needed.
HELD_BYTES = 16 * 1024
_ASCII_BYTES = bytes(range(0x80))


class StrictReader:
    """One codec over a stream: the offset of its first error, or None."""

    def __init__(self, codec: str, offset: int) -> None:
        self._decoder = codecs.getincrementaldecoder(codec)("strict")
        self._offset = offset
        self.first_bad_offset: int | None = None

    def feed(self, block: bytes, is_last: bool = False) -> None:
        """Takes the next bytes; ``is_last`` makes an incomplete character an error."""
        if self.first_bad_offset is not None:
            return
        held = len(self._decoder.getstate()[0])
        try:
            self._decoder.decode(block, is_last)
        except UnicodeDecodeError as mistake:
            self.first_bad_offset = max(self._offset - held + mistake.start, 0)
        self._offset += len(block)


class Race:
    """All multi-byte charsets at once, and the single-byte ones by the bytes that occur.

    It may start at the first byte that is not plain ASCII text: everything before is the same in each of them.
    ``offset`` is that byte's in the body.
    """

    def __init__(self, charsets: Iterable[Charset], offset: int) -> None:
        self._readers = {
            charset.family: tuple(StrictReader(codec, offset) for codec in charset.codecs) for charset in charsets
        }
        self._offset = offset
        self._seen: dict[int, int] = {}
        self._unseen = _ASCII_BYTES

    def feed(self, block: bytes, is_last: bool = False) -> None:
        for readers in self._readers.values():
            for reader in readers:
                reader.feed(block, is_last)
        for byte in dict.fromkeys(block.translate(None, self._unseen)):
            self._seen[byte] = self._offset + block.index(byte)
        self._unseen = _ASCII_BYTES + bytes(self._seen)
        self._offset += len(block)

    def first_bad_offset(self, charset: Charset) -> int | None:
        """Where ``charset`` cannot decode the body; None if it decodes all of it. Raises KeyError for a multi-byte
        charset that does not run."""
        if charset.multibyte:
            offsets = [reader.first_bad_offset for reader in self._readers[charset.family]]
            return None if None in offsets else max(offset for offset in offsets if offset is not None)
        undefined = [offset for byte, offset in self._seen.items() if not _defines(charset.codecs[0], byte)]
        return min(undefined, default=None)


class LateRace:
    """A race that starts when its result is needed, or when it has buffered ``HELD_BYTES``. Most bodies are UTF-8 and
    never need it."""

    def __init__(self, charsets: Iterable[Charset], offset: int) -> None:
        self._charsets = charsets
        self._offset = offset
        self._held: list[tuple[bytes, bool]] = []
        self._held_bytes = 0
        self._race: Race | None = None

    def feed(self, block: bytes, is_last: bool = False) -> None:
        if self._race:
            self._race.feed(block, is_last)
            return
        self._held.append((block, is_last))
        self._held_bytes += len(block)
        if self._held_bytes >= HELD_BYTES:
            self._started()

    def first_bad_offset(self, charset: Charset) -> int | None:
        """As ``Race``."""
        return self._started().first_bad_offset(charset)

    def _started(self) -> Race:
        if self._race is None:
            self._race = Race(self._charsets, self._offset)
            for block, is_last in self._held:
                self._race.feed(block, is_last)
            self._held.clear()
        return self._race


def _defines(codec: str, byte: int) -> bool:
    try:
        bytes((byte,)).decode(codec)
    except UnicodeDecodeError:
        return False
    return True

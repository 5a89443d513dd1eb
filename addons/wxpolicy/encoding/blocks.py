"""Splits a body at fixed offsets: code that reads blocks cannot depend on how the network split it."""

from collections.abc import Iterator


class Blocks:
    """Takes chunks of any size and returns blocks of exactly ``size`` bytes, the last one shorter."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = bytearray()

    def cut(self, chunk: bytes) -> Iterator[bytes]:
        """The blocks that ``chunk`` completes."""
        start = 0
        if self._held:
            start = min(self._size - len(self._held), len(chunk))
            self._held += chunk[:start]
            if len(self._held) < self._size:
                return
            block = bytes(self._held)
            self._held.clear()
            yield block
        while len(chunk) - start >= self._size:
            yield bytes(chunk[start : start + self._size])
            start += self._size
        self._held += chunk[start:]

    @property
    def beginning(self) -> bytes:
        """The bytes of the block that is not complete yet."""
        return bytes(self._held)

    def rest(self) -> bytes:
        """The bytes left at the end of the body: less than a block, possibly none."""
        left = bytes(self._held)
        self._held.clear()
        return left

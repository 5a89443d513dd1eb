"""Checks UTF-8 incrementally, with the offset of the first invalid byte (RFC 3629).

Surrogates (which Java's "modified UTF-8" and CESU-8 write for an emoji) and overlong forms are errors.
"""

import codecs


class Utf8Check:
    """``feed`` it blocks, then ``finish``. ``offset`` is the first byte's in the body. Keeps at most three bytes, of a
    character that is split over blocks."""

    def __init__(self, offset: int = 0) -> None:
        self._pending = b""
        self._seen_bytes = offset
        self._extra_bytes = 0
        self._bad_offset: int | None = None
        self._cut_at_end = False

    @property
    def first_bad_offset(self) -> int | None:
        """Offset of the first byte of the first sequence that is not UTF-8, None so far."""
        return self._bad_offset

    @property
    def is_cut_at_end(self) -> bool:
        """Whether the only error is that the last character is incomplete."""
        return self._cut_at_end

    @property
    def continuation_bytes(self) -> int:
        """How many bytes of the valid start continue a character: the evidence for UTF-8."""
        return self._extra_bytes

    def feed(self, block: bytes) -> None:
        """Takes the next bytes; after the first error it ignores them."""
        if self._bad_offset is not None:
            return
        if not self._pending and block.isascii():
            self._seen_bytes += len(block)
            return
        data = self._pending + block
        try:
            text, used = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError as mistake:
            good = data[: mistake.start]
            self._extra_bytes += len(good) - len(good.decode("utf-8"))
            self._bad_offset = self._seen_bytes + mistake.start
            self._pending = b""
            return
        self._extra_bytes += used - len(text)
        self._seen_bytes += used
        self._pending = data[used:]

    def finish(self, is_whole: bool = True) -> None:
        """The body has ended. If not all of it was inspected (not ``is_whole``), a cut character is not an error."""
        if self._pending and is_whole:
            self._bad_offset = self._seen_bytes
            self._cut_at_end = True
        self._pending = b""

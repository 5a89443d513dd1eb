"""One body as it passes: counted, hashed, kept up to a limit, inspected and changed on its way."""

import hashlib
import logging
from collections.abc import Callable
from collections.abc import Iterable

from wxgate.call.digest import Digest

logger = logging.getLogger(__name__)

# As in mitmproxy's ``message.stream``.
Streaming = Callable[[bytes], bytes | Iterable[bytes]]

# A few kilobytes may decompress to gigabytes, on purpose. After this many bytes other tasks get their turn.
MOST_FROM_ONE_CHUNK = 16 * 1024 * 1024


class Body:
    """One direction of one call. ``kept`` is None once the limit is exceeded.

    ``watch`` sees every chunk; ``change`` returns what is sent in its place, and is called once more with b"" at the
    end. ``is_whole`` once ``promised_bytes`` have arrived: the receiver then has all of it. If the changed body
    decompresses to more than ``most_changed_bytes``, ``on_too_much`` is called once with the limit, and nothing more is
    sent. ``earlier`` is the ``stream`` function of another addon: its output is what passes here.
    """

    def __init__(self, keep_bytes: int, earlier: Streaming | None = None) -> None:
        self.size = 0
        self.kept: bytearray | None = bytearray()
        self.watch: Callable[[bytes], None] | None = None
        self.change: Callable[[bytes], Iterable[bytes]] | None = None
        self.promised_bytes: int | None = None
        self.most_changed_bytes = MOST_FROM_ONE_CHUNK
        self.on_too_much: Callable[[int], None] = lambda limit: None
        self.trouble: Exception | None = None  # the exception that stopped watching and changing
        self._earlier = earlier
        self._changed_bytes = 0
        self._is_too_much = False
        self._keep_bytes = keep_bytes
        # Nobody asks for the hash of a body that is kept.
        self._digest: Digest | None = None

    @property
    def is_whole(self) -> bool:
        return self.promised_bytes is not None and self.size >= self.promised_bytes

    @property
    def sha256(self) -> str:
        """The digest so far, in hexadecimal."""
        if self._digest is None:
            return hashlib.sha256(self.kept or b"").hexdigest()
        return self._digest.hexdigest()

    def __call__(self, chunk: bytes) -> bytes | list[bytes]:
        """What mitmproxy sends for ``chunk``; b"" comes last. Raises only what another addon's function raises."""
        return self._passed(chunk) if self._earlier is None else self._through(self._earlier, chunk)

    def _through(self, earlier: Streaming, chunk: bytes) -> list[bytes]:
        came = earlier(chunk)
        pieces = [piece for piece in ([came] if isinstance(came, bytes) else came) if piece]
        if not chunk:
            pieces.append(b"")  # the end
        out: list[bytes] = []
        for piece in pieces:
            passed = self._passed(piece)
            out += [passed] if isinstance(passed, bytes) else passed
        return [piece for piece in out if piece]

    def _passed(self, chunk: bytes) -> bytes | list[bytes]:
        """Never raises: a body must not be cut off by our fault."""
        if self._is_too_much:
            return []
        try:
            self._take(chunk)
            if self.change is not None:
                return self._changed(self.change(chunk))
        except Exception as error:
            logger.exception("a body could not be looked at; it passes as it is")
            self.trouble = self.trouble or error
            self.watch = self.change = None
        return chunk

    def _changed(self, pieces: Iterable[bytes]) -> list[bytes]:
        taken, size = [], 0
        for piece in pieces:
            taken.append(piece)
            size += len(piece)
            for limit, reached in (
                (min(MOST_FROM_ONE_CHUNK, self.most_changed_bytes), size),
                (self.most_changed_bytes, self._changed_bytes + size),
            ):
                if reached > limit:
                    self._is_too_much, self.watch = True, None
                    self.on_too_much(limit)
                    return []
        self._changed_bytes += size
        return taken

    def _take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self._digest is not None:
            self._digest.update(chunk)
        elif self.size <= self._keep_bytes:
            assert self.kept is not None
            self.kept += chunk
        else:
            self._digest = Digest()
            self._digest.update(bytes(self.kept or b""))
            self._digest.update(chunk)
            self.kept = None
        if self.watch is not None and chunk:
            self.watch(chunk)

"""As much of HTTP/2 as a benchmark needs, in bytes made beforehand (RFC 9113): fields are never compressed. Standard library only."""

from collections.abc import Iterator

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
END_STREAM = ACK = 0x1
END_HEADERS = 0x4
HEAD_BYTES = 9
_INITIAL_WINDOW_SIZE = 4
_WINDOW_BYTES = 2**31 - 1
_DEFAULT_WINDOW_BYTES = 65535
# RFC 7541 appendix A.
INDEXED_GET = b"\x82"
INDEXED_HTTPS = b"\x87"
INDEXED_200 = b"\x88"


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


def literal(name: str, value: str) -> bytes:
    """A field that no table remembers (RFC 7541 section 6.2.2)."""
    return b"\x00" + _string(name) + _string(value)


def literal_path(path: bytes) -> bytes:
    return b"\x04" + bytes((len(path),)) + path


def opening() -> bytes:
    """This side's settings: windows so wide that nobody waits."""
    setting = _INITIAL_WINDOW_SIZE.to_bytes(2, "big") + _WINDOW_BYTES.to_bytes(4, "big")
    wider = (_WINDOW_BYTES - _DEFAULT_WINDOW_BYTES).to_bytes(4, "big")
    return frame(SETTINGS, 0, 0, setting) + frame(WINDOW_UPDATE, 0, 0, wider)


class Frames:
    """Cuts what arrives into frames: (kind, flags, stream, payload)."""

    def __init__(self) -> None:
        self._rest = b""

    def of(self, data: bytes) -> Iterator[tuple[int, int, int, bytes]]:
        data = self._rest + data
        at, end = 0, len(data)
        while end - at >= HEAD_BYTES:
            size = HEAD_BYTES + int.from_bytes(data[at : at + 3], "big")
            if end - at < size:
                break
            yield data[at + 3], data[at + 4], int.from_bytes(data[at + 5 : at + 9], "big"), data[at + 9 : at + size]
            at += size
        self._rest = data[at:]


def answer_to(kind: int, flags: int, payload: bytes) -> bytes:
    """What a connection owes to a frame that is no stream's."""
    if kind == SETTINGS and not flags & ACK:
        return frame(SETTINGS, ACK, 0)
    if kind == PING and not flags & ACK:
        return frame(PING, ACK, 0, payload)
    return b""


def _string(text: str) -> bytes:
    data = text.encode()
    if len(data) < 127:
        return bytes((len(data),)) + data
    rest, size = len(data) - 127, b"\x7f"
    while rest >= 128:
        size += bytes((rest % 128 + 128,))
        rest //= 128
    return size + bytes((rest,)) + data

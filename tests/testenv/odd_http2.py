"""Answers on HTTP/2 whose heads break RFC 9113, with what a page gets of them; and an origin that gives them."""

import socket
import ssl
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from hpack import Decoder
from hpack import Encoder

# RFC 9113 §3.4 and §6.
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _SETTINGS, _PING = 0, 1, 4, 6
_END_STREAM = _ACK = 1
_END_HEADERS, _PRIORITY = 4, 0x20

Fields = tuple[tuple[bytes, bytes], ...]
TYPE = (b"content-type", b"application/json")


@dataclass(frozen=True)
class OddHead:
    """``body`` is what Chromium's fetch gives; None where it fails. ``trailers`` follow the body."""

    fields: Fields
    body: bytes | None = b"{}"
    trailers: Fields = ()


def with_fields(*fields: tuple[bytes, bytes], body: bytes | None = b"{}", **more) -> OddHead:
    return OddHead(((b":status", b"200"), TYPE, *fields), body, **more)


ODD_HEADS = {
    "nothing odd": with_fields(),
    "connection": with_fields((b"connection", b"keep-alive")),
    "connection that names a field": with_fields((b"connection", b"x-a"), (b"x-a", b"1")),
    "keep-alive": with_fields((b"keep-alive", b"timeout=5")),
    "proxy-connection": with_fields((b"proxy-connection", b"keep-alive")),
    "upgrade": with_fields((b"upgrade", b"h2,h2c")),
    "transfer-encoding": with_fields((b"transfer-encoding", b"chunked"), body=None),
    "te": with_fields((b"te", b"gzip")),
    "http2-settings": with_fields((b"http2-settings", b"AAMAAABkAAQCAAAAAAIAAAAA")),
    "a capital in a name": with_fields((b"X-Upper", b"1"), body=None),
    "a blank in a name": with_fields((b"x odd", b"1"), body=None),
    "a colon in a name": with_fields((b"x:odd", b"1"), body=None),
    "a name that is no ASCII": with_fields(("ü".encode(), b"1"), body=None),
    "an empty name": with_fields((b"", b"1"), body=None),
    "blanks around a value": with_fields((b"x-a", b" 1 ")),
    "a tab after a value": with_fields((b"x-a", b"1\t")),
    "a line break in a value": with_fields((b"x-a", b"1\r\nx-b: 2"), body=None),
    "a bare LF in a value": with_fields((b"x-a", b"1\n2"), body=None),
    "NUL in a value": with_fields((b"x-a", b"1\x002"), body=None),
    "bytes above ASCII in a value": with_fields((b"x-a", "中".encode())),
    "a control character in a value": with_fields((b"x-a", b"1\x012"), body=None),
    "DEL in a value": with_fields((b"x-a", b"1\x7f2"), body=None),
    "another pseudo-header": OddHead(((b":status", b"200"), (b":path", b"/"), TYPE)),
    "an unknown pseudo-header": OddHead(((b":status", b"200"), (b":odd", b"1"), TYPE)),
    "a pseudo-header behind a field": OddHead((TYPE, (b":status", b"200")), None),
    "two equal :status": OddHead(((b":status", b"200"), (b":status", b"200"), TYPE), None),
    "no :status": OddHead((TYPE,), None),
    ":status with a reason": OddHead(((b":status", b"200 OK"), TYPE), None),
    "two equal lengths": with_fields((b"content-length", b"2"), (b"content-length", b"2")),
    "two different lengths": with_fields((b"content-length", b"2"), (b"content-length", b"3")),
    "a longer length": with_fields((b"content-length", b"3")),
    "a shorter length": with_fields((b"content-length", b"1")),
    "a length in words": with_fields((b"content-length", b"two")),
    "connection in a trailer": with_fields(trailers=((b"connection", b"close"),)),
    "a pseudo-header in a trailer": with_fields(trailers=((b":status", b"200"),)),
    "a capital in a trailer": with_fields(trailers=((b"X-T", b"1"),), body=None),
}
NAMES = list(ODD_HEADS)


class OddHttp2Origin:
    """Gives the answer whose number stands first in the path: /3/... is the third of the table. A context manager."""

    def __init__(self, leaf) -> None:
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with tempfile.TemporaryDirectory() as folder:
            self._context.load_cert_chain(leaf.write(Path(folder)))
        self._context.set_alpn_protocols(["h2"])
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._open.add(sock)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        """Frames by hand: no library sends such heads, nor goes on behind them."""
        try:
            with self._context.wrap_socket(raw, server_side=True) as sock, sock.makefile("rb") as received:
                received.read(len(_PREFACE))
                sock.sendall(_frame(_SETTINGS, 0, 0, b""))
                names, encoder = Decoder(), Encoder()
                while head := received.read(9):
                    kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big")
                    payload = received.read(int.from_bytes(head[:3], "big"))
                    if kind == _HEADERS:
                        block = payload[5:] if flags & _PRIORITY else payload
                        sock.sendall(_answer(encoder, stream, dict(names.decode(block))[":path"]))
                    elif kind in (_SETTINGS, _PING) and not flags & _ACK:
                        sock.sendall(_frame(kind, _ACK, 0, payload if kind == _PING else b""))
        except OSError:
            pass
        finally:
            self._open.discard(raw)

    def __enter__(self) -> "OddHttp2Origin":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for sock in list(self._open):
            try:
                sock.close()
            except OSError:
                pass


def _answer(encoder: Encoder, stream: int, path: str) -> bytes:
    number = path.split("/")[1]
    odd = ODD_HEADS[NAMES[int(number)]] if number.isdigit() else ODD_HEADS["nothing odd"]
    frames = _frame(_HEADERS, _END_HEADERS, stream, encoder.encode([*odd.fields]))
    frames += _frame(_DATA, 0 if odd.trailers else _END_STREAM, stream, b"{}")
    if odd.trailers:
        frames += _frame(_HEADERS, _END_HEADERS | _END_STREAM, stream, encoder.encode([*odd.trailers]))
    return frames


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload

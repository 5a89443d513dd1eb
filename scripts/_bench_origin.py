"""The benchmark's origin, in a process of its own until the benchmark ends: HTTP/1.1, HTTP/2 and WebSocket, answers made beforehand."""

import base64
import hashlib
import json
import random
import selectors
import ssl
import sys
from pathlib import Path

import _bench_http2 as h2
import _bench_wire as wire

HOST = "api.example.com"
MB = 1024 * 1024
# The same in every process; nothing in it repeats.
BLOCK = random.Random(7).randbytes(MB)
BODY = json.dumps({"page": 1, "items": [{"id": n, "name": f"item {n}"} for n in range(6)], "more": True}).encode()
# What is called JSON and is none: the detection of its charset is the longest that a small answer takes.
NOISE = BLOCK[: 32 * 1024]
_TYPE = "application/json; charset=utf-8"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: " + _TYPE.encode() + b"\r\nContent-Length: %d\r\n\r\n"
_SMALL = _HEAD % len(BODY) + BODY
_NOISY = _HEAD % len(NOISE) + NOISE
_WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Http1(wire.Peer):
    """``/json``: a small answer. ``/blocks?n=N``: N MB. A POST: says how much came, and whether it was the blocks."""

    def __init__(self, loop: wire.Loop, sock: ssl.SSLSocket) -> None:
        super().__init__(loop, sock)
        self._head = b""
        self._blocks = 0  # of an answer, yet to be sent
        self._upload: _Upload | None = None
        self._socket: _Socket | None = None

    def received(self, data: bytes) -> None:
        if self._socket is not None:
            self.send(self._socket.answers_to(data))
            return
        if self._upload is not None:
            self._take_upload(data)
            return
        self._head += data
        head, found, rest = self._head.partition(b"\r\n\r\n")
        if not found:
            return
        self._head = b""
        if head.startswith(b"GET /json"):
            self.send(_SMALL)
        elif head.startswith(b"GET /noise"):
            self.send(_NOISY)
        elif head.startswith(b"GET /blocks?n="):
            self._blocks = int(head[14:].split(b" ", 1)[0])
            self.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n"
                      % (self._blocks * MB))  # fmt: skip
            self.drained()
        elif head.startswith(b"POST "):
            self._upload = _Upload(int(_field(head, b"content-length")))
            self._take_upload(rest)
        else:
            self._socket = _Socket()
            self.send(_accepting(_field(head, b"sec-websocket-key")))

    def drained(self) -> None:
        while self._blocks and not self._unsent:
            self._blocks -= 1
            self.send(BLOCK)

    def _take_upload(self, data: bytes) -> None:
        assert self._upload is not None
        self._upload.take(data)
        if not self._upload.left:
            told = json.dumps({"bytes": self._upload.size, "is_whole": self._upload.is_whole}).encode()
            self._upload = None
            self.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                      % (len(told), told))  # fmt: skip


class Same:
    """Whether what arrives is BLOCK over and over. A comparison costs far less than a hash."""

    def __init__(self) -> None:
        self.bytes = 0
        self.is_whole = True
        self._view = memoryview(BLOCK)

    def take(self, data: memoryview) -> None:
        while data:
            at = self.bytes % MB
            part = data[: MB - at]
            # memoryview compares byte by byte where formats differ; bytes compare as memory.
            self.is_whole = self.is_whole and bytes(part) == bytes(self._view[at : at + len(part)])
            self.bytes += len(part)
            data = data[len(part) :]


class _Upload:
    def __init__(self, size: int) -> None:
        self.size = self.left = size
        self._same = Same()

    @property
    def is_whole(self) -> bool:
        return self._same.is_whole

    def take(self, data: bytes) -> None:
        self.left -= len(data)
        self._same.take(memoryview(data))


class _Socket:
    """A WebSocket that returns each message as it came."""

    def __init__(self) -> None:
        self._rest = b""

    def answers_to(self, data: bytes) -> bytes:
        data, answers = self._rest + data, []
        while (cut := unmasked(data)) is not None:
            head, payload, size = cut
            data = data[size:]
            answers.append(message(payload, head))
        self._rest = data
        return b"".join(answers)


def message(payload: bytes, head: int = 0x81) -> bytes:
    """One unmasked frame (RFC 6455); ``head`` is FIN and opcode."""
    size = len(payload)
    return (bytes((head, size)) if size < 126 else bytes((head, 126)) + size.to_bytes(2, "big")) + payload


def unmasked(data: bytes) -> tuple[int, bytes, int] | None:
    """The first frame of a client's data: its first byte, its payload, and how long it is; None where it is not whole."""
    if len(data) < 6:
        return None
    size, at = data[1] & 0x7F, 2
    if size == 126:
        size, at = int.from_bytes(data[2:4], "big"), 4
    if data[1] & 0x80:
        at += 4
    if len(data) < at + size:
        return None
    payload = data[at : at + size]
    if data[1] & 0x80:
        mask = int.from_bytes((data[at - 4 : at] * (size // 4 + 1))[:size], "big")
        payload = (int.from_bytes(payload, "big") ^ mask).to_bytes(size, "big")
    return data[0], payload, at + size


class Http2(wire.Peer):
    """Answers each stream with the same small JSON, and reads none of its fields."""

    _FIELDS = h2.INDEXED_200 + h2.literal("content-type", _TYPE) + h2.literal("content-length", str(len(BODY)))

    def __init__(self, loop: wire.Loop, sock: ssl.SSLSocket) -> None:
        super().__init__(loop, sock)
        self._frames = h2.Frames()
        self._preface = len(h2.PREFACE)
        self.send(h2.opening())

    def received(self, data: bytes) -> None:
        if self._preface:
            cut = min(self._preface, len(data))
            self._preface -= cut
            data = data[cut:]
        out = []
        for kind, flags, stream, payload in self._frames.of(data):
            if stream and flags & h2.END_STREAM and kind in (h2.HEADERS, h2.DATA):
                out.append(h2.frame(h2.HEADERS, h2.END_HEADERS, stream, self._FIELDS))
                out.append(h2.frame(h2.DATA, h2.END_STREAM, stream, BODY))
            else:
                out.append(h2.answer_to(kind, flags, payload))
        if said := b"".join(out):
            self.send(said)


def _field(head: bytes, name: bytes) -> bytes:
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.strip().lower() == name:
            return value.strip()
    return b"0"


def _accepting(key: bytes) -> bytes:
    accept = base64.b64encode(hashlib.sha1(key + _WEBSOCKET_GUID).digest())
    return (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")  # fmt: skip


def _make(loop: wire.Loop, sock: ssl.SSLSocket) -> wire.Peer:
    return Http2(loop, sock) if sock.selected_alpn_protocol() == "h2" else Http1(loop, sock)


def main() -> None:
    from wxlab.authority import Authority

    folder = Path(sys.argv[1])
    root = Authority.new("Lab root")
    root.write(folder).replace(folder / "root.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(root.intermediate("Lab issuing CA").issue(HOST).write(folder))
    context.set_alpn_protocols(["h2", "http/1.1"])
    loop = wire.Loop()
    listener = wire.Listener(loop, context, _make)
    (folder / "map.json").write_text(json.dumps({f"{HOST}:443": listener.port}))
    print("ready", listener.port, flush=True)
    # It ends with whoever started it.
    loop.selector.register(sys.stdin, selectors.EVENT_READ, sys.exit)
    while True:
        loop.turn()


if __name__ == "__main__":
    main()

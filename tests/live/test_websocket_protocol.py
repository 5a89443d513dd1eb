"""What a socket's two ends say to each other, frame by frame: through the product it is the same as through mitmdump alone.

The whole of Autobahn's suite is compared by compare_autobahn.py, which needs that program.
"""

import base64
import os
import struct
import zlib

import pytest

from testenv.received import until
from testenv.tunnel import open_tunnel

HOST = "api.example.com"
POLICY = """\
appid: any
scope: all
domains:
  connectSocket: [wss://api.example.com]
"""
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
COMPRESSED = 0x40
END = "END"


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, flags: int = 0, is_masked: bool = True) -> bytes:
    head = bytes([(0x80 if fin else 0) | flags | opcode])
    mask_bit = 0x80 if is_masked else 0
    if len(payload) < 126:
        head += bytes([mask_bit | len(payload)])
    elif len(payload) < 65536:
        head += struct.pack("!BH", mask_bit | 126, len(payload))
    else:
        head += struct.pack("!BQ", mask_bit | 127, len(payload))
    if not is_masked:
        return head + payload
    key = b"\x37\xfa\x21\x3d"
    return head + key + bytes(byte ^ key[at % 4] for at, byte in enumerate(payload))


def close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack("!H", code) + reason)


def deflated(text: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return (squeeze.compress(text) + squeeze.flush(zlib.Z_SYNC_FLUSH))[:-4]


GOODBYE = close(1000)
MARKER = b"that was all"
CASES = {
    "a text": frame(TEXT, "你好".encode()),
    "an empty text": frame(TEXT),
    "every byte there is": frame(BINARY, bytes(range(256))),
    "lengths at the borders": b"".join(frame(BINARY, b"x" * size) for size in (125, 126, 127, 65535, 65536)),
    "a large message": frame(BINARY, b"x" * 3_000_000),
    "a text in fragments, cut inside a character": frame(TEXT, "你".encode()[:1], fin=False)
    + frame(CONTINUATION, "你".encode()[1:], fin=False)
    + frame(CONTINUATION, b"!"),
    "empty fragments": frame(TEXT, fin=False) + frame(CONTINUATION, fin=False) + frame(CONTINUATION),
    "a ping between fragments": frame(TEXT, b"one", fin=False) + frame(PING, b"p") + frame(CONTINUATION, b"two"),
    "a ping": frame(PING, b"are you there"),
    "a pong that nobody asked for": frame(PONG, b"here I am") + frame(TEXT, b"after"),
    "a ping that is too long": frame(PING, b"x" * 126),
    "a ping in fragments": frame(PING, b"x", fin=False),
    "a continuation of nothing": frame(CONTINUATION, b"x"),
    "a text within a text": frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"),
    "an opcode that is reserved": frame(3, b"x"),
    "a flag that nobody agreed on": frame(TEXT, b"x", flags=0x20),
    "a frame that is not masked": frame(TEXT, b"x", is_masked=False),
    "a text that is no UTF-8": frame(TEXT, b"\xce\xba\xe1\xbd\xb9\xcf\x83\xed\xa0\x80"),
    "a text that ends inside a character": frame(TEXT, "你".encode()[:2]),
    "a close without a code": frame(CLOSE),
    "a close of one byte": frame(CLOSE, b"\x03"),
    "a close with a reason": close(3000, "再见".encode()),
    "a close whose reason is no UTF-8": close(1000, b"\xce\xba\xe1\xbd\xb9\xcf\x83\xed\xa0\x80"),
    "a close with a code that nobody may send": close(1005),
    "a close with a code that is reserved": close(999),
    "a text after the close": close(1000) + frame(TEXT, b"too late"),
    "a compressed text": frame(TEXT, deflated("你好你好你好".encode()), flags=COMPRESSED),
    "a compressed text in fragments": frame(TEXT, deflated(b"hello hello")[:5], fin=False, flags=COMPRESSED)
    + frame(CONTINUATION, deflated(b"hello hello")[5:]),
}  # fmt: skip


def conversation(proxy, sent: bytes, extensions: str = "permessage-deflate") -> list[object]:
    """The frames that come back, messages in one piece: how they are cut is the proxy's own affair."""
    with open_tunnel(proxy.port, proxy.ca_pem, f"{HOST}:443", timeout_s=5) as sock:
        key = base64.b64encode(os.urandom(16)).decode()
        sock.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"{f'Sec-WebSocket-Extensions: {extensions}' if extensions else 'X-Extensions: none'}\r\n\r\n".encode()
        )
        head, _, received = until(sock, b"\r\n\r\n").partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        # The other end answers this one after all that came before it; then there is no more to wait for.
        sock.sendall(sent + frame(PING, MARKER))
        has_said_goodbye = False
        try:
            while data := sock.recv(1 << 20):
                received += data
                if not has_said_goodbye and received.endswith(MARKER):
                    has_said_goodbye = True
                    sock.sendall(GOODBYE)
        except ConnectionError:
            pass
    return [*frames(received), END]


def frames(data: bytes):
    message, first = b"", 0
    inflate = zlib.decompressobj(wbits=-15)  # one for all messages: each builds on those before
    while len(data) >= 2:
        opcode, length, at = data[0] & 0x0F, data[1] & 0x7F, 2
        if length == 126:
            (length,), at = struct.unpack_from("!H", data, 2), 4
        elif length == 127:
            (length,), at = struct.unpack_from("!Q", data, 2), 10
        payload, is_last = data[at : at + length], bool(data[0] & 0x80)
        if opcode >= CLOSE:
            yield opcode, payload
        else:
            first = first or opcode | (data[0] & COMPRESSED)
            message += payload
            if is_last:
                text = inflate.decompress(message + b"\x00\x00\xff\xff") if first & COMPRESSED else message
                yield first & 0x0F, text
                message, first = b"", 0
        data = data[at + length :]


@pytest.fixture(scope="module")
def proxy(shared_proxy):
    return shared_proxy(policy=POLICY)


@pytest.mark.parametrize("extensions", ["permessage-deflate", ""], ids=["compressing", "plain"])
@pytest.mark.parametrize("case", CASES)
def test_what_is_said_is_what_mitmdump_would_have_said(case, extensions, proxy, shared_bare_proxy):
    told = conversation(proxy, CASES[case], extensions)
    assert told == conversation(shared_bare_proxy, CASES[case], extensions)
    assert told[-1] is END and len(told) > 1, told


def test_messages_come_back_whole(proxy):
    """So that the comparison above cannot hold because nothing comes back at all."""
    for extensions in ("permessage-deflate", ""):
        assert (TEXT, "你好".encode()) in conversation(proxy, CASES["a text"], extensions)
    assert (BINARY, b"x" * 3_000_000) in conversation(proxy, CASES["a large message"])
    assert (TEXT, "你!".encode()) in conversation(proxy, CASES["a text in fragments, cut inside a character"])
    assert (TEXT, "你好你好你好".encode()) in conversation(proxy, CASES["a compressed text"])

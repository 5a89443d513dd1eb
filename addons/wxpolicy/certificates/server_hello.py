"""The cipher suite from a server's first bytes: until the handshake is over, OpenSSL does not tell it (TLS 1.2 and below)."""

HANDSHAKE_RECORD = 22
SERVER_HELLO = 2
RECORD_HEADER_BYTES = 5
# Type and length, version, random: RFC 5246 §7.4.1.3. Behind them the session id, with its length, then the suite.
_TO_SESSION_ID = 1 + 3 + 2 + 32


def cipher_suite(stream: bytes) -> int | None:
    """The suite's number in the first ServerHello of ``stream``, or None where it is not (wholly) there. Any bytes will do."""
    hello = _handshake_bytes(stream, _TO_SESSION_ID + 1 + 255 + 2)
    if len(hello) <= _TO_SESSION_ID or hello[0] != SERVER_HELLO:
        return None
    at = _TO_SESSION_ID + 1 + hello[_TO_SESSION_ID]
    return int.from_bytes(hello[at : at + 2]) if len(hello) >= at + 2 else None


def _handshake_bytes(stream: bytes, most: int) -> bytes:
    """What the handshake records carry, for a message may be spread over several."""
    carried, at = b"", 0
    while len(carried) < most and len(stream) >= at + RECORD_HEADER_BYTES and stream[at] == HANDSHAKE_RECORD:
        length = int.from_bytes(stream[at + 3 : at + 5])
        carried += stream[at + RECORD_HEADER_BYTES : at + RECORD_HEADER_BYTES + length]
        at += RECORD_HEADER_BYTES + length
    return carried

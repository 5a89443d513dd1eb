"""mmtls: WeChat's own protocol, recognised by its framing alone.

A record is a type, a version and a length, one record after the other (platform §4 and §9 [seen]; the first client
record of a connection begins 16 f1 03 or, today, 16 f1 04, later ones 19 f1 or 17 f1, alerts 15 f1):

    1 byte    type: 0x15 alert, 0x16 handshake, 0x17 data, 0x19 early data
    2 bytes   version: f1 03 or f1 04
    2 bytes   length of what follows, big endian

On port 80 WeChat also sends ``POST /mmtls/…`` (platform §9 [seen]), with ``Upgrade: mmtls`` or a User-Agent that no
mini-program's call has.

The content cannot be read. So a stream that keeps this framing to its last byte passes: no server of another protocol
would understand it.
"""

from dataclasses import dataclass

from wxpolicy.call.facts import CallFacts

TYPES = frozenset({0x15, 0x16, 0x17, 0x19})
# A connection starts with a handshake, or with data if it resumes one.
FIRST_TYPES = frozenset({0x16, 0x19})
VERSIONS = (b"\xf1\x03", b"\xf1\x04")
PORTS = frozenset({80, 443, 8080})
_HEADER_BYTES = 5
_AGENT = "MicroMessenger Client"


@dataclass(slots=True)
class Framing:
    """One direction of a connection: ``feed`` it what arrives; it returns whether everything is framed so far. Once it
    is not, it never is again. It keeps only the five bytes of a header."""

    is_framed: bool = True
    records: int = 0
    _head: bytes = b""
    _left: int = 0  # of the record's body

    def feed(self, data: bytes) -> bool:
        at = 0
        while self.is_framed and at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            step = min(_HEADER_BYTES - len(self._head), len(data) - at)
            self._head += data[at : at + step]
            at += step
            self.is_framed = self._may_be_a_header()
            if self.is_framed and len(self._head) == _HEADER_BYTES:
                self._left = int.from_bytes(self._head[3:], "big")
                self._head = b""
                self.records += 1
        return self.is_framed

    def _may_be_a_header(self) -> bool:
        types = TYPES if self.records else FIRST_TYPES
        version = self._head[1:3]
        return self._head[0] in types and any(each.startswith(version) for each in VERSIONS)


def may_be_mmtls(start: bytes) -> bool:
    """Whether a connection that starts with these bytes may be mmtls: also True if there are too few to decide."""
    return Framing().feed(start)


def is_mmtls_request(call: CallFacts) -> bool:
    """Whether an HTTP request carries mmtls: WeChat's own traffic, in plain HTTP."""
    headers = call.headers
    is_marked = headers.get("upgrade", "").strip().lower() == "mmtls" or headers.get("user-agent", "").startswith(
        _AGENT
    )
    return call.method == "POST" and call.scheme == "http" and call.path.startswith("/mmtls/") and is_marked

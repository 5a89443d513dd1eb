"""A server's first bytes: what it agreed to, as far as they tell in the clear, or the alert with which it refused.

Until the handshake is over, OpenSSL does not tell the suite (TLS 1.2 and
below), and on older lines never the group. Any bytes give an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace

from wxpolicy.certificates.tls_offers.numbers import GROUPS
from wxpolicy.certificates.tls_offers.numbers import SIGNATURES
from wxpolicy.certificates.tls_offers.numbers import VERSIONS
from wxpolicy.certificates.tls_offers.numbers import name_of

RECORD_HEADER_BYTES = 5
_ALERT, _HANDSHAKE = 21, 22
_SERVER_HELLO, _SERVER_KEY_EXCHANGE, _CERTIFICATE_REQUEST, _SERVER_HELLO_DONE = 2, 12, 13, 14
_SUPPORTED_VERSIONS, _KEY_SHARE = 43, 51
_NAMED_CURVE = 3
# What a ServerHello has in place of a random where it asks for another key share (RFC 8446 §4.1.3).
_RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")

# RFC 8446 §6.2 and RFC 5246 §7.2.2: alerts that say there is no common ground, and that a certificate is missing.
NO_COMMON_GROUND = {
    40: "handshake failure",
    70: "protocol version",
    71: "insufficient security",
    47: "illegal parameter",
}
NO_CERTIFICATE = {116: "certificate required"}


@dataclass(frozen=True, slots=True)
class ServerAnswer:
    """None is what the bytes do not (wholly) tell. ``suite`` is its number, ``group`` and ``signature`` are names.

    ``retries``: the server asked for a key share of ``group``. ``asks_certificate`` and ``is_whole`` are told
    in TLS 1.2 alone: whether the client is asked for a certificate, and whether the server's first flight was seen.
    """

    version: str | None = None
    suite: int | None = None
    group: str | None = None
    signature: str | None = None
    retries: bool = False
    asks_certificate: bool = False
    is_whole: bool = False
    alert: int | None = None


def read_answer(stream: bytes) -> ServerAnswer:
    carried, alert = _records(stream)
    answer = ServerAnswer(alert=alert)
    for number, (kind, body, is_whole) in enumerate(_messages(carried)):
        if number == 0 and kind != _SERVER_HELLO:
            return answer
        if kind == _SERVER_HELLO:
            answer = _hello(body, answer)
        elif not is_whole:
            break
        elif kind == _SERVER_KEY_EXCHANGE:
            answer = _key_exchange(body, answer)
        elif kind == _CERTIFICATE_REQUEST:
            answer = replace(answer, asks_certificate=True)
        elif kind == _SERVER_HELLO_DONE:
            answer = replace(answer, is_whole=True)
    return answer


def _records(stream: bytes) -> tuple[bytes, int | None]:
    """What the handshake records carry, for a message may be spread over several; and the alert behind them."""
    carried, at = bytearray(), 0
    while len(stream) >= at + RECORD_HEADER_BYTES:
        content = stream[at + RECORD_HEADER_BYTES : at + RECORD_HEADER_BYTES + int.from_bytes(stream[at + 3 : at + 5])]
        if stream[at] == _ALERT:
            return bytes(carried), content[1] if len(content) == 2 else None
        if stream[at] != _HANDSHAKE:
            break
        carried += content
        at += RECORD_HEADER_BYTES + int.from_bytes(stream[at + 3 : at + 5])
    return bytes(carried), None


def _messages(carried: bytes) -> Iterator[tuple[int, bytes, bool]]:
    """Each message's type and body, and whether the body is whole."""
    at = 0
    while len(carried) >= at + 4:
        length = int.from_bytes(carried[at + 1 : at + 4])
        body = carried[at + 4 : at + 4 + length]
        yield carried[at], body, len(body) == length
        at += 4 + length


def _hello(body: bytes, answer: ServerAnswer) -> ServerAnswer:
    # version, random, the session id with its length: RFC 5246 §7.4.1.3
    at = 2 + 32
    if len(body) <= at:
        return answer
    suite_at = at + 1 + body[at]
    if len(body) < suite_at + 2:
        return answer
    found = replace(
        answer,
        version=name_of(int.from_bytes(body[:2]), VERSIONS),
        suite=int.from_bytes(body[suite_at : suite_at + 2]),
        retries=body[2:34] == _RETRY,
    )
    extensions = body[suite_at + 5 :]
    while len(extensions) >= 4:
        length = int.from_bytes(extensions[2:4])
        kind, value, extensions = int.from_bytes(extensions[:2]), extensions[4 : 4 + length], extensions[4 + length :]
        if len(value) < max(length, 2):
            continue
        if kind == _SUPPORTED_VERSIONS:
            found = replace(found, version=name_of(int.from_bytes(value), VERSIONS))
        elif kind == _KEY_SHARE:
            found = replace(found, group=name_of(int.from_bytes(value[:2]), GROUPS))
    return found


def _key_exchange(body: bytes, answer: ServerAnswer) -> ServerAnswer:
    """Of ECDHE (RFC 8422 §5.4): the curve, the point, and in TLS 1.2 the algorithm of the signature."""
    if len(body) < 4 or body[0] != _NAMED_CURVE:
        return answer
    found = replace(answer, group=name_of(int.from_bytes(body[1:3]), GROUPS))
    at = 4 + body[3]
    if answer.version != "TLSv1.2" or len(body) < at + 2:
        return found
    return replace(found, signature=name_of(int.from_bytes(body[at : at + 2]), SIGNATURES))

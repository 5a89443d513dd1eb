"""A ClientHello as bytes: exactly what one platform's client offers, to see what a server answers (RFC 8446 §4.1.2)."""

from collections.abc import Iterable
from collections.abc import Mapping
from ipaddress import ip_address

from wxpolicy.certificates.tls_offers.numbers import GROUPS
from wxpolicy.certificates.tls_offers.numbers import SIGNATURES
from wxpolicy.certificates.tls_offers.numbers import SUITES
from wxpolicy.certificates.tls_offers.numbers import TLS_1_3_SUITES
from wxpolicy.certificates.tls_offers.numbers import VERSIONS
from wxpolicy.certificates.tls_offers.offer import TLS_1_3
from wxpolicy.certificates.tls_offers.offer import TlsOffer

RANDOM_BYTES = 32 + 32 + 32

_HANDSHAKE, _CLIENT_HELLO = 22, 1
_TLS_1_0, _TLS_1_2 = 0x0301, 0x0303
_SERVER_NAME, _GROUPS, _POINT_FORMATS, _SIGNATURES, _ALPN = 0, 10, 11, 13, 16
_EXTENDED_MASTER_SECRET, _VERSIONS, _PSK_MODES, _KEY_SHARE, _RENEGOTIATION = 23, 43, 45, 51, 0xFF01


def client_hello(offer: TlsOffer, host: str, random: bytes) -> bytes:
    """One record. ``random`` are ``RANDOM_BYTES`` random bytes: the hello's own, a session id, and an X25519 key share.

    The share has no private key: what follows the server's answer cannot be decrypted, and is not.
    """
    own, session_id, share = random[:32], random[32:64], random[64:RANDOM_BYTES]
    newest = TLS_1_3 in offer.versions
    suites = [*(TLS_1_3_SUITES.values() if newest else ()), *(SUITES[name] for name in offer.suites)]
    extensions = [
        *([(_SERVER_NAME, _vector(2, b"\0" + _vector(2, host.encode("ascii"))))] if _is_name(host) else []),
        (_EXTENDED_MASTER_SECRET, b""),
        (_RENEGOTIATION, b"\0"),
        (_GROUPS, _numbers(offer.groups, GROUPS)),
        (_POINT_FORMATS, b"\1\0"),
        (_ALPN, _vector(2, _vector(1, b"h2") + _vector(1, b"http/1.1"))),
        (_SIGNATURES, _numbers(offer.signatures, SIGNATURES)),
    ]
    if newest:
        shares = GROUPS["X25519"].to_bytes(2) + _vector(2, share) if "X25519" in offer.groups else b""
        extensions += [
            (_VERSIONS, _vector(1, b"".join(VERSIONS[name].to_bytes(2) for name in offer.versions))),
            (_PSK_MODES, b"\1\1"),
            (_KEY_SHARE, _vector(2, shares)),
        ]
    body = _TLS_1_2.to_bytes(2) + own + _vector(1, session_id)
    body += _vector(2, b"".join(number.to_bytes(2) for number in suites)) + b"\1\0"
    body += _vector(2, b"".join(kind.to_bytes(2) + _vector(2, value) for kind, value in extensions))
    message = bytes([_CLIENT_HELLO]) + _vector(3, body)
    return bytes([_HANDSHAKE]) + _TLS_1_0.to_bytes(2) + _vector(2, message)


def _numbers(names: Iterable[str], known: Mapping[str, int]) -> bytes:
    return _vector(2, b"".join(known[name].to_bytes(2) for name in names))


def _vector(length_bytes: int, content: bytes) -> bytes:
    return len(content).to_bytes(length_bytes) + content


def _is_name(host: str) -> bool:
    """SNI carries no addresses (RFC 6066 §3)."""
    try:
        ip_address(host)
    except ValueError:
        return True
    return False

"""DER, written: as little as certificates need."""

from datetime import datetime


def tlv(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*contents: bytes) -> bytes:
    return tlv(0x30, *contents)


def integer(value: int) -> bytes:
    size = value.bit_length() // 8 + 1
    return tlv(0x02, value.to_bytes(size, signed=True))


def bit_string(data: bytes, unused: int = 0) -> bytes:
    return tlv(0x03, bytes([unused]), data)


def octet_string(data: bytes) -> bytes:
    return tlv(0x04, data)


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for number in (first * 40 + second, *rest):
        chunk = [number & 0x7F]
        while number := number >> 7:
            chunk.append(number & 0x7F | 0x80)
        out += bytes(reversed(chunk))
    return tlv(0x06, bytes(out))


def utc_time(when: datetime) -> bytes:
    return tlv(0x17, when.strftime("%y%m%d%H%M%SZ").encode())


def generalized_time(when: datetime) -> bytes:
    # strftime does not fill up years below 1000, and on some systems none below 10000.
    return tlv(0x18, f"{when.year:04}{when:%m%d%H%M%S}Z".encode())


def time(when: datetime) -> bytes:
    """As RFC 5280 §4.1.2.5 asks."""
    return utc_time(when) if 1950 <= when.year < 2050 else generalized_time(when)


UTF8, PRINTABLE, TELETEX, IA5, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1E
_ATTRIBUTES = {"CN": "2.5.4.3", "O": "2.5.4.10", "C": "2.5.4.6", "email": "1.2.840.113549.1.9.1"}
_ENCODINGS = {BMP: "utf-16-be", TELETEX: "latin-1"}


def name(*parts: tuple[str, str] | tuple[str, str, int]) -> bytes:
    """``("CN", "Root")``, or with a string type of its own: ``("CN", "Root", PRINTABLE)``."""
    rdns = []
    for attribute, text, *tag in parts:
        kind = tag[0] if tag else IA5 if attribute == "email" else UTF8
        value = tlv(kind, text.encode(_ENCODINGS.get(kind, "utf-8")))
        rdns.append(tlv(0x31, sequence(oid(_ATTRIBUTES[attribute]), value)))
    return sequence(*rdns)


def extension(dotted: str, value: bytes, critical: bool = False) -> bytes:
    return sequence(oid(dotted), tlv(0x01, b"\xff") if critical else b"", octet_string(value))

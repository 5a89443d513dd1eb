"""A reader for DER (X.690) that accepts what devices accept: lazy, bounded, and with an error class of its own.

The parser of the cryptography package rejects a whole certificate for one extension that no device reads. Here a
certificate is parsed level by level, and an unreadable value affects nothing else.
"""

from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from typing import NamedTuple

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OID = 0x01, 0x02, 0x03, 0x04, 0x06
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31

# No certificate has a name or an extension list with more members than this.
MAX_MEMBERS = 20_000
_HIGH_TAG = 0x1F


class DerError(ValueError):
    """These bytes are not the expected DER."""


class Element(NamedTuple):
    """One element: ``content`` without, ``whole`` with its tag and length."""

    tag: int
    content: bytes
    whole: bytes


def context(number: int, constructed: bool = True) -> int:
    """The tag [number], as the optional fields of a structure have it."""
    return (0xA0 if constructed else 0x80) | number


def elements(data: bytes) -> Iterator[Element]:
    """The consecutive elements in ``data``, to its end. Raises DerError if one is malformed."""
    at = count = 0
    while at < len(data):
        count += 1
        if count > MAX_MEMBERS:
            raise DerError("too many elements")
        found = _element(data, at)
        at += len(found.whole)
        yield found


def one(data: bytes, tag: int) -> Element:
    """The only element in ``data``, which must have this tag."""
    found = _element(data, 0)
    if len(found.whole) != len(data):
        raise DerError("bytes behind the end")
    return _tagged(found, tag)


def inside(data: bytes, tag: int = SEQUENCE) -> "Fields":
    """The fields of the one structure that ``data`` is."""
    return Fields(one(data, tag).content)


class Fields:
    """The members of a structure, read one after the other."""

    def __init__(self, content: bytes) -> None:
        self._left = elements(content)
        self._next = next(self._left, None)

    def take(self, tag: int) -> Element:
        """The next member, which must have this tag."""
        found = self._step()
        if found is None:
            raise DerError("a field is missing")
        return _tagged(found, tag)

    def any(self) -> Element:
        """The next member, whatever it is."""
        found = self._step()
        if found is None:
            raise DerError("a field is missing")
        return found

    def optional(self, tag: int) -> Element | None:
        """The next member if it has this tag; otherwise it stays to be read."""
        return self._step() if self._next is not None and self._next.tag == tag else None

    @property
    def ended(self) -> bool:
        return self._next is None

    def end(self) -> None:
        """Raises if anything is left."""
        if self._next is not None:
            raise DerError("a field too many")

    def _step(self) -> Element | None:
        found = self._next
        if found is not None:
            self._next = next(self._left, None)
        return found


def _tagged(found: Element, tag: int) -> Element:
    if found.tag != tag:
        raise DerError(f"tag {found.tag:#04x} where {tag:#04x} is due")
    return found


def _element(data: bytes, at: int) -> Element:
    if at + 2 > len(data):
        raise DerError("cut short")
    tag, length, start = data[at], data[at + 1], at + 2
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise DerError("a tag of several bytes")
    if length >= 0x80:
        width = length & 0x7F
        if not 1 <= width <= 4 or start + width > len(data):
            raise DerError("a length that cannot be read")
        length = int.from_bytes(data[start : start + width])
        if length < 0x80 or length >> (8 * (width - 1)) == 0:
            raise DerError("a length not written as DER has it")
        start += width
    end = start + length
    if end > len(data):
        raise DerError("cut short")
    return Element(tag, data[start:end], data[at:end])


def boolean(content: bytes) -> bool:
    if content not in (b"\x00", b"\xff"):
        raise DerError("a boolean that is neither true nor false")
    return content == b"\xff"


def unsigned(content: bytes) -> int:
    """A number from 0 to 2^32 - 1, for lengths and counts."""
    if not content or content[0] & 0x80 or (len(content) > 1 and content[0] == 0 and not content[1] & 0x80):
        raise DerError("a number that is negative or not written as DER has it")
    if len(content.lstrip(b"\x00")) > 4:
        raise DerError("a number that is too large")
    return int.from_bytes(content)


def bits(content: bytes) -> tuple[bytes, int]:
    """A bit string's bytes, and how many bits of the last one are not used."""
    if not content or content[0] > 7 or (content[0] and len(content) == 1):
        raise DerError("a bit string that cannot be read")
    return content[1:], content[0]


def whole_bytes(content: bytes) -> bytes:
    """A bit string that uses every bit."""
    data, unused = bits(content)
    if unused:
        raise DerError("a bit string that ends within a byte")
    return data


def oid(content: bytes) -> str:
    """An object identifier in dotted form."""
    if not content or content[-1] & 0x80 or len(content) > 64:
        raise DerError("an object identifier that cannot be read")
    numbers, value = [], 0
    for byte in content:
        if value == 0 and byte == 0x80:
            raise DerError("an object identifier not written as DER has it")
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2)
    return ".".join(map(str, (first, numbers[0] - 40 * first, *numbers[1:])))


def time(found: Element) -> datetime:
    """UTCTime or GeneralizedTime of RFC 5280: to the second, in UTC."""
    text = found.content.decode("latin-1")
    if found.tag == UTC_TIME and len(text) == 13:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif found.tag != GENERALIZED_TIME or len(text) != 15:
        raise DerError("a time that cannot be read")
    if not text.endswith("Z") or not text[:-1].isdecimal() or not text.isascii():
        raise DerError("a time that cannot be read")
    # Clients accept a year 0, a leap year, which datetime does not: for comparisons the year 1 is equivalent.
    is_year_0 = text.startswith("0000")
    try:
        found_time = datetime.strptime("0004" + text[4:] if is_year_0 else text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise DerError("a time that there is not") from error
    return datetime.min.replace(tzinfo=UTC) if is_year_0 else found_time

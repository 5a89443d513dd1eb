"""Distinguished names, and when each platform takes two of them for the same one.

A path is found by names, and platforms fold them differently: a leaf whose
issuer is written in another case or another string type finds its CA on one
platform and not on another.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from wxpolicy.certificates.der import OID
from wxpolicy.certificates.der import SEQUENCE
from wxpolicy.certificates.der import SET
from wxpolicy.certificates.der import DerError
from wxpolicy.certificates.der import Element
from wxpolicy.certificates.der import Fields
from wxpolicy.certificates.der import elements
from wxpolicy.certificates.der import oid
from wxpolicy.certificates.der import one
from wxpolicy.certificates.printable import printable

UTF8, PRINTABLE, TELETEX, IA5, UNIVERSAL, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E
COMMON_NAME, ORGANISATION, EMAIL = "2.5.4.3", "2.5.4.10", "1.2.840.113549.1.9.1"
_SHORT = {
    COMMON_NAME: "CN", ORGANISATION: "O", "2.5.4.11": "OU", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
    "2.5.4.9": "STREET", "0.9.2342.19200300.100.1.25": "DC", "0.9.2342.19200300.100.1.1": "UID",
}  # fmt: skip
_CODECS = {BMP: "utf-16-be", UNIVERSAL: "utf-32-be", TELETEX: "latin-1"}
# The asterisk is none by X.680, but pki/verify_name_match.cc takes it.
_PRINTABLE_CHARS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 '()*+,-./:=?")

# What a fold makes of a name: equal for names that a platform takes for the same.
Folded = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One part of a name: its type, and its value as written."""

    type: str
    tag: int
    value: bytes

    @property
    def text(self) -> str:
        return self.value.decode(_CODECS.get(self.tag, "utf-8"), "replace")


Rdns = tuple[tuple[Attribute, ...], ...]


@dataclass(frozen=True, slots=True)
class Name:
    """``der`` is the whole SEQUENCE; ``rdns`` its parts, the most general first."""

    der: bytes
    rdns: Rdns

    @property
    def empty(self) -> bool:
        return not self.rdns

    @property
    def label(self) -> str:
        """Short and safe to print: "CN=api.example.com"."""
        common_names = self.values(COMMON_NAME)
        if common_names:
            return printable("CN=" + common_names[-1])
        parts = (f"{_SHORT.get(each.type, each.type)}={each.text}" for rdn in reversed(self.rdns) for each in rdn)
        return printable(",".join(parts)) or "(no name)"

    def values(self, type_: str) -> tuple[str, ...]:
        return tuple(each.text for rdn in self.rdns for each in rdn if each.type == type_)


def read_name(der: bytes) -> Name:
    """A Name; raises DerError."""
    rdns = tuple(tuple(_attributes(rdn.content)) for rdn in _sets(one(der, SEQUENCE).content))
    return Name(der, rdns)


def _sets(content: bytes) -> Iterator[Element]:
    for found in elements(content):
        if found.tag != SET or not found.content:
            raise DerError("a part of a name that is no set")
        yield found


def _attributes(content: bytes) -> Iterator[Attribute]:
    for found in elements(content):
        if found.tag != SEQUENCE:
            raise DerError("a part of a name that is no pair")
        fields = Fields(found.content)
        type_ = oid(fields.take(OID).content)
        value = fields.any()
        fields.end()
        yield Attribute(type_, value.tag, value.content)


@lru_cache(maxsize=4096)
def coarse(name: Name) -> Folded:
    """Equal for all names that any platform may take for the same: for finding candidates."""
    return tuple(frozenset((each.type, _squeezed(each.text).casefold()) for each in rdn) for rdn in name.rdns)


@lru_cache(maxsize=4096)
def as_apple(name: Name) -> Folded:
    """Only PrintableString is folded: case and blanks (OSX/sec/Security/SecCertificate.c:1466-1600)."""
    return tuple(
        tuple(
            (each.type, each.tag, b" ".join(each.value.upper().split()) if each.tag == PRINTABLE else each.value)
            for each in rdn
        )
        for rdn in name.rdns
    )


@lru_cache(maxsize=4096)
def as_java(name: Name) -> Folded:
    """X500Principal.equals: the canonical form of X500Name (OpenJDK, AVA.toRFC2253CanonicalString).

    Values of types with a keyword of RFC 2253, as UTF8String or PrintableString,
    without case and surplus blanks; all others byte for byte.
    """

    def folded(each: Attribute) -> object:
        if each.type not in _SHORT or each.tag not in (PRINTABLE, UTF8):
            return each.tag, each.value
        text = " ".join(part for part in each.value.decode("utf-8", "replace").split(" ") if part)
        return unicodedata.normalize("NFKD", text.upper().lower())

    return tuple(frozenset((each.type, folded(each)) for each in rdn) for rdn in name.rdns)


@lru_cache(maxsize=4096)
def as_boringssl(name: Name) -> Folded:
    """BoringSSL's pki, NormalizeName (pki/verify_name_match.cc): ASCII case and blanks, all string types but Teletex.

    Raises DerError where a value holds what its type does not allow: Chromium then does not read the certificate.
    """
    return tuple(tuple(sorted((each.type, *_normalised(each)) for each in rdn)) for rdn in name.rdns)


def _normalised(each: Attribute) -> tuple[int, bytes]:
    if each.tag not in (UTF8, PRINTABLE, IA5, BMP, UNIVERSAL):
        return each.tag, each.value
    if each.tag == PRINTABLE and not _PRINTABLE_CHARS.issuperset(each.value):
        raise DerError("a PrintableString with characters that it cannot have")
    if each.tag == IA5 and not each.value.isascii():
        raise DerError("an IA5String that is not ASCII")
    data = each.value
    if each.tag in (BMP, UNIVERSAL):
        try:
            data = each.value.decode(_CODECS[each.tag]).encode()
        except UnicodeError as error:
            raise DerError("a string that cannot be read") from error
    return UTF8, b" ".join(part for part in data.split(b" ") if part).lower()


def _squeezed(text: str) -> str:
    return " ".join(text.split())

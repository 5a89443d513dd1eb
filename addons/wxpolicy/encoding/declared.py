"""The charset that a server declares: Content-Type header, XML declaration, HTML meta, in this order of precedence."""

import re
from enum import StrEnum
from typing import NamedTuple

# HTML Living Standard, "prescan a byte stream": a meta counts within the first 1024 bytes.
PRESCAN_BYTES = 1024

_PARAMETER = re.compile(r""";\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^;,\s]*))""", re.IGNORECASE)
_XML = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""", re.IGNORECASE)
_META = re.compile(
    rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)


class Place(StrEnum):
    """Where a charset is declared."""

    HEADER = "header"
    XML = "xml"
    META = "meta"


class Declaration(NamedTuple):
    """One declared charset, ``label`` as the server wrote it, in lower case."""

    place: Place
    label: str


def media_type(content_type: str) -> str:
    """ "application/json" from "Application/JSON; charset=utf-8"; "" if there is none."""
    return content_type.partition(";")[0].partition(",")[0].strip().lower()


def header_charset(content_type: str) -> str | None:
    """The charset parameter of a Content-Type header (RFC 9110, section 8.3.2), None if there is none."""
    match = _PARAMETER.search(content_type)
    if not match:
        return None
    return (match[1] or match[2] or match[3] or "").strip().lower() or None


def xml_charset(head: bytes) -> str | None:
    """The encoding of an XML declaration at the very start of ``head`` (BOM removed)."""
    match = _XML.match(head[:PRESCAN_BYTES])
    return match[1].decode("ascii").lower() if match else None


def meta_charset(head: bytes) -> str | None:
    """The charset of the first HTML meta that has one, outside comments (both forms of meta)."""
    match = _META.search(_COMMENT.sub(b"", head[:PRESCAN_BYTES]))
    return match[1].decode("ascii").lower() if match else None


def declarations(content_type: str, head: bytes) -> tuple[Declaration, ...]:
    """All declarations, in order of precedence. ``head`` is the start of the body, decoded as ASCII.

    A meta counts only if the body is HTML by its header or its content: JSON may contain HTML inside a string.
    """
    found = []
    if label := header_charset(content_type):
        found.append(Declaration(Place.HEADER, label))
    kind = media_type(content_type)
    looks = head[:PRESCAN_BYTES].lstrip()[:1]
    if looks == b"<":
        if label := xml_charset(head):
            found.append(Declaration(Place.XML, label))
        if "json" not in kind and "javascript" not in kind and kind != "text/plain":
            if label := meta_charset(head):
                found.append(Declaration(Place.META, label))
    return tuple(found)

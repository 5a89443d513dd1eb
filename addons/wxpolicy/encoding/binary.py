"""Which responses are not text at all: images, archives, protobuf and the like, by Content-Type, magic number and
structure.

Such a body is not changed: the mini-program passes it on as it is.
"""

import re
from enum import StrEnum

from wxpolicy.encoding.declared import media_type

_TEXT_TYPES = frozenset(
    """application/json application/javascript application/x-javascript application/ecmascript application/xml
    application/x-www-form-urlencoded application/graphql application/ndjson application/x-ndjson application/jsonp
    application/jsonl application/yaml application/x-yaml application/toml application/sql application/x-sh
    application/vnd.apple.mpegurl application/x-mpegurl audio/mpegurl audio/x-mpegurl application/json-seq
    application/jsonlines application/xhtml application/rss application/atom application/x-json""".split()
)
_BINARY_TYPES = frozenset(
    """application/pdf application/zip application/gzip application/x-gzip application/x-tar application/x-bzip2
    application/zstd application/x-xz application/x-7z-compressed application/x-rar-compressed application/vnd.rar
    application/java-archive application/wasm application/protobuf application/x-protobuf application/x-google-protobuf
    application/vnd.google.protobuf application/msgpack application/x-msgpack application/vnd.msgpack application/cbor
    application/bson application/avro application/x-thrift application/msword application/ogg
    application/x-shockwave-flash application/x-zip-compressed application/x-sqlite3 application/pkcs7-mime
    application/ocsp-response application/pkix-cert application/x-font-ttf application/font-woff""".split()
)
_BINARY_BEGINNINGS = (
    "image/", "audio/", "video/", "font/", "model/", "application/vnd.ms-", "application/vnd.openxmlformats",
    "application/vnd.android", "application/grpc", "application/vnd.oasis",
)  # fmt: skip

# Too long to occur in a text by accident; the offset of each is 0 unless it is given.
_MAGIC: tuple[tuple[str, bytes, int], ...] = (
    ("png", b"\x89PNG\r\n\x1a\n", 0),
    ("jpeg", b"\xff\xd8\xff", 0),
    ("gif", b"GIF87a", 0),
    ("gif", b"GIF89a", 0),
    ("webp", b"WEBP", 8),
    ("wav", b"WAVEfmt", 8),
    ("avi", b"AVI LIST", 8),
    ("tiff", b"II*\x00", 0),
    ("tiff", b"MM\x00*", 0),
    ("icon", b"\x00\x00\x01\x00", 0),
    ("zip", b"PK\x03\x04", 0),
    ("zip", b"PK\x05\x06", 0),
    ("gzip", b"\x1f\x8b\x08", 0),
    ("zstd", b"\x28\xb5\x2f\xfd", 0),
    ("xz", b"\xfd7zXZ\x00", 0),
    ("bzip2", b"BZh91AY&SY", 0),
    ("7z", b"7z\xbc\xaf\x27\x1c", 0),
    ("rar", b"Rar!\x1a\x07", 0),
    ("pdf", b"%PDF-", 0),
    ("mp4", b"ftyp", 4),
    ("webm", b"\x1a\x45\xdf\xa3", 0),
    ("ogg", b"OggS\x00", 0),
    ("mp3", b"ID3\x02", 0),
    ("mp3", b"ID3\x03", 0),
    ("mp3", b"ID3\x04", 0),
    ("flac", b"fLaC\x00", 0),
    ("amr", b"#!AMR", 0),
    ("silk", b"#!SILK_V3", 0),
    ("silk", b"#!SILK_V3", 1),
    ("flv", b"FLV\x01", 0),
    ("woff", b"wOFF", 0),
    ("woff2", b"wOF2", 0),
    ("ttf", b"\x00\x01\x00\x00\x00", 0),
    ("wasm", b"\x00asm\x01", 0),
    ("elf", b"\x7fELF", 0),
    ("sqlite", b"SQLite format 3\x00", 0),
    ("ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0),
)

# Control characters that do not occur in text. ESC (ISO-2022, terminal colours) may occur.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class Nature(StrEnum):
    """What a Content-Type announces."""

    TEXT = "text"
    BINARY = "binary"
    UNSAID = "unsaid"  # no type, application/octet-stream, or one that may carry either


# In their order: one match instead of thirty.
_BY_MAGIC = re.compile(b"|".join(b"(.{%d}%b)" % (offset, re.escape(magic)) for _, magic, offset in _MAGIC), re.DOTALL)


def nature_of(content_type: str) -> Nature:
    """What the Content-Type header announces."""
    kind = media_type(content_type)
    if kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith(("+json", "+xml", "+yaml")):
        return Nature.TEXT
    if kind in _BINARY_TYPES or kind.startswith(_BINARY_BEGINNINGS) or kind.endswith(("+zip", "+protobuf", "+cbor")):
        return Nature.BINARY
    return Nature.UNSAID


def magic_of(head: bytes) -> str | None:
    """The file format that ``head`` starts like ("png", "zip", "mp4" ...), None for anything else."""
    found = _BY_MAGIC.match(head)
    return _MAGIC[found.lastindex - 1][0] if found is not None and found.lastindex else None


def has_controls(head: bytes) -> bool:
    """Whether it has control characters that do not occur in single-byte or UTF-8 text."""
    return bool(_CONTROLS.search(head))


def looks_like_protobuf(head: bytes, is_whole: bool) -> bool:
    """Whether ``head`` can be parsed as protobuf fields from its first byte on (wire types 0, 1, 2, 5).

    Plain text may be parsed so too: only call it if control characters show that it is not text. If the head is not the
    whole body, the last field may extend beyond it.
    """
    at = fields = 0
    while at < len(head):
        tag, at = _varint(head, at)
        if tag is None:
            return not is_whole and fields > 1
        if not 1 <= tag >> 3 < 1 << 29 or tag & 7 not in (0, 1, 2, 5):
            return False
        size = {0: 0, 1: 8, 5: 4}.get(tag & 7)
        if tag & 7 in (0, 2):
            value, at = _varint(head, at)
            if value is None:
                return not is_whole and fields > 1
            size = value if tag & 7 == 2 else 0
        at += size or 0
        fields += 1
    return fields > 0 and (at == len(head) or not is_whole)


def _varint(data: bytes, at: int) -> tuple[int | None, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            return None, at
        value |= (data[at] & 0x7F) << shift
        at += 1
        if data[at - 1] < 0x80:
            return value, at
    return None, at

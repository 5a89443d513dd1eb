"""Reads the head of an HTTP/1 response as the network stacks of phones do, and returns it with one clean framing.

mitmproxy refuses what violates RFC 9112; a phone's stack ignores most of it. The rules here are Chromium's (net/http:
http_stream_parser, http_util, http_response_headers) [source]: lines without a colon and names that are not a token are
skipped, a blank before the colon is removed, ``Transfer-Encoding: chunked`` takes precedence over any length, equal
lengths count as one, a length that is not a number is ignored. What Chromium rejects too is rejected. Requests are
never read here. No socket and no mitmproxy: takes lines, returns a head or the reason against it. Nothing raises.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Chromium reads no more of a head (ERR_RESPONSE_HEADERS_TOO_BIG).
MOST_HEAD_BYTES = 256 * 1024
# Chromium searches this far for the status line, and ignores what precedes it.
_MOST_JUNK_BYTES = 4
_SHORTEST_STATUS_LINE = _MOST_JUNK_BYTES + len(b"http")
_LARGEST_LENGTH = 2**63 - 1

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_STATUS_LINE = re.compile(rb"HTTP/1\.[01] [1-9]\d\d(?: [^\r\0]*)?")
_LOOSE_VERSION = re.compile(rb"http(?:/(\d{1,4})\.(\d{1,4}))?", re.IGNORECASE)
_LOOSE_STATUS = re.compile(rb"[ \t]*(\d*)[ \t]*(.*)", re.DOTALL)
# As mitmproxy itself accepts them: a line that matches needs no second check.
_PLAIN_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([^\r\0]*)")
_PLAIN_LENGTH = re.compile(rb"0|[1-9]\d{0,17}")
_BLANKS = b" \t"

Field = tuple[bytes, bytes]

REFUSES = "refuses"


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """``fields`` frame the body in one way: a length, chunks, or (without either) the end of the connection.

    ``is_irregular``: a strict parser interprets it differently or not at all, so its connection must not be reused.
    """

    version: bytes
    status: int
    reason: bytes
    fields: tuple[Field, ...]
    is_irregular: bool = False


@dataclass(frozen=True, slots=True)
class NotCarried:
    """``device`` is what a device does with it, as in the catalogue's PROXY_LIMIT; "refuses": not a limitation of
    ours."""

    why: str
    device: str = REFUSES


TOO_LONG = NotCarried("the head of the answer is longer than 256 KB", device="too_long")
NO_STATUS_LINE = NotCarried("the answer has no status line", device="http_0_9")


def begins_like_an_answer(received: bytes) -> bool:
    """Whether there is a status line, or may still be one. Chromium takes anything else for HTTP/0.9."""
    return len(received) < _SHORTEST_STATUS_LINE or b"http" in received[:_SHORTEST_STATUS_LINE].lower()


def read_answer_head(lines: Sequence[bytes]) -> AnswerHead | NotCarried:
    """``lines`` of the head, without their line ends and without the empty one."""
    return _regular(lines) or _leniently(lines)


def _regular(lines: Sequence[bytes]) -> AnswerHead | None:
    """The head, if mitmproxy itself parses it as Chromium does."""
    if not lines or _STATUS_LINE.fullmatch(lines[0]) is None:
        return None
    version, status, *reason = lines[0].split(b" ", 2)
    may_be_chunked = version == b"HTTP/1.1" and status >= b"200" and status not in (b"204", b"304")
    fields: list[Field] = []
    framing = 0
    for line in lines[1:]:
        found = _PLAIN_LINE.fullmatch(line)
        if found is None:
            return None
        name, value = found[1], found[2].strip()
        if len(name) in (14, 17) and (lower := name.lower()) in (b"content-length", b"transfer-encoding"):
            framing += 1
            if lower == b"content-length" and not _PLAIN_LENGTH.fullmatch(value):
                return None
            if lower == b"transfer-encoding" and (value.lower() != b"chunked" or not may_be_chunked):
                return None
        fields.append((name, value))
    if framing > 1:
        return None
    return AnswerHead(version, int(status), reason[0] if reason else b"", tuple(fields))


def _leniently(lines: Sequence[bytes]) -> AnswerHead | NotCarried:
    # A bare CR ends a line, too.
    parts = [part for line in lines for part in line.split(b"\r") if part]
    if any(b"\0" in part for part in parts):
        return NotCarried("NUL in the head of the answer")
    first = parts[0] if parts else b""
    start = first[:_SHORTEST_STATUS_LINE].lower().find(b"http")
    found = _LOOSE_VERSION.match(first, start) if start >= 0 else None
    if found is None:
        return NO_STATUS_LINE
    version = b"HTTP/1.1" if _number(found[1]) * 10_000 + _number(found[2]) > 10_000 else b"HTTP/1.0"
    rest = _LOOSE_STATUS.match(first, found.end())
    status, reason = (rest[1], rest[2]) if rest else (b"", first[found.end() :])
    if status and not (len(status) == 3 and status >= b"100"):
        return NotCarried(f"the answer's status is {status[:20].decode()}", device="")
    # Chromium uses 200 for a missing status.
    return _framed(version, int(status or b"200"), _printable(reason), _fields(parts[1:]))


def _fields(lines: Sequence[bytes]) -> list[Field]:
    fields: list[Field] = []
    may_go_on = False
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if may_go_on:
                name, value = fields[-1]
                fields[-1] = (name, b" ".join((value, line.strip(_BLANKS))).strip(_BLANKS))
            continue
        name, colon, value = line.partition(b":")
        name = name.rstrip(_BLANKS)
        may_go_on = bool(colon) and _TOKEN.fullmatch(name) is not None
        if may_go_on:
            fields.append((name, value.strip(_BLANKS + b"\v\f")))
    return fields


def _framed(version: bytes, status: int, reason: bytes, fields: list[Field]) -> AnswerHead | NotCarried:
    """Leaves one of the framings that the response declares."""
    codings = _listed(fields, b"transfer-encoding")
    lengths = _listed(fields, b"content-length")
    kept = [field for field in fields if field[0].lower() not in (b"transfer-encoding", b"content-length")]
    has_body = status >= 200 and status not in (204, 304)
    if version == b"HTTP/1.1" and b"chunked" in [coding.lower() for coding in codings]:
        framing = [(b"Transfer-Encoding", b"chunked")] if has_body else []
    elif len(set(lengths)) > 1:
        return NotCarried("the answer has two different Content-Lengths")
    elif lengths and (length := _length(lengths[0])) is not None and status != 204 and status >= 200:
        framing = [(b"Content-Length", b"%d" % length)]
    else:
        framing = []
    return AnswerHead(version, status, reason, (*kept, *framing), is_irregular=True)


def _listed(fields: list[Field], wanted: bytes) -> list[bytes]:
    """The values of one name, with the items of lists separated."""
    values = [value for name, value in fields if name.lower() == wanted]
    return [item.strip(_BLANKS) for value in values for item in value.split(b",") if item.strip(_BLANKS)]


def _length(value: bytes) -> int | None:
    """None for a length that is ignored: then the body ends with the connection."""
    if re.fullmatch(rb"\d{1,30}", value) is None:
        return None
    length = int(value)
    return length if length <= _LARGEST_LENGTH else None


def _number(digits: bytes | None) -> int:
    return int(digits) if digits else 0


def _printable(reason: bytes) -> bytes:
    return reason.strip(_BLANKS).replace(b"\n", b" ")

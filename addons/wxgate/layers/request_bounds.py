"""How much a client may send before its request is refused, checked while its head is still being read.

A phone's requests have a few dozen fields. No list of fields is ever built that is longer than the limits, so that a
flood costs no more than reading it from the wire.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mitmproxy import http
from mitmproxy.net.http import http1
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import RequestProtocolError

from wxgate.layers.answer_chunks import MOST_REQUEST_TRAILER_BYTES
from wxpolicy.call.events import LimitReached
from wxpolicy.call.events import Malformed

# The same as for a response's head (answer_head.py). Servers accept 8 KB to 64 KB.
MOST_HEAD_BYTES = 256 * 1024
MOST_FIELDS = 1000
# Each is a host that every rule checks.
MOST_HOST_FIELDS = 100
# This many fields are enough for its record: its target, and most likely its Referer.
SHOWN_FIELDS = 100
_SHOWN_BYTES = 16 * 1024

TOO_LONG = LimitReached("head", MOST_HEAD_BYTES, "bytes", "")
TOO_MANY_FIELDS = LimitReached("headers", MOST_FIELDS, "", "")
TOO_MANY_HOSTS = LimitReached("names", MOST_HOST_FIELDS, "", "")
TOO_FAR_AHEAD = LimitReached("ahead", MOST_HEAD_BYTES, "bytes", "")
TRAILER_TOO_LONG = LimitReached("trailer", MOST_REQUEST_TRAILER_BYTES, "bytes", "")

# As h11 finds it.
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_HOST_LINE = re.compile(rb"\nhost[ \t]*:", re.IGNORECASE)

# Why a request is refused before anything of it is sent.
Refusal = LimitReached | Malformed


@dataclass
class RefusedHead(RequestHeaders):
    """A request of which possibly only the beginning was parsed, so that it can be recorded; nothing of it is ever
    sent."""

    refusal: Refusal = TOO_LONG


@dataclass
class BeyondBounds(RequestProtocolError):
    """A request that exceeded a limit after its head."""

    limit: LimitReached = TOO_LONG
    is_told: bool = False


def limit_of(received: bytes) -> LimitReached | None:
    """The limit that an HTTP/1 head exceeds, as far as it has arrived. What follows its end is not checked."""
    end = _END_OF_HEAD.search(received)
    head = received if end is None else received[: end.start()]
    if len(head) > MOST_HEAD_BYTES:
        return TOO_LONG
    fields = head.count(b"\n")
    if fields > MOST_FIELDS:
        return TOO_MANY_FIELDS
    return TOO_MANY_HOSTS if fields > MOST_HOST_FIELDS and _has_too_many_hosts(_HOST_LINE.findall(head)) else None


def has_bare_line_feed(received: bytes) -> bool:
    """Whether a line of an HTTP/1 head ends with LF only: what is one line to one parser is two to another.

    What follows the head's end is not checked, nor is an incomplete head.
    """
    end = _END_OF_HEAD.search(received)
    if end is None:
        return False
    head = received[: end.end()]
    return head.count(b"\n") != head.count(b"\r\n")


def limit_of_fields(names: Sequence[bytes]) -> LimitReached | None:
    """The same for an HTTP/2 head, by the names of its fields. Their size is limited where they are decompressed."""
    if len(names) > MOST_FIELDS:
        return TOO_MANY_FIELDS
    is_long = len(names) > MOST_HOST_FIELDS
    return TOO_MANY_HOSTS if is_long and _has_too_many_hosts([each for each in names if each == b"host"]) else None


def _has_too_many_hosts(found: Sequence[bytes]) -> bool:
    return len(found) > MOST_HOST_FIELDS


def beginning_of(head: bytes) -> http.Request | None:
    """What is known of an HTTP/1 request whose head is refused; None if that is nothing."""
    lines = head[:_SHOWN_BYTES].replace(b"\r\n", b"\n").split(b"\n")
    # The last one may be incomplete.
    for shown in (lines[: min(SHOWN_FIELDS, len(lines) - 1)], lines[:1]):
        try:
            return http1.read_request_head(shown)
        except (ValueError, IndexError):
            continue
    return None


def refusal_in_words(refusal: Refusal) -> str:
    """For mitmproxy's own log and a flow's error."""
    if isinstance(refusal, Malformed):
        return refusal.why
    unit = f" {refusal.unit}" if refusal.unit else ""
    return f"a bound of the proxy was reached: {refusal.what}, {refusal.limit}{unit}"

"""What came back, as an entry of a HAR has it.

Tools differ in what they keep of a body, and only the answer's own bytes tell
its encoding. Base64 holds them (in "text", or whistle's "base64"), decompressed
as HAR 1.2 has it or, with some tools, as they came. Rules:
- text was decoded by the tool: no bytes
- bytes that are fewer than content.size, or none where there was a body, are
  cut: no bytes. A size of 0, -1 or less than what is there says nothing.
- gzip and zstd begin with a mark: bytes with the mark of the Content-Encoding
  are still compressed, and are none where they do not decompress to their end
- br and deflate have no mark: bytes are still compressed where they decompress
  to content.size exactly, and plain where they are UTF-8, or of that size
  themselves and do not decompress. Whatever else cannot be told: no bytes
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from wxcapture.captured import Answer
from wxcapture.har_body import LONGEST_BODY
from wxcapture.har_fields import headers_of
from wxcapture.har_fields import number_of
from wxcapture.har_fields import object_of
from wxcapture.har_fields import status_of
from wxcapture.har_fields import text_of
from wxpolicy.encoding.content_coding import ContentDecoder
from wxpolicy.encoding.content_coding import coding_names

_MARKS = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def answer_of(entry: Mapping[str, Any]) -> tuple[Answer | None, str]:
    """The answer, or None and the tool's reason why there is none."""
    response = object_of(entry.get("response"))
    trouble = next(
        (each for key in ("_error", "_failureText") if (each := text_of(response.get(key) or entry.get(key)))), ""
    )
    # What the server answered before the proxy refused the call: har_entry stores it separately.
    before = object_of(response.get("_answer"))
    status = number_of(before.get("status")) or status_of(response.get("status"))
    if not 100 <= status <= 999:
        # whistle's reason, beside a status of 0: "aborted".
        return None, trouble or text_of(response.get("statusCode"))
    headers = headers_of(response.get("headers"))
    keeps_headers = bool(headers)
    if redirect := text_of(before.get("redirectURL") or response.get("redirectURL")):
        headers.setdefault("location", redirect)
    content = object_of(response.get("content"))
    # If the tool keeps headers and the answer has no Content-Type, its type was guessed from the content.
    if not keeps_headers and (mime_type := text_of(content.get("mimeType"))):
        headers["content-type"] = mime_type
    body, coding = _body(content, number_of(response.get("bodySize")), headers.get("content-encoding", ""))
    return Answer(int(status), headers, body, coding), trouble


def _body(content: Mapping[str, Any], sent_bytes: float, coding: str) -> tuple[bytes | None, str]:
    """The answer's own bytes, None if they are missing, and the coding that still has to be decoded."""
    raw = _kept_bytes(content)
    size = number_of(content.get("size"))
    if not raw:
        return (None if size > 0 or sent_bytes > 0 else raw), ""
    names = coding_names(coding)
    mark = _MARKS.get(names[-1]) if names else None
    if mark and raw.startswith(mark):
        return (raw, coding) if _plain_size(raw, coding, LONGEST_BODY) is not None else (None, "")
    plain_size = _plain_size(raw, coding, size) if names and not mark else None
    if plain_size is not None and plain_size == size:
        return raw, coding
    # mitmproxy's size is that on the wire, and the difference to the decoded body is next to it.
    if len(raw) < size and len(raw) != size + number_of(content.get("compression")):
        return None, ""
    is_plain = mark or not names or (len(raw) == size and plain_size is None) or _is_utf8(raw)
    return (raw if is_plain else None), ""


def _kept_bytes(content: Mapping[str, Any]) -> bytes | None:
    text = content.get("text") if text_of(content.get("encoding")).lower() == "base64" else None
    # whistle: the bytes are next to the decoded text.
    text = text or content.get("base64") or text
    if not isinstance(text, str):
        return None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def _plain_size(raw: bytes, coding: str, most: float) -> int | None:
    """The decoded size of ``raw``, counted up to ``most``; None if it is not in that coding."""
    decoder = ContentDecoder(coding)
    size = 0
    for pieces in (decoder.feed(raw), decoder.finish()):
        for piece in pieces:
            size += len(piece)
            if size > most:
                return size
    return size if decoder.problem is None else None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True

"""Raw answers that a phone's stack takes and a strict parser refuses, with what a page gets of them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Odd:
    """``raw`` is sent for a GET. ``body`` is what Chromium's fetch gives; None where it fails.

    ``curl`` is what curl does: "as Chromium", "fails", or "differs" (it gives something else).
    ``closes``: the body ends with the connection. ``limit``: the proxy does not carry it, and says so.
    ``reused``: its connection may carry the next call.
    """

    raw: bytes
    body: bytes | None = b"{}"
    status: int = 200
    curl: str = "as Chromium"
    closes: bool = False
    limit: bool = False
    reused: bool = False


def ok(*lines: str, wire: bytes = b"{}", **more: Any) -> Odd:
    """An answer with these fields besides its type; ``wire`` follows its head."""
    head = ["HTTP/1.1 200 OK", "Content-Type: application/json", *lines]
    return Odd("\r\n".join(head).encode("utf-8") + b"\r\n\r\n" + wire, **more)


CHUNKS = b"2\r\n{}\r\n0\r\n\r\n"
LONG = [f"X-Long-{number}: {'y' * 1250}" for number in range(80)]

ODD = {
    # Framing
    "chunks and a length": ok("Content-Length: 33907", "Transfer-Encoding: chunked", wire=CHUNKS),
    "chunks, then a length": ok("Transfer-Encoding: chunked", "Content-Length: 1", wire=CHUNKS),
    "identity and a length": ok("Transfer-Encoding: identity", "Content-Length: 2", curl="differs"),
    "identity alone": ok("Transfer-Encoding: identity", closes=True),
    "two equal lengths": ok("Content-Length: 2", "Content-Length: 2"),
    "two equal lengths in one line": ok("Content-Length: 2, 2", curl="differs"),
    "a length with zeros before it": ok("Content-Length: 002"),
    "a length in words": ok("Content-Length: two", closes=True, curl="differs"),
    "two different lengths": Odd(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ", None, curl="differs"
    ),
    "neither a length nor chunks": ok(closes=True),
    # Fields
    "a line without a colon": ok("activeLang; x", "Content-Length: 2", curl="fails"),
    "a blank before the colon": ok("X-Powered-By : x", "Content-Length: 2"),
    "a blank in a name": ok("X Powered: x", "Content-Length: 2"),
    "a name that is no ASCII": ok("Ü: x", "Content-Length: 2"),
    "a line that goes on": ok("X-A: a", "  b", "Content-Length: 2", reused=False),
    "NUL in a value": Odd(b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n{}", None, curl="differs"),
    "100 KB of head": ok(*LONG, "Content-Length: 2", reused=True),
    "300 KB of head": Odd(ok(*LONG, *LONG, *LONG, "Content-Length: 2").raw, None, curl="differs", limit=True),
    # Status lines and what comes before them
    "103 before the answer": Odd(
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" + ok("Content-Length: 2").raw, reused=True
    ),
    "100 and 102 before the answer": Odd(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + ok("Content-Length: 2").raw, reused=True
    ),
    "a status line without a reason": Odd(b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", reused=True),
    "no status line": Odd(b'{"ok": true}\r\n\r\n', b'{"ok": true}\r\n\r\n', curl="fails", closes=True, limit=True),
    "lines that end with LF": Odd(b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", reused=True),
    # Chunks
    "a trailer": ok("Transfer-Encoding: chunked", wire=b"2\r\n{}\r\n0\r\nX-T: 1\r\n\r\n", reused=True),
    "a trailer without a colon": ok("Transfer-Encoding: chunked", wire=b"2\r\n{}\r\n0\r\nodd\r\n\r\n", curl="fails"),
    "blanks after a chunk's size": ok("Transfer-Encoding: chunked", wire=b"2  \r\n{}\r\n0\r\n\r\n"),
    "chunks by LF alone": ok("Transfer-Encoding: chunked", wire=b"2\n{}\n0\n\n"),
    "a chunk's size in words": ok("Transfer-Encoding: chunked", wire=b"two\r\n{}\r\n0\r\n\r\n", body=None),
    # Bodies
    "JSON with a BOM": ok(
        "Content-Length: 14", wire=b'\xef\xbb\xbf{"ok":true}', body=b'\xef\xbb\xbf{"ok":true}', reused=True
    ),
    "a GIF": Odd(
        b"HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\nContent-Length: 14\r\n\r\nGIF89a\1\0\1\0\x80\0\0;",
        b"GIF89a\1\0\1\0\x80\0\0;",
        reused=True,
    ),
    "a redirect": Odd(
        b"HTTP/1.1 302 Found\r\nLocation: https://v3-dy.ixigua.com/video/x.mp4\r\nContent-Length: 0\r\n\r\n",
        b"",
        302,
        reused=True,
    ),
}

"""A URL as its developer wrote it: Chinese instead of percent-escapes."""

import re

_ESCAPES = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")


def readable_url(url: str) -> str:
    """``url`` with escapes of non-ASCII letters decoded; what is not UTF-8 or not printable stays escaped."""
    return _ESCAPES.sub(_decoded, url)


def _decoded(escapes: re.Match[str]) -> str:
    try:
        text = bytes.fromhex(escapes[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return escapes[0]
    return text if text.isprintable() else escapes[0]

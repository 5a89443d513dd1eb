"""Multipart forms: masks the whole value of a field with a secret's name, and each part according to its type."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from wxredact.names import is_secret_key
from wxredact.values import MASK

_BOUNDARY = re.compile(r"""\bboundary\s*=\s*(?:"(?P<quoted>[^"]{1,200})"|(?P<bare>[^\s;,"]{1,200}))""", re.IGNORECASE)
_FIRST = re.compile(
    r"(?:\A|\n)--(?P<boundary>[^\r\n]{1,200}?)[ \t]*\r?\n(?:[A-Za-z-]{1,60}:[^\r\n]*\r?\n){0,20}?content-disposition:",
    re.IGNORECASE,
)
_NAME = re.compile(r"""\bname\s*=\s*(?:"(?P<quoted>(?:[^"\\\r\n]|\\.){0,200})"?|(?P<bare>[^;\s"]{1,200}))""")
_EXTENDED = re.compile(r"\bname\*\s*=\s*[\w-]*'[\w-]*'(?P<name>[^;\s]{1,200})")
_TYPE = re.compile(r"content-type:\s*([^\r\n]*)", re.IGNORECASE)
_GAP = re.compile(r"\r?\n[ \t]*\r?\n")


def mask_multipart(text: str, mime_type: str, inner: Callable[[str, str], str]) -> str | None:
    """``inner`` masks the text of a part, given its type. None if it is not a multipart form."""
    boundary = _boundary(text, mime_type)
    if boundary is None:
        return None
    border = f"--{boundary}"
    preamble, *parts = text.split(border)
    if not parts:
        return None
    return border.join([inner(preamble, "") if preamble.strip() else preamble, *(_part(part, inner) for part in parts)])


def _boundary(text: str, mime_type: str) -> str | None:
    named = _BOUNDARY.search(mime_type)
    boundary = (named["quoted"] or named["bare"]) if named else None
    if boundary and f"--{boundary}" in text:
        return boundary
    found = _FIRST.search(text)
    return found["boundary"] if found else None


def _part(part: str, inner: Callable[[str, str], str]) -> str:
    gap = _GAP.search(part)
    if gap is None:
        return part
    head, body = part[: gap.start()], part[gap.end() :]
    stripped = body.rstrip("\r\n")
    name = _EXTENDED.search(head) or _NAME.search(head)
    if name is not None and is_secret_key(
        unquote(next(each for each in name.groups("") if each or each == name.groups("")[-1]))
    ):
        masked = MASK if stripped else stripped
    else:
        content_type = _TYPE.search(head)
        masked = inner(stripped, content_type[1] if content_type else "")
    return part[: gap.end()] + masked + body[len(stripped) :]

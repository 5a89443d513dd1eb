"""Masks secrets in a text of any kind: a body, a WebSocket message, a log line.

The format is kept where that is cheap (JSON stays JSON, a form stays a form), so that a masked capture can still be
loaded. In doubt it masks; text without secrets is returned unchanged. docs/secrets.md lists what is recognised and what
is not.
"""

import re
from functools import lru_cache

from wxredact.jsontext import mask_embedded
from wxredact.jsontext import mask_json
from wxredact.loose import mask_loose
from wxredact.multipart import mask_multipart
from wxredact.redact import redact_url

_DEEPEST = 6
_REMEMBERED = 2048  # characters, of each of 256
# A text without one of these has no name with a value, and nothing that is recognised by its form.
_SIGNS = re.compile(r"""[=:：＝<>%,\t|"'@]|\d{3}|[\uff10-\uff19]{3}|ey[JIA]|[\w-]{16}|\s\S|[码令]|^/""")
_URL = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]{1,30}+://[^\s"'<>`，。；、）】」》\\]++""")
_ESCAPED_URL = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]{1,30}+:(?:\\/){2}[^\s"'<>`，。；、）】」》]++""")
_CSV = frozenset({"text/csv", "text/tab-separated-values", "application/csv"})
_FORM = "application/x-www-form-urlencoded"


def redact_text(text: str, mime_type: str = "") -> str:
    """The text of a body, or of a WebSocket message, without its secrets. Never raises; idempotent."""
    # An app that polls gets the same answer again and again.
    is_short = len(text) <= _REMEMBERED and len(mime_type) <= _REMEMBERED
    return _of_before(text, mime_type) if is_short else _redact(text, mime_type, 0)


def _redact(text: str, mime_type: str, depth: int) -> str:
    if not text or _SIGNS.search(text) is None:
        return text
    if depth > _DEEPEST:
        return mask_loose(text)

    def inner(each: str, kind: str = "") -> str:
        return _redact(each, kind, depth + 1)

    kind = mime_type.partition(";")[0].strip().lower()
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "[") and (masked := mask_json(text, inner)) is not None:
        return masked
    if (kind.startswith("multipart/") or "isposition:" in text) and (
        parts := mask_multipart(text, mime_type, inner)
    ) is not None:
        return parts
    if kind == _FORM or _is_form(start):
        # As a query, where the rules are the same; a # in a form is escaped.
        return redact_url("?" + text)[1:]
    if _is_url(start):
        return redact_url(text)
    if "{" in text or "[" in text:
        text = mask_embedded(text, inner)
    return mask_loose(_mask_urls(text), kind in _CSV)


@lru_cache(maxsize=256)
def _of_before(text: str, mime_type: str) -> str:
    return _redact(text, mime_type, 0)


def _mask_urls(text: str) -> str:
    if "://" in text:
        text = _URL.sub(lambda found: redact_url(found[0]), text)
    if ":\\/\\/" in text:
        text = _ESCAPED_URL.sub(lambda found: redact_url(found[0].replace("\\/", "/")).replace("/", "\\/"), text)
    return text


def _is_form(text: str) -> bool:
    head = text[:200]
    return (
        "=" in head
        and not re.search(r"[\s<>{}\"'`()\[]", text[:2000].partition("=")[0])
        and not re.search(r"[\s<>{}\"]", head)
    )


def _is_url(text: str) -> bool:
    return (text.startswith("/") or _URL.match(text) is not None) and not re.search(r"\s", text[:4000].strip())

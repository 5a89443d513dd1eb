"""Secrets in headers and bodies: masked wherever they are exported, unless somebody asks for them.

A body keeps its form where that is cheap (JSON stays JSON, a form a form), so
that a masked capture still loads. Too much is masked rather than too little:
what looks like a secret's name masks the whole of its value.
"""

import json
import re
from typing import Any

from wxredact.redact import MASK
from wxredact.redact import is_secret_key
from wxredact.redact import redact_url

_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie2", "x-wx-skey", "x-wx-encrypted-data", "x-wx-iv"}
)
# Browsers have no other place for a socket's token; a real subprotocol's name is short.
_LONGEST_SUBPROTOCOL = 24
# {"code": 0} is how half of all APIs say that all is well; a login code is long.
_STATUS_KEYS = frozenset({"code"})
_LONGEST_STATUS = 5
_DEEPEST = 100

_PHONE = re.compile(r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d{9}(?!\d)")
_PHONE_NUMBER = re.compile(r"(?:86)?1[3-9]\d{9}")
# name="value", name: value, name=value: up to where the value plainly ends.
_PAIR = re.compile(
    r"""(?P<key>[\w$.\[\]%-]{1,100})(?P<sign>["']?\s{0,8}[=:]\s{0,8})(?P<value>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[^\s&;,<>"'{}]+)"""
)
_ELEMENT = re.compile(
    r"<(?P<key>[\w:.-]{1,100})(?P<rest>[^<>]*)>(?P<value>(?:<!\[CDATA\[.*?(?:\]\]>|$)|[^<]+))", re.DOTALL
)
_ATTRIBUTES = re.compile(
    r"""\bname\s*=\s*["']?(?P<key>[\w.\[\]-]+)["']?(?P<between>[^<>]*?\bvalue\s*=\s*)(?P<value>"[^"]*"?|'[^']*'?|[^\s>]+)""",
    re.IGNORECASE,
)
_SECRET_BYTES = re.compile(
    rb"token|secret|session|passw|pwd|signature|ticket|api_?key|app_?key|access_?key|private_?key|authori[sz]ation|bearer|encrypteddata",
    re.IGNORECASE,
)


def redact_header(name: str, value: str) -> str:
    """A header's value without what a server takes for somebody's identity."""
    key = name.strip().lower()
    if key == "cookie":
        return "; ".join(_cookie(pair.strip()) for pair in value.split(";"))
    if key == "set-cookie":
        first, semicolon, attributes = value.partition(";")
        return _cookie(first) + semicolon + attributes
    if key in _SECRET_HEADERS or is_secret_key(key):
        return MASK
    if key == "sec-websocket-protocol" and len(value) > _LONGEST_SUBPROTOCOL:
        return MASK
    if key in ("referer", "location", "content-location", "origin") or "://" in value:
        return redact_url(value)
    if "=" in value or ":" in value:
        return _redact_pairs(value)
    return value


def redact_text(text: str, mime_type: str = "") -> str:
    """A body's text, or a socket's message, without its secrets. Never raises."""
    kind = mime_type.partition(";")[0].strip().lower()
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "["):
        masked = _redact_json(text, start)
        if masked is not None:
            return masked
    if kind == "application/x-www-form-urlencoded" or _is_form(start):
        # As a query, where the rules are the same; a form's own # is escaped.
        return redact_url("?" + text)[1:]
    if kind.startswith("multipart/"):
        text = _redact_parts(text)
    return _PHONE.sub(MASK, _redact_pairs(_redact_markup(text)))


def has_secret_words(data: bytes) -> bool:
    """Whether bytes that are no text name a secret: such a body is better left out."""
    return _SECRET_BYTES.search(data) is not None


def _cookie(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    # Without "=" nobody can tell a name from a value.
    return f"{name}={MASK}" if equals else MASK if pair.strip() else pair


def _is_form(text: str) -> bool:
    head = text[:200]
    return "=" in head and not re.search(r"[\s<>{}\"]", head)


def _redact_json(text: str, start: str) -> str | None:
    """None where it is no JSON."""
    try:
        found = json.loads(start)
        masked = _value(found, 0)
        if masked == found:
            return text
        return text[: len(text) - len(start)] + json.dumps(masked, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None


def _value(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        return MASK
    if isinstance(value, dict):
        return {_redact_loose(key): _member(key, each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_value(each, depth + 1) for each in value]
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int) and not isinstance(value, bool) and _PHONE_NUMBER.fullmatch(str(value)):
        return MASK
    return value


def _member(key: str, value: Any, depth: int) -> Any:
    if not is_secret_key(key) or value is None or isinstance(value, bool):
        return _value(value, depth)
    if key.strip().lower() in _STATUS_KEYS and (
        isinstance(value, (int, float)) or (isinstance(value, str) and len(value) < _LONGEST_STATUS)
    ):
        return value
    return MASK


def _string(text: str) -> str:
    if text.lstrip()[:1] in ("{", "["):
        return redact_text(text)  # JSON inside JSON, as templates and logs have it
    return _redact_loose(text)


def _redact_loose(text: str) -> str:
    if "://" in text or text.startswith("/") or _is_form(text):
        prefix = "" if "?" in text or "://" in text or text.startswith("/") else "?"
        text = redact_url(prefix + text)[len(prefix) :]
    return _PHONE.sub(MASK, _redact_pairs(text))


def _redact_pairs(text: str) -> str:
    return _PAIR.sub(_pair, text)


def _pair(found: re.Match[str]) -> str:
    if not is_secret_key(found["key"]):
        # The value may itself hold pairs: a=b=c, "x": "token=1".
        return (
            found["key"]
            + found["sign"]
            + (_PAIR.sub(_pair, found["value"]) if _PAIR.search(found["value"]) else found["value"])
        )
    value = found["value"]
    if found["key"].strip().lower() in _STATUS_KEYS and len(value) < _LONGEST_STATUS:
        return found[0]
    quote = value[0] if value[0] in "\"'" else ""
    return found["key"] + found["sign"] + quote + MASK + quote


def _redact_markup(text: str) -> str:
    if "<" not in text:
        return text
    text = _ELEMENT.sub(_element, text)
    return _ATTRIBUTES.sub(
        lambda found: found[0].replace(found["value"], f'"{MASK}"') if is_secret_key(found["key"]) else found[0], text
    )


def _element(found: re.Match[str]) -> str:
    if not is_secret_key(found["key"].rpartition(":")[2]):
        return found[0]
    return f"<{found['key']}{found['rest']}>{MASK}"


def _redact_parts(text: str) -> str:
    """A multipart form: the value of a field with a secret's name."""
    border, newline, _ = text.partition("\n")
    border = border.strip()
    if not newline or not border.startswith("--"):
        return text
    parts = text.split(border)
    return border.join(_part(part) for part in parts)


def _part(part: str) -> str:
    for gap in ("\r\n\r\n", "\n\n"):
        head, found, body = part.partition(gap)
        if found:
            name = re.search(r"""\bname="?([^";\r\n]*)""", head)
            if name and is_secret_key(name[1]):
                return head + found + MASK + (body[len(body.rstrip("\r\n")) :])
            content_type = re.search(r"content-type:\s*([^\r\n]*)", head, re.IGNORECASE)
            stripped = body.rstrip("\r\n")
            if stripped[:1] in ("{", "["):
                body = redact_text(stripped, content_type[1] if content_type else "") + body[len(stripped) :]
            return head + found + body
    return part

"""Masks the value of a header that identifies or authenticates a client."""

import re
from functools import lru_cache

from wxredact.bodies import redact_text
from wxredact.names import is_secret_key
from wxredact.redact import redact_url
from wxredact.values import MASK

_SECRET = frozenset(
    {"authorization", "proxy-authorization", "cookie2", "x-wx-encrypted-data", "x-wx-iv", "x-wx-code", "x-login-code", "x-wx-phone", "x-phone", "x-mobile", "x-forwarded-user", "x-remote-user", "x-auth-user"}
)  # fmt: skip
_URLS = frozenset(
    {
        "referer",
        "location",
        "content-location",
        "origin",
        "x-original-url",
        "x-rewrite-url",
        "x-forwarded-uri",
        "destination",
    }
)
# These contain names or digests, whatever they look like.
_HARMLESS = frozenset(
    {
        "access-control-allow-headers", "access-control-expose-headers", "access-control-request-headers", "vary", "date", "expires",
        "last-modified", "if-modified-since", "sec-websocket-key", "sec-websocket-accept", "content-length", "accept-encoding", "trailer",
    }
)  # fmt: skip
# Browsers have no other place for a WebSocket's token; the name of a real subprotocol is short.
_LONGEST_SUBPROTOCOL = 24
LONGEST_REMEMBERED = 1024


def redact_header(name: str, value: str) -> str:
    """Never raises."""
    # A client's headers are mostly the same from call to call.
    if len(name) + len(value) <= LONGEST_REMEMBERED:
        return _of_before(name, value)
    return _redacted(name, value)


def _redacted(name: str, value: str) -> str:
    key = name.strip().lower()
    if key in _HARMLESS:
        return value
    if key == "cookie":
        return "; ".join(_cookie(pair.strip()) for pair in value.split(";"))
    if key == "set-cookie":
        first, semicolon, attributes = value.partition(";")
        return _cookie(first) + semicolon + attributes
    if key in _SECRET or is_secret_key(name):
        return MASK if value.strip() else value
    if key == "sec-websocket-protocol":
        return _subprotocols(value)
    if key in _URLS:
        return redact_url(value)
    return redact_text(value)


_of_before = lru_cache(maxsize=512)(_redacted)


def _cookie(pair: str) -> str:
    name, equals, _ = pair.partition("=")
    # Without "=" a name cannot be told from a value.
    return f"{name}={MASK}" if equals else MASK if pair.strip() else pair


def _subprotocols(value: str) -> str:
    names, behind = [], ""
    for name in re.split(r"(,\s*)", value):
        if name.lstrip(",").strip() == "":
            names.append(name)
            continue
        # ["access_token", "X"]: treated as a pair.
        names.append(MASK if behind or len(name) > _LONGEST_SUBPROTOCOL else redact_text(name))
        behind = name if is_secret_key(name) and not behind else ""
    return "".join(names)

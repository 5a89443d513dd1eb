"""Heads of messages that could be parsed in two ways: corrected if there is one valid interpretation, else refused.

HTTP/2 and HTTP/3 allow any byte in a field, and HTTP/1 on the other side would take a line break for the next field, or
for the next request. No platform's client sends such a head.
"""

import re
from itertools import chain

import wsproto.handshake
from mitmproxy import http

from wxpolicy.call.events import Malformed

_BREAKING = re.compile(rb"[\r\n\0]")
_NO_TARGET = re.compile(rb"[\x00-\x20\x7f]")
# RFC 9112 §5.2: the continuation of a field on the next line is equivalent to a blank.
_FOLD = re.compile(rb"\r\n[ \t]+")
_SWITCHING = 101


def put_right(message: http.Message) -> None:
    """Removes leading and trailing blanks of a value (RFC 9110 §5.5), and the line breaks of a folded one."""
    fields = message.headers.fields
    # mitmproxy's parser of HTTP/1 has stripped the values, except those of folded lines.
    is_folded = message.data.http_version.startswith(b"HTTP/1.")
    if is_folded:
        is_wrong = b"\r\n" in b"".join(chain.from_iterable(fields))
    else:
        is_wrong = any(value != value.strip(b" \t") for _, value in fields)
    if is_wrong:
        message.headers.fields = tuple(
            (name, (_FOLD.sub(b" ", value) if is_folded else value).strip(b" \t")) for name, value in fields
        )


def request_fault(request: http.Request) -> Malformed | None:
    """Why a request is refused before anything of it is sent; None if it may be forwarded."""
    data = request.data
    for part, value in (("method", data.method), ("path", data.path), ("authority", data.authority)):
        if _NO_TARGET.search(value):
            return Malformed(f"the request's {part} holds a blank or a control character")
    if len(request.headers.get_all("upgrade")) > 1:
        return Malformed("the request has two Upgrade lines")
    fault = _fields_fault(request)
    return None if fault is None else Malformed(fault)


def response_fault(request: http.Request, response: http.Response, is_judged: bool) -> str | None:
    """Why a response is not forwarded. Faults that matter only for judged calls are ignored in other traffic."""
    if (fault := _fields_fault(response)) is not None:
        return fault
    if 100 <= response.status_code < 200 and response.status_code != _SWITCHING:
        return f"the answer has the interim status {response.status_code}"
    if response.status_code == _SWITCHING:
        return _switching_fault(request, response, is_judged)
    if is_judged and len(set(response.headers.get_all("location"))) > 1:
        return "the answer has two Location lines"
    return None


def _switching_fault(request: http.Request, response: http.Response, is_judged: bool) -> str | None:
    asked = request.headers.get("upgrade", "").strip().lower()
    given = response.headers.get("upgrade", "").strip().lower()
    if not asked or asked != given:
        return f"the server switched to {given or 'another protocol'}, which was not asked for"
    version = request.headers.get("sec-websocket-version", "").encode()
    if is_judged and (asked != "websocket" or version != wsproto.handshake.WEBSOCKET_VERSION):
        return f"the server switched to {given}, which no mini-program speaks"
    return None


def _fields_fault(message: http.Message) -> str | None:
    if _BREAKING.search(b"".join(chain.from_iterable(message.headers.fields))):
        return "a header field holds a line break or a NUL"
    return None

"""A HAR of any tool, call by call.

What is taken as it comes: a BOM, missing fields, headers as a list or an
object, "http/2.0" in any spelling, status 0 or -1 for no answer, sockets with
https: addresses, pseudo headers of HTTP/2, dates of RFC 3339 or RFC 9110.
A default port is no port: tools put it in (Fiddler) where the code spelled none.
"""

import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from typing import BinaryIO

from wxcapture.captured import Answer
from wxcapture.captured import Captured
from wxcapture.captured import Item
from wxcapture.captured import Mistake
from wxcapture.captured import Skipped
from wxcapture.captured import Unreadable
from wxcapture.captured import Untrusting
from wxcapture.har_answer import answer_of
from wxcapture.har_fields import headers_of
from wxcapture.har_fields import list_of
from wxcapture.har_fields import number_of
from wxcapture.har_fields import object_of
from wxcapture.har_fields import status_of
from wxcapture.har_fields import text_of
from wxcapture.har_fields import time_of
from wxcapture.json_stream import JsonStream
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.call.kinds import DECLARING_HEADER
from wxpolicy.call.record import CallRecord
from wxpolicy.call.recorded import record_from_json
from wxpolicy.terms import Confidence
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable
from wxpolicy.url.urls import DEFAULT_PORTS
from wxpolicy.url.urls import NETWORK_SCHEMES
from wxpolicy.url.urls import read_url
from wxpolicy.url.urls import resolve
from wxredact.redact import redact_url
from wxredact.values import MASK

UNKNOWN_DEVICE = "unknown"
# HTTP Toolkit's reasons for a failed handshake: a client that does not trust a certificate says so, or just closes.
_UNTRUSTING = frozenset({"cert-rejected", "closed", "reset"})
# A browser's resource type as the Sec-Fetch-Dest that older HARs omit.
_DESTINATIONS = {
    "image": "image", "document": "document", "iframe": "iframe", "script": "script", "stylesheet": "style", "font": "font",
}  # fmt: skip
_NO_AUTHORITY = frozenset("/?#@")
# Other schemes precede two slashes, or it is a host with its port: "api.example.com:443/".
_SCHEME = re.compile(
    r"(https?|wss?|data|blob|about|javascript|view-source|mailto|tel|sms):|([a-z][a-z0-9+.-]*)://", re.IGNORECASE
)
_PORT_OF_LOCATION = re.compile(r"^(\s*(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*):[0-9]+", re.IGNORECASE)
_USER_INFO = re.compile(r"^(/*)[^/?#]*@")  # of an address without a scheme


def read_har(file: BinaryIO, name: str, completed: Callable[[Any], Any] = lambda entry: entry) -> Iterator[Item]:
    """Every entry, each passed through ``completed``. Raises Unreadable if the file cannot be read any further: earlier
    entries remain valid."""
    stream = JsonStream(file, name)
    found = False
    if stream.peek() != "{":
        raise stream.broken(_NO_HAR)
    for key in stream.members():
        if key != "log" or stream.peek() != "{":
            stream.value()
            continue
        for part in stream.members():
            if part == "_tlsErrors" and stream.peek() == "[":
                yield from (_tls_error(value) for _, value in stream.elements())
                continue
            if part != "entries" or stream.peek() != "[":
                stream.value()
                continue
            found = True
            for number, (place, value) in enumerate(stream.elements(), 1):
                yield read_entry(completed(value), number, f"{name}:{place}")
    if not found:
        raise Unreadable(
            Text(
                f"{name}：不是 HAR 文件，没有 log.entries 数组。请用抓包工具重新导出 HAR 1.2",
                f"{name}: not a HAR file, it has no log.entries array. Export it again as HAR 1.2",
            )
        )
    if stream.peek():
        raise stream.broken(_NOT_THE_END)


def _tls_error(error: Any) -> Item:
    """HTTP Toolkit's list of failed handshakes with clients."""
    fields = object_of(error)
    host = text_of(fields.get("hostname"))
    if not host or text_of(fields.get("cause")) not in _UNTRUSTING:
        return Skipped("raw")
    device = text_of(fields.get("clientIPAddress")).removeprefix("::ffff:")
    return Untrusting(printable(beginning(device)) or UNKNOWN_DEVICE, printable(beginning(host)))


def read_entry(entry: Any, number: int, place: str) -> Item:
    """One element of log.entries, whatever its type; never raises."""
    request = object_of(object_of(entry).get("request"))
    url = request.get("url")
    if not isinstance(url, str) or not url.strip():
        return _no_url(place, number)
    recorded = record_from_json(entry.get("_miniprogram"))
    method = text_of(request.get("method")) or "GET"
    is_tunnel = recorded is not None and method == "CONNECT" and url.startswith("tcp://")
    is_socket = _is_websocket(entry)
    if method.upper() == "CONNECT" and not (is_tunnel or is_socket):
        return Skipped("raw")
    if not is_tunnel:
        scheme = _SCHEME.match(url.strip())
        if scheme is None:
            return _no_url(place, number, url.strip())
        if (scheme[1] or scheme[2]).lower() not in NETWORK_SCHEMES:
            return Skipped("local")
    answer, trouble = answer_of(entry)
    told = headers_of(object_of(entry.get("response")).get("headers"))
    # A redirectURL without a Location header was resolved by the tool.
    if recorded is None and answer is not None and "location" in answer.headers and "location" not in told:
        location = _without_default_port(url, answer.headers["location"])
        answer = replace(answer, headers={**answer.headers, "location": location})
    timings = object_of(entry.get("timings"))
    # ssl is part of connect; what did not happen is -1.
    sent_ms = (
        sum(max(0.0, number_of(timings.get(name))) for name in ("dns", "connect", "send"))
        if "send" in timings
        else None
    )
    return Captured(
        id=recorded.id if recorded else f"{number}",
        facts=_facts(entry, request, url, method, is_socket, recorded),
        url=recorded.url if recorded else url.partition("#")[0],
        started_at=recorded.started_at if recorded else time_of(entry.get("startedDateTime")),
        duration_ms=round(max(0.0, number_of(entry.get("time")) - max(0.0, number_of(timings.get("blocked"))))),
        sent_ms=sent_ms,
        answered_ms=sent_ms + max(0.0, number_of(timings["wait"]))
        if sent_ms is not None and "wait" in timings
        else None,
        request_bytes=round(max(0.0, number_of(request.get("bodySize")))),
        response_bytes=round(max(0.0, number_of(object_of(entry.get("response")).get("bodySize")))),
        answer=answer,
        trouble=trouble,
        recorded=recorded,
        is_tunnel=is_tunnel,
        is_open_socket=is_socket and _is_open(entry, answer),
    )


def _no_url(place: str, number: int, found: str = "") -> Mistake:
    shown = printable(beginning(_USER_INFO.sub(rf"\1{MASK}@", redact_url(found))))
    zh, en = (f"，实际是 {shown}", f", found {shown}") if found else ("", "")
    return Mistake(
        Text(
            f"{place}：第 {number} 条缺少 request.url（应为完整的 URL{zh}），已跳过",
            f"{place}: entry {number} has no request.url (expected a full URL{en}); it was skipped",
        )
    )


def _facts(
    entry: Mapping[str, Any],
    request: Mapping[str, Any],
    text: str,
    method: str,
    is_socket: bool,
    recorded: CallRecord | None,
) -> CallFacts:
    headers = headers_of(request.get("headers"))
    mime_type = text_of(object_of(request.get("postData")).get("mimeType"))
    if mime_type:
        headers.setdefault("content-type", mime_type)
    if destination := _DESTINATIONS.get(text_of(entry.get("_resourceType")).lower()):
        headers.setdefault("sec-fetch-dest", destination)
    if recorded and recorded.api_confidence == Confidence.DECLARED:
        # The proxy removed the header before it forwarded the call.
        headers[DECLARING_HEADER] = recorded.api
    url = read_url(text.replace("tcp://", "https://", 1) if text.startswith("tcp://") else text)
    scheme = url.scheme or text.strip().partition(":")[0].lower()
    if scheme in ("http", "https") and is_socket:
        scheme = "wss" if scheme == "https" else "ws"
    names = _own_names(entry) if recorded else ()
    return CallFacts(
        device=recorded.device if recorded else text_of(entry.get("clientIPAddress")) or UNKNOWN_DEVICE,
        method=method,
        scheme=scheme,
        names=names or _names(text, headers),
        path=url.path,
        headers=headers,
        has_body=bool(text_of(object_of(request.get("postData")).get("text"))),
    )


def _names(text: str, headers: Mapping[str, str]) -> tuple[CarriedName, ...]:
    url = read_url(text)
    if url.invalid is None:
        names = [CarriedName(Where.URL, url.host.spelled, _spelled_port(url.scheme, url.port))]
    else:
        # Unparsed, so that the rule for URLs finds what is wrong with it.
        authority = text.strip().partition("://")[2]
        for end in "/?#":
            authority = authority.partition(end)[0]
        names = [CarriedName(Where.URL, authority)]
    for where, header in ((Where.AUTHORITY, ":authority"), (Where.HOST, "host")):
        if value := headers.get(header):
            named = read_url(f"https://{value}")
            if named.invalid is None and not _NO_AUTHORITY & set(value):
                names.append(CarriedName(where, named.host.spelled, _spelled_port(url.scheme, named.port)))
            else:
                names.append(CarriedName(where, value))
    return tuple(names)


def _spelled_port(scheme: str, port: int | None) -> int | None:
    return None if port == DEFAULT_PORTS.get(scheme) else port


def _without_default_port(url: str, location: str) -> str:
    target = resolve(url, location)
    if target.invalid or _spelled_port(target.scheme, target.port) == target.port:
        return location
    return _PORT_OF_LOCATION.sub(r"\1", location)


def _own_names(entry: Mapping[str, Any]) -> tuple[CarriedName, ...]:
    """The names as the live proxy saw them, which a URL alone does not show (written by har_entry)."""
    names = []
    for each in list_of(entry.get("_names")):
        where, host, port = (object_of(each).get(key) for key in ("where", "host", "port"))
        if where not in tuple(Where) or not isinstance(host, str) or not (port is None or type(port) is int):
            return ()
        names.append(CarriedName(Where(where), host, port))
    return tuple(names)


def _is_websocket(entry: Mapping[str, Any]) -> bool:
    """Whether anything in the entry shows a WebSocket: tools omit what others write.

    A client that upgrades to nothing else got its 101 for a WebSocket, even if the tool omitted the headers.
    """
    if text_of(entry.get("_resourceType")).lower() == "websocket" or isinstance(entry.get("_webSocketMessages"), list):
        return True
    asked = headers_of(object_of(entry.get("request")).get("headers"))
    wanted = _listed(asked.get("upgrade"))
    # ":protocol": a WebSocket over HTTP/2 is a CONNECT (RFC 8441).
    if "websocket" in (*wanted, asked.get(":protocol", "").strip().lower()) or "sec-websocket-key" in asked:
        return True
    response = object_of(entry.get("response"))
    if status_of(response.get("status")) != 101:
        return False
    given = headers_of(response.get("headers"))
    return "sec-websocket-accept" in given or "websocket" in (_listed(given.get("upgrade")) or wanted or ("websocket",))


def _is_open(entry: Mapping[str, Any], answer: Answer | None) -> bool:
    """Whether a WebSocket handshake succeeded without a 101: over HTTP/2 it is a 2xx (RFC 8441 §5)."""
    if answer is None or not 200 <= answer.status <= 299:
        return False
    if text_of(object_of(entry.get("request")).get("method")).upper() == "CONNECT":
        return True
    versions = (text_of(object_of(entry.get(side)).get("httpVersion")).lower() for side in ("request", "response"))
    over_http2 = any(version.startswith(("h2", "http/2", "h3", "http/3")) for version in versions)
    return over_http2 or bool(list_of(entry.get("_webSocketMessages")))


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(each.strip().lower() for each in (value or "").split(",") if each.strip())


_NO_HAR = Text(
    '不是 HAR 文件，应为 {"log": {"entries": [...]}}', 'not a HAR file, expected {"log": {"entries": [...]}}'
)
_NOT_THE_END = Text(
    "HAR 在这里已经结束，后面的内容没有读取；应为文件结尾",
    "the HAR ends here, and what follows was not read; expected the end of the file",
)

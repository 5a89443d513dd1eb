"""Reads an HTTP call from a flow file in a third of the time that mitmproxy's own reader needs.

What repeats from call to call, its connections with their certificates, is parsed once; what is not needed (the
verdicts in ``metadata``) is skipped. It reads only what it knows completely: for everything else (another format
version, a WebSocket, a missing or additional field, another type) it returns None, and mitmproxy's own reader decides.
Skipped parts are not checked: a flow is read here even if something inside its metadata or its backup is malformed, for
which mitmproxy would reject it.
"""

from collections.abc import Callable
from typing import Any

from mitmproxy import connection
from mitmproxy import flow as mitmflow
from mitmproxy import http

from wxcapture.netstring import Place
from wxcapture.netstring import members_at
from wxcapture.netstring import shallow_at
from wxcapture.netstring import value_at

# What mitmproxy 11.0 to 12.3 write.
FORMAT_VERSION = 21
# What this product puts into flow.metadata, and the part of it that readers need.
METADATA = "miniprogram"
KEPT_METADATA = frozenset({"api", "api_confidence", "asked", "request_body", "response_body"})
# And for a failed flow: its reason. mitmproxy's own is only that it was killed.
KEPT_OF_A_FAILURE = KEPT_METADATA | {"acted", "outcome", "errno", "errmsg", "findings"}
# More connections than a phone has open at a time; each takes some kilobytes.
MOST_CONNECTIONS = 256
# The fields of a flow that these versions write, no more and no less.
_FIELDS = frozenset(
    {
        b"version", b"type", b"id", b"error", b"client_conn", b"server_conn", b"intercepted", b"is_replay", b"marked", b"metadata",
        b"comment", b"timestamp_created", b"backup", b"request", b"response", b"websocket",
    }
)  # fmt: skip
_METADATA_KEY = METADATA.encode()
_KEPT = {name.encode(): name for name in KEPT_METADATA}
_KEPT_OF_A_FAILURE = {name.encode(): name for name in KEPT_OF_A_FAILURE}
# The headers of a client's calls, or of a server's answers, are mostly the same from call to call.
MOST_HEADERS = 512
LONGEST_HEADERS = 4096

Fields = tuple[tuple[bytes, bytes], ...]


class QuickFlows:
    """Reads the flows of one file. Flows of one connection share its object, as they do live."""

    def __init__(self) -> None:
        self._connections: dict[bytes, Any] = {}
        self._headers: dict[bytes, Fields] = {}

    def read(self, data: bytes) -> http.HTTPFlow | None:
        """The flow in ``data``; None if any part of it is unknown."""
        try:
            return self._read(data)
        except Exception:
            return None

    def _read(self, data: bytes) -> http.HTTPFlow | None:
        state: dict[bytes, Any] = shallow_at(data, 0, len(data))
        if state.keys() != _FIELDS:
            return None
        if state[b"type"] != "http" or state[b"version"] != FORMAT_VERSION or state[b"websocket"] is not None:
            return None
        client = self._connection(data[slice(*state[b"client_conn"])], connection.Client.from_state)
        server = self._connection(data[slice(*state[b"server_conn"])], connection.Server.from_state)
        flow = http.HTTPFlow(client, server, live=False)
        flow.id = _exactly(state[b"id"], str)
        flow.request = http.Request.__new__(http.Request)
        flow.request.data = self._message(data, state[b"request"], _REQUEST, http.RequestData)
        if state[b"response"] is not None:
            flow.response = http.Response.__new__(http.Response)
            flow.response.data = self._message(data, state[b"response"], _RESPONSE, http.ResponseData)
        if state[b"error"] is not None:
            flow.error = mitmflow.Error.from_state(value_at(data, *state[b"error"])[0])
        flow.metadata = _metadata(data, state[b"metadata"], _KEPT if flow.error is None else _KEPT_OF_A_FAILURE)
        return flow

    def _message(self, data: bytes, place: Place, fields: "dict[bytes, Field]", kind: type[http.MessageData]) -> Any:
        """A message's data, without mitmproxy's slow check of each field's type.

        Raises TypeError for another type, or for fields that are not ``fields``.
        """
        state = shallow_at(data, *place)
        if state.keys() != fields.keys():
            raise TypeError("other fields")
        made = kind.__new__(kind)
        for key, (name, kinds) in fields.items():
            value = state[key]
            if type(value) not in kinds:
                raise TypeError(name)
            made.__dict__[name] = value
        headers = http.Headers.__new__(http.Headers)
        headers.fields = self._fields(data[slice(*made.__dict__["headers"])])
        made.__dict__["headers"] = headers
        return made

    def _fields(self, data: bytes) -> Fields:
        found = self._headers.get(data)
        if found is None:
            value, _ = value_at(data, 0, len(data))
            if not isinstance(value, list):
                raise TypeError("headers")
            found = tuple((name, content) for name, content in value)
            if not all(type(each) is bytes for field in found for each in field):
                raise TypeError("headers")
            if len(data) <= LONGEST_HEADERS:
                if len(self._headers) >= MOST_HEADERS:
                    self._headers.pop(next(iter(self._headers)))
                self._headers[data] = found
        return found

    def _connection(self, data: bytes, made_of: Callable[[Any], Any]) -> Any:
        found = self._connections.get(data)
        if found is None:
            if len(self._connections) >= MOST_CONNECTIONS:
                self._connections.pop(next(iter(self._connections)))
            found = made_of(value_at(data, 0, len(data))[0])
            self._connections[data] = found
        return found


def _metadata(data: bytes, place: Place, kept: dict[bytes, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, at, after in members_at(data, *place):
        # Of duplicates, the last one counts, as with mitmproxy: here and inside it.
        if key == _METADATA_KEY:
            told: dict[str, Any] = {}
            behind = max(data.rfind(b"%d:%b;" % (len(name), name), at, after) for name in kept)
            for name, start, end in members_at(data, at, after) if behind >= 0 else ():
                if name in kept:
                    told[kept[name]] = value_at(data, start, end)[0]
                if end > behind:
                    break  # no further member is one of them
            found = {METADATA: told}
    return found


_NONE = type(None)
Field = tuple[str, tuple[type, ...]]
_MESSAGE: dict[str, tuple[type, ...]] = {
    "http_version": (bytes,),
    "headers": (tuple,),  # the Place of a list
    "content": (bytes, _NONE),
    "trailers": (_NONE,),
    "timestamp_start": (float, int),
    "timestamp_end": (float, int, _NONE),
}


def _by_key(fields: dict[str, tuple[type, ...]]) -> dict[bytes, Field]:
    return {name.encode(): (name, kinds) for name, kinds in (_MESSAGE | fields).items()}


_REQUEST = _by_key(
    {"host": (str,), "port": (int,), "method": (bytes,), "scheme": (bytes,), "authority": (bytes,), "path": (bytes,)}
)
_RESPONSE = _by_key({"status_code": (int,), "reason": (bytes,)})


def _exactly(value: object, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"found {type(value).__name__}")
    return value

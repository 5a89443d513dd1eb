"""A flow in mitmproxy's file format, for flows.mitm, without serialising its connections again for each call.

A connection with its certificates is two thirds of a flow and the same from call to call; header fields are too.
Nothing is copied on the way. What a flow consists of is compared with mitmproxy (``get_state``) when a session starts:
if it is not what is written here, and for everything but answered HTTP calls, each flow uses ``get_state``.
"""

import copy
import logging
import weakref
from dataclasses import dataclass
from typing import Any

from mitmproxy import connection
from mitmproxy import flow as mitmflow
from mitmproxy import http
from mitmproxy import version

from wxsession.netstrings import Dumped
from wxsession.netstrings import dumped
from wxsession.netstrings import joined
from wxsession.netstrings import key
from wxsession.netstrings import value_at

logger = logging.getLogger(__name__)

# Header fields seen before. Limited in number and in size: they come from the wire.
MOST_FIELDS, LONGEST_FIELD = 2048, 256
_NONE = dumped(None)


@dataclass(frozen=True, slots=True)
class _Written:
    """A connection that is already serialised: its state at that time, and the bytes that replace it in a flow."""

    fields: dict[str, Any]
    data: bytes

    def get_state(self) -> Dumped:
        return Dumped(self.data)


class Serialiser:
    def __init__(self) -> None:
        self._written: weakref.WeakKeyDictionary[connection.Connection, _Written] = weakref.WeakKeyDictionary()
        self._fields: dict[tuple[bytes, bytes], bytes] = {}
        self._is_known = self._writes_as_mitmproxy_does()

    def serialised(self, flow: mitmflow.Flow) -> bytes | None:
        """The flow's bytes; None if it contains something that the format does not support, which is reported."""
        try:
            if self._is_known and type(flow) is http.HTTPFlow and flow.websocket is None and flow._backup is None:
                return self._http(flow)
            return self._of_any_kind(flow)
        except Exception:
            logger.exception("a flow could not be serialised for flows.mitm")
            return None

    def _of_any_kind(self, flow: mitmflow.Flow) -> bytes:
        shallow: Any = copy.copy(flow)
        shallow.client_conn = self._connection(flow.client_conn)
        shallow.server_conn = self._connection(flow.server_conn)
        return dumped(shallow.get_state())

    def _http(self, flow: http.HTTPFlow) -> bytes:
        return joined(
            [
                key("version"),
                dumped(version.FLOW_FORMAT_VERSION),
                key("type"),
                key(flow.type),
                key("id"),
                dumped(flow.id),
                key("error"),
                dumped(flow.error.get_state()) if flow.error else _NONE,
                key("client_conn"),
                self._connection(flow.client_conn).data,
                key("server_conn"),
                self._connection(flow.server_conn).data,
                key("intercepted"),
                dumped(flow.intercepted),
                key("is_replay"),
                dumped(flow.is_replay),
                key("marked"),
                dumped(flow.marked),
                key("metadata"),
                dumped(flow.metadata),
                key("comment"),
                dumped(flow.comment),
                key("timestamp_created"),
                dumped(flow.timestamp_created),
                key("backup"),
                _NONE,
                key("request"),
                self._message(flow.request),
                key("response"),
                self._message(flow.response) if flow.response else _NONE,
                key("websocket"),
                _NONE,
            ]
        )

    def _message(self, message: http.Message) -> bytes:
        parts = []
        for name, value in vars(message.data).items():
            parts.append(key(name))
            parts.append(self._headers(value) if type(value) is http.Headers else dumped(value))
        return joined(parts)

    def _headers(self, headers: http.Headers) -> bytes:
        known = self._fields
        parts = []
        for field in headers.fields:
            found = known.get(field)
            if found is None:
                found = dumped(field)
                if len(found) <= LONGEST_FIELD:
                    if len(known) >= MOST_FIELDS:
                        known.clear()
                    known[field] = found
            parts.append(found)
        data = b"".join(parts)
        return b"%d:%b]" % (len(data), data)

    def _connection(self, of: connection.Connection) -> _Written:
        known = self._written.get(of)
        if known is None or known.fields != vars(of):
            known = _Written(_frozen(vars(of)), dumped(of.get_state()))
            self._written[of] = known
        return known

    def _writes_as_mitmproxy_does(self) -> bool:
        """Whether ``_http`` writes a flow, and what it consists of, as mitmproxy does."""
        client = connection.Client(peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2))
        flow = http.HTTPFlow(client, connection.Server(address=("example.com", 443)))
        flow.request = http.Request.make("POST", "https://example.com/", b"body", http.Headers(a="b"))
        flow.response = http.Response.make(200, b"body", http.Headers(c="d"))
        flow.metadata["example"] = {"of": 1}
        try:
            return list(value_at(self._http(flow))[0].items()) == list(value_at(self._of_any_kind(flow))[0].items())
        except Exception:
            logger.exception("this mitmproxy's flows are written the slow way")
            return False


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    """A copy of the fields: lists in them may still grow."""
    return {name: list(value) if isinstance(value, list) else value for name, value in fields.items()}

"""A flow in mitmproxy's own file format, for flows.mitm, without writing out its connections anew for each call.

A connection with its certificates is two thirds of a flow and the same from call
to call. What a flow consists of is asked of mitmproxy (``get_state``), so that
whatever it adds to its format is written too.
"""

import copy
import logging
import weakref
from dataclasses import dataclass
from typing import Any

from mitmproxy import flow as mitmflow
from mitmproxy.connection import Connection

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Written:
    """A connection that is written already: what it was then, and its bytes. Stands in its place in a flow."""

    fields: dict[str, Any]
    data: bytes

    def get_state(self) -> "_Written":
        return self


class Serialiser:
    def __init__(self) -> None:
        self._written: weakref.WeakKeyDictionary[Connection, _Written] = weakref.WeakKeyDictionary()

    def serialised(self, flow: mitmflow.Flow) -> bytes | None:
        """The flow's bytes; None where it has something that the format does not take, which is said."""
        try:
            shallow: Any = copy.copy(flow)
            shallow.client_conn = self._connection(flow.client_conn)
            shallow.server_conn = self._connection(flow.server_conn)
            return netstring(shallow.get_state())
        except Exception:
            logger.exception("a flow could not be serialised for flows.mitm")
            return None

    def _connection(self, connection: Connection) -> _Written:
        known = self._written.get(connection)
        if known is None or known.fields != vars(connection):
            known = _Written(_frozen(vars(connection)), netstring(connection.get_state()))
            self._written[connection] = known
        return known


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as they are now: lists in them may yet grow."""
    return {name: list(value) if isinstance(value, list) else value for name, value in fields.items()}


def netstring(value: object) -> bytes:
    """A tagged netstring. Raises ValueError for what it has no tag for."""
    # By exact type, the most frequent first: called for each value of each call.
    kind = type(value)
    if kind is str:
        data = value.encode()  # type: ignore[attr-defined]
        return b"%d:%b;" % (len(data), data)
    if kind is bytes:
        return b"%d:%b," % (len(value), value)  # type: ignore[arg-type]
    if value is None:
        return b"0:~"
    if kind is dict:
        data = b"".join([netstring(each) for pair in value.items() for each in pair])  # type: ignore[attr-defined]
        return b"%d:%b}" % (len(data), data)
    if kind is list or kind is tuple:
        data = b"".join([netstring(each) for each in value])  # type: ignore[attr-defined]
        return b"%d:%b]" % (len(data), data)
    if kind is bool:
        return b"4:true!" if value else b"5:false!"
    if kind is int:
        data = b"%d" % value
        return b"%d:%b#" % (len(data), data)
    if kind is float:
        data = repr(value).encode()
        return b"%d:%b^" % (len(data), data)
    if kind is _Written:
        return value.data  # type: ignore[attr-defined]
    # An enum's member, or another kind of string, is written as what it is a kind of.
    for plain in (str, bytes, int, float, dict, list, tuple):
        if isinstance(value, plain):
            return netstring(plain(value))
    raise ValueError(f"no tag for {kind.__name__}")

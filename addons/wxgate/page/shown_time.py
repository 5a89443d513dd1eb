"""How a call's time was spent, as spans from its start."""

from itertools import pairwise
from typing import Any

from mitmproxy import http

from wxpolicy.call.record import CallRecord


def phases(record: CallRecord, flow: http.HTTPFlow | None) -> list[dict[str, Any]]:
    """Each {"name", "start_ms", "end_ms"}: queued, connect, tls, send, wait, receive; those that did not happen are
    omitted."""
    queued, total = float(record.queued_ms), float(record.duration_ms)
    # Before it is sent, a call waits for a slot, or for nothing that has a name.
    first = "queued" if queued else ""
    if flow is None:
        return _spans([(first, 0.0), ("wait", queued), ("", total)])
    request, response, server = flow.request, flow.response, flow.server_conn
    begun = request.timestamp_start

    def since(at: float | None) -> float | None:
        return None if not at else max(0.0, (at - begun) * 1000)

    marks: list[tuple[str, float | None]] = [(first, 0.0)]
    if server is not None and server.timestamp_start and server.timestamp_start >= begun:
        marks += [("connect", since(server.timestamp_start)), ("tls", since(server.timestamp_tcp_setup))]
        if not server.timestamp_tls_setup:
            marks.pop()
        ready = since(server.timestamp_tls_setup or server.timestamp_tcp_setup)
    else:
        ready = queued
    marks.append(("send", ready))
    sent = since(request.timestamp_end)
    marks.append(("wait", max(sent or 0.0, ready or 0.0)))
    if response is not None:
        marks.append(("receive", since(response.timestamp_start)))
        total = since(response.timestamp_end) or total
    return _spans([*marks, ("", total)])


def _spans(marks: list[tuple[str, float | None]]) -> list[dict[str, Any]]:
    """A span from each known mark to the next one; none has a negative length."""
    known: list[tuple[str, float]] = []
    for name, at in marks:
        if at is not None:
            known.append((name, max(at, known[-1][1]) if known else at))
    return [
        {"name": name, "start_ms": round(start, 1), "end_ms": round(end, 1)}
        for (name, start), (_, end) in pairwise(known)
        if name and end > start
    ]

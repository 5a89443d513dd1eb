"""Parses one flow from the bytes that a store kept of it."""

import io

from mitmproxy import http

from wxcapture.flow_reader import FlowFile


def flow_of(data: bytes | None) -> http.HTTPFlow | None:
    """None if there are none, or if they are not an HTTP flow."""
    if data is None:
        return None
    try:
        flow = FlowFile(io.BytesIO(data), "flows.mitm", len(data)).flow_at(0, len(data))
    except ValueError:
        return None
    return flow if isinstance(flow, http.HTTPFlow) else None

"""mitmproxy's flow files: one flow in memory at a time, and single flows by their position."""

import io
import math
import re
import ssl
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import BinaryIO

from mitmproxy import connection
from mitmproxy import exceptions
from mitmproxy import flow as mitmflow
from mitmproxy import http
from mitmproxy.io import FlowReader

from wxcapture.broken_off import ended_by
from wxcapture.broken_off import happened
from wxcapture.captured import Answer
from wxcapture.captured import Captured
from wxcapture.captured import Item
from wxcapture.captured import Mistake
from wxcapture.captured import Skipped
from wxcapture.captured import Unreadable
from wxcapture.captured import Upstream
from wxcapture.quick_flow import METADATA
from wxcapture.quick_flow import QuickFlows
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.headers import joined
from wxpolicy.call.kinds import DECLARING_HEADER
from wxpolicy.call.record import CallRecord
from wxpolicy.certificates.facts import Handshake
from wxpolicy.terms import Confidence
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

# A flow is a netstring: its length in bytes, a colon, the bytes, "}".
_START = re.compile(rb"(\d{1,12}):")
_LONGEST_START = 13


class FlowFile:
    """A flow file of ``size`` bytes. ``name`` is shown in every mistake."""

    def __init__(self, file: BinaryIO, name: str, size: int) -> None:
        self._file = file
        self._name = name
        self._size = size
        self._quick = QuickFlows()

    def places(self) -> Iterator[tuple[int, int]]:
        """(offset, length) of each flow. Raises Unreadable if the file is truncated or damaged."""
        at, number = 0, 0
        while at < self._size:
            number += 1
            self._file.seek(at)
            head = self._file.read(_LONGEST_START)
            match = _START.match(head)
            if match is None:
                raise self._unreadable(number, at, _NO_FLOW)
            length = match.end() + int(match[1]) + 1
            if at + length > self._size:
                raise self._unreadable(number, at, _CUT)
            yield at, length
            at += length

    def flow_at(self, offset: int, length: int) -> mitmflow.Flow:
        """The flow of ``length`` bytes at ``offset``. Raises ValueError for bytes that are not a flow."""
        self._file.seek(offset)
        data = self._file.read(length)
        if quick := self._quick.read(data):
            return quick
        try:
            found = next(iter(FlowReader(io.BytesIO(data)).stream()), None)
        except exceptions.FlowReadException as error:
            raise ValueError(str(error)) from error
        except Exception as error:  # a flow with fields of other types: mitmproxy checks few of them
            raise ValueError(f"{type(error).__name__}: {error}") from error
        if found is None:
            raise ValueError("no flow")
        return found

    def flows(
        self, places: Iterable[tuple[int, int]] | None = None, first: int = 1
    ) -> Iterator[mitmflow.Flow | Mistake]:
        """Every flow that can be read; a Mistake instead of one that cannot. Raises Unreadable as ``places``.

        Only those at ``places`` if given, the first of which is flow number ``first``.
        """
        for number, (at, length) in enumerate(self.places() if places is None else places, first):
            try:
                yield self.flow_at(at, length)
            except ValueError as error:
                yield self.passed_over(number, str(error))

    def passed_over(self, number: int, why: str) -> Mistake:
        shown = printable(beginning(why))
        return Mistake(
            Text(
                f"{self._name}：第 {number} 条流量无法读取（{shown}），已跳过",
                f"{self._name}: flow {number} cannot be read ({shown}); it was skipped",
            )
        )

    def _unreadable(self, number: int, at: int, why: Text) -> Unreadable:
        return Unreadable(
            Text(
                f"{self._name}：第 {number} 条流量（字节 {at}）{why.zh}",
                f"{self._name}: flow {number} (byte {at}) {why.en}",
            )
        )


def read_flows(
    flows: FlowFile,
    facts_of: Callable[[http.HTTPFlow], CallFacts],
    url_of: Callable[[CallFacts], str],
    places: Iterable[tuple[int, int]] | None = None,
    first: int = 1,
) -> Iterator[Item]:
    """Every flow as a call; ``facts_of`` and ``url_of`` are the functions that the live proxy uses. For ``places``, see
    ``flows``."""
    for number, flow in enumerate(flows.flows(places, first), first):
        if isinstance(flow, Mistake):
            yield flow
        elif not isinstance(flow, http.HTTPFlow) or flow.request.method == "CONNECT":
            yield Skipped("raw")
        else:
            try:
                facts = facts_of(flow)
                if api := _declared(flow):
                    facts = replace(facts, headers={**facts.headers, DECLARING_HEADER: api})
                item: Item = captured_flow(flow, facts, url_of(facts))
            except Exception as error:  # the fields may have been written by any tool
                item = flows.passed_over(number, f"{type(error).__name__}: {error}")
            yield item


def captured_flow(flow: http.HTTPFlow, facts: CallFacts, url: str, recorded: CallRecord | None = None) -> Captured:
    """What a flow shows besides its ``facts``. Raises TypeError for fields of other types than a record has."""
    _check(flow)
    request, response = flow.request, flow.response
    ended = (response.timestamp_end or response.timestamp_start) if response else 0.0
    if flow.error is not None and flow.websocket is None:
        ended = max(ended, flow.error.timestamp)
    return Captured(
        id=flow.id,
        facts=facts,
        url=url,
        started_at=request.timestamp_start,
        duration_ms=max(0, round(((ended or request.timestamp_start) - request.timestamp_start) * 1000)),
        sent_ms=(request.timestamp_end - request.timestamp_start) * 1000 if request.timestamp_end else None,
        answered_ms=(response.timestamp_start - request.timestamp_start) * 1000 if response else None,
        request_bytes=_size(flow, "request", request.raw_content) + _socket_bytes(flow, from_client=True),
        response_bytes=_size(flow, "response", response.raw_content if response else None)
        + _socket_bytes(flow, from_client=False),
        answer=_answer(flow),
        trouble=flow.error.msg if flow.error else "",
        ended_by=ended_by(flow),
        happened=happened(flow),
        upstream=_upstream(flow),
        recorded=recorded,
    )


def _check(flow: http.HTTPFlow) -> None:
    """mitmproxy checks few of the types in a flow file, and the fields of a record are written as JSON."""
    request, response, server = flow.request, flow.response, flow.server_conn
    texts = {"id": flow.id, "error": flow.error.msg if flow.error else ""}
    if server is not None:
        texts |= {"tls_version": server.tls_version or "", "cipher": server.cipher or "", "sni": server.sni or ""}
    times = {"timestamp_start": request.timestamp_start, "timestamp_end": request.timestamp_end or 0.0}
    if response is not None:
        times |= {"answered": response.timestamp_start, "ended": response.timestamp_end or 0.0}
        times["status_code"] = response.status_code
    for name, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{name}: found {type(text).__name__}")
    for name, number in times.items():
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
            raise TypeError(f"{name}: found {number!r}")


def unkept(flow: http.HTTPFlow, side: str) -> dict[str, object] | None:
    """{"bytes", "sha256"} of a body of ``side`` ("request" or "response") that was too large to be kept."""
    told = flow.metadata.get(METADATA)
    found = told.get(f"{side}_body") if isinstance(told, dict) else None
    return found if isinstance(found, dict) else None


def _declared(flow: http.HTTPFlow) -> str | None:
    """The API that a harness declared: this product removed the header before it forwarded the call."""
    told = flow.metadata.get(METADATA)
    if not isinstance(told, dict) or told.get("api_confidence") != Confidence.DECLARED:
        return None
    api = told.get("api")
    return api if isinstance(api, str) else None


def _asked_name(flow: http.HTTPFlow) -> str | None:
    """The name that the client requested, if an option or another addon sent the call elsewhere."""
    told = flow.metadata.get(METADATA)
    asked = told.get("asked") if isinstance(told, dict) else None
    name = asked.get("certificate_name") if isinstance(asked, dict) else None
    return name if isinstance(name, str) and name else None


def _size(flow: http.HTTPFlow, side: str, body: bytes | None) -> int:
    size = (unkept(flow, side) or {}).get("bytes")
    return size if isinstance(size, int) else len(body or b"")


def _socket_bytes(flow: http.HTTPFlow, *, from_client: bool) -> int:
    """The bytes of a WebSocket's messages in one direction, including those that were not kept."""
    if flow.websocket is None:
        return 0
    told = flow.metadata.get(METADATA)
    counted = told.get("socket") if isinstance(told, dict) else None
    size = counted.get("sent_bytes" if from_client else "received_bytes") if isinstance(counted, dict) else None
    if isinstance(size, int):
        return size
    return sum(len(message.content) for message in flow.websocket.messages if message.from_client is from_client)


def _answer(flow: http.HTTPFlow) -> Answer | None:
    response = flow.response
    if response is None:
        return None
    headers = joined(response.headers.items(multi=True))
    body = response.raw_content
    promised = headers.get("content-length", "0")
    if unkept(flow, "response") or (not body and promised.strip("0")) or flow.websocket is not None:
        body = None  # it was streamed through mitmproxy
    return Answer(response.status_code, headers, body, headers.get("content-encoding", ""))


def _upstream(flow: http.HTTPFlow) -> Upstream | None:
    server = flow.server_conn
    if server is None or not server.tls_established or not server.certificate_list:
        return None
    host = _asked_name(flow) or server.sni or (server.address[0] if server.address else flow.request.host)
    return Upstream(
        chain=_chain(server),
        handshake=Handshake(host, server.tls_version, server.cipher),
        at=server.timestamp_tls_setup or flow.request.timestamp_start,
    )


def _chain(server: connection.Server) -> tuple[bytes, ...]:
    """Its certificates as served. A quick reader returns one object for all flows of a connection."""
    known = _chains.get(id(server))
    if known is None or known[0] is not server:
        if len(_chains) >= MOST_CHAINS:
            _chains.pop(next(iter(_chains)))
        known = (server, tuple(_der(cert.to_pem()) for cert in server.certificate_list))
        _chains[id(server)] = known
    return known[1]


MOST_CHAINS = 64
_chains: dict[int, tuple[connection.Server, tuple[bytes, ...]]] = {}


@lru_cache(maxsize=1024)
def _der(pem: bytes) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))


_NO_FLOW = Text(
    "不是 mitmproxy 的流量格式，后面的内容不再读取", "is not in mitmproxy's flow format; nothing after it was read"
)
_CUT = Text("不完整：文件在它中间就断了", "is incomplete: the file ends inside it")

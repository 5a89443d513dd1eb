"""A finished call: printed on the terminal, marked in mitmproxy's views, written to the session."""

import logging
from collections.abc import Awaitable
from collections.abc import Mapping
from typing import Any

from mitmproxy import connection
from mitmproxy import ctx
from mitmproxy import http

from wxgate.call.bodies import held_beyond
from wxgate.call.bodies import left_out
from wxgate.call.bodies import not_kept
from wxgate.call.bodies import told_of
from wxgate.call.bodies import wire_size
from wxgate.call.live_calls import LiveCall
from wxgate.call.live_calls import PassedOn
from wxgate.layers.asked import changed
from wxgate.recording.call_log import log_call
from wxgate.recording.finding_json import FindingJson
from wxgate.recording.finding_json import storable_json
from wxgate.recording.marks import mark
from wxgate.recording.serialiser import Serialiser
from wxgate.recording.session import Session
from wxgate.steering.app_states import now_ms
from wxpolicy.call.events import Ended
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record_maker import record_of
from wxpolicy.finding import Finding
from wxpolicy.url.hosts import with_brackets

logger = logging.getLogger(__name__)


class Recorder:
    """Waits for the record to be on disk before the client learns that its call has ended."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._serialiser = Serialiser()
        self._findings = FindingJson()

    def expect_the_last_byte(self, call: LiveCall) -> None:
        """The client of a streamed body counts its bytes and knows the end before ``response`` runs: see
        ``record_so_far``."""
        response, body = call.flow.response, call.response_body
        if response is None or body is None:
            return
        promised = response.headers.get("content-length", "")
        if promised.isascii() and promised.isdigit():
            body.promised_bytes = int(promised)

    def record_so_far(self, call: LiveCall) -> Awaitable[None] | None:
        """Records a call that is recorded again at its end. Returns what the last chunk of its body has to wait for."""
        try:
            return self.session.record(_record(call), is_last=False)
        except Exception:
            logger.exception("a call could not be recorded: %s", call.judgement.head.url)
            return None

    def record(self, call: LiveCall, *, is_last: bool) -> Awaitable[None] | None:
        """``is_last``: nothing more follows for this call. A WebSocket is recorded when it opens, and again at its end.

        Returns what the client has to wait for before it sees the end; None if the record is on disk.
        """
        flow = call.flow
        try:
            if flow.error is not None or flow.websocket is None or not is_last:
                log_call(call, self.session.lang)
                mark(call, self._message)
            record = _record(call)
            beyond = held_beyond(flow, ctx.options.mp_keep_body)
            findings = [self._findings.of(finding, self.session.lang) for finding in record.findings]
            told = record.with_findings(findings) | not_kept(call)
            if beyond:
                told |= {name: told_of(message) for name, message in beyond.items()}
            if call.asked is not None and (asked := changed(call.asked, flow)) is not None:
                told["asked"] = asked
            if not _is_plain(record) or "asked" in told:
                told = storable_json(told)
            flow.metadata["miniprogram"] = told
            return self.session.record(record, self._written(flow, beyond) if is_last else None, is_last=is_last)
        except Exception:
            logger.exception("a call could not be recorded: %s", call.judgement.head.url)
            return None

    def _message(self, finding: Finding) -> str:
        return self._findings.message(finding, self.session.lang)

    def _written(self, flow: http.HTTPFlow, beyond: Mapping[str, http.Message]) -> bytes | None:
        if not beyond:
            return self._serialiser.serialised(flow)
        with left_out(beyond.values()):
            return self._serialiser.serialised(flow)

    def record_changed(self, call: PassedOn) -> None:
        """A call about which more became known; one that is in flight is recorded later anyway."""
        try:
            if call.recorded is not None:
                self.session.record_changed(record_of(call.judgement, *call.recorded))
        except Exception:
            logger.exception("a call could not be recorded again: %s", call.judgement.head.url)


def _record(call: LiveCall) -> CallRecord:
    """The call as it is now."""
    flow = call.flow
    end = Ended(
        request_bytes=wire_size(flow.request, call.request_body),
        response_bytes=wire_size(flow.response, call.response_body),
        tls=_tls(flow),
    )
    if call.judgement.status is None and flow.response is not None:
        call.judgement.status = flow.response.status_code
    at_ms = now_ms()
    if call.passed_on is not None:
        call.passed_on.recorded = end, call.started_at, at_ms
    return record_of(call.judgement, end, call.started_at, at_ms)


def _tls(flow: http.HTTPFlow) -> dict[str, object] | None:
    """The upstream handshake as the proxy made it; None if there was none and the connection went to its own name."""
    server = flow.server_conn
    place = _elsewhere(server, flow.request.host)
    if server is None or not (server.tls_established or place):
        return None
    told: dict[str, object] = {
        "version": server.tls_version,
        "cipher": server.cipher,
        "chain_length": len(server.certificate_list),
    }
    if place:
        told["connected_to"] = place
    return told


def _elsewhere(server: connection.Server | None, host: str) -> str:
    """Where ``hosts:`` of the policy, or another addon, sent a connection; "" if it goes to its own name."""
    if server is None or server.address is None or server.via is not None or server.timestamp_tcp_setup is None:
        return ""
    return "" if server.address[0] == host else f"{with_brackets(server.address[0])}:{server.address[1]}"


def _is_plain(record: CallRecord) -> bool:
    """Whether only the findings can contain bytes that are not UTF-8: everything else from the wire is ASCII."""
    texts = (record.url, record.method, record.errmsg, record.device, record.appid or "", record.version or "")
    if record.tls is not None and not str(record.tls.get("connected_to", "")).isascii():
        return False
    return all(map(str.isascii, texts)) and _is_plain_encoding(record.encoding)


def _is_plain_encoding(encoding: Mapping[str, Any] | None) -> bool:
    return encoding is None or all(each is None or (type(each) is str and each.isascii()) for each in encoding.values())

"""Turns a call that ended into its record. The last gate: whatever the others found is here."""

import logging
import time
from typing import Any

from mitmproxy import http

from wxgate.call.body import Body
from wxgate.call.open_calls import OpenCall
from wxgate.call.open_calls import OpenCalls
from wxgate.recording.serialiser import Serialiser
from wxgate.recording.session import Session
from wxpolicy.call.record import CallRecord
from wxpolicy.call.record import Verdict
from wxpolicy.call.verdicts import Verdicts
from wxpolicy.policy import ANY_APPID
from wxpolicy.terms import Outcome
from wxsession.schema import storable

logger = logging.getLogger(__name__)


class Recorder:
    """Waits for the record to be on disk before the client learns that its call ended."""

    def __init__(self, calls: OpenCalls, session: Session) -> None:
        self.calls = calls
        self.session = session
        self._serialiser = Serialiser()

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Where a body is streamed, its client counts it and knows the end before ``response`` runs."""
        call = self.calls.of(flow)
        if call is None or call.response_body is None or flow.response is None:
            return
        promised = flow.response.headers.get("content-length", "")
        if promised.isascii() and promised.isdigit():
            call.response_body.promised_bytes = int(promised)
            call.response_body.on_last = lambda: self.session.record_at_once(record_of(call))

    async def response(self, flow: http.HTTPFlow) -> None:
        # A socket's call is its handshake; its life is added when it ends.
        await self._end(flow, last=flow.websocket is None)

    async def error(self, flow: http.HTTPFlow) -> None:
        await self._end(flow, last=True)

    async def websocket_end(self, flow: http.HTTPFlow) -> None:
        await self._end(flow, last=True)

    async def client_disconnected(self, client) -> None:
        """Calls for which mitmproxy tells no end: their client is gone."""
        for call in self.calls:
            if call.flow.client_conn is client and not call.flow.live:
                await self._end(call.flow, last=True)

    async def done(self) -> None:
        for call in self.calls:
            call.network_trouble = call.network_trouble or "the session ended"
            await self._end(call.flow, last=True)

    async def _end(self, flow: http.HTTPFlow, last: bool) -> None:
        call = self.calls.close(flow) if last else self.calls.of(flow)
        if call is None:
            return
        try:
            record = record_of(call)
            flow.metadata["miniprogram"] = _storable(record.as_json(self.session.lang)) | _not_kept(call)
            await self.session.record(record, self._serialiser.serialised(flow) if last else None, is_last=last)
        except Exception:
            logger.exception("a call could not be recorded: %s", call.url)


def record_of(call: OpenCall) -> CallRecord:
    """The call as it is written down, at the moment of its end."""
    flow, facts = call.flow, call.facts
    verdicts = call.verdicts()
    happened = _happened(call, verdicts)
    policy_appid = call.policy.appid if call.policy.appid != ANY_APPID else None
    return CallRecord(
        id=flow.id,
        started_at=call.started_at,
        device=facts.device,
        client=call.client.value,
        appid=call.sender.appid if call.sender else policy_appid,
        version=call.sender.version if call.sender else call.policy.version,
        api=call.classification.api.value,
        api_confidence=call.classification.confidence.value,
        method=facts.method,
        url=call.url,
        http_status=flow.response.status_code if flow.response else None,
        outcome=happened.outcome,
        errno=happened.errno,
        errmsg=happened.errmsg,
        mode=call.policy.mode.value,
        acted=call.acted,
        release=verdicts.release,
        debug=verdicts.debug,
        findings=tuple(call.findings),
        duration_ms=round((time.monotonic() - call.started_monotonic) * 1000),
        queued_ms=call.queued_ms,
        request_bytes=_size(flow.request, call.request_body) + call.sent_bytes,
        response_bytes=_size(flow.response, call.response_body) + call.received_bytes,
        tls=_tls(flow, call.trust_stores),
        encoding=call.encoding,
    )


def _happened(call: OpenCall, verdicts: Verdicts) -> Verdict:
    """What the client met: a refusal, a failure of the network, or an answer of any status."""
    api = call.classification.api.value
    if call.refused:
        return verdicts.imposed_in(call.policy.mode) or verdicts.release
    if call.network_trouble is not None:
        if verdicts.debug.outcome is Outcome.FAIL:
            return verdicts.debug
        return Verdict(Outcome.FAIL, None, f"{api}:fail abort")
    return Verdict(Outcome.SUCCESS, None, f"{api}:ok")


def _size(message: http.Message | None, body: Body | None) -> int:
    """The body's size on the wire in bytes."""
    if body is not None:
        return body.size
    return len(message.raw_content or b"") if message is not None else 0


def _not_kept(call: OpenCall) -> dict[str, object]:
    """What flows.mitm does not hold, for whoever opens it: size and SHA-256 of bodies, number and size of messages."""
    bodies = {"request_body": call.request_body, "response_body": call.response_body}
    told: dict[str, object] = {
        name: {"bytes": body.size, "sha256": body.sha256}
        for name, body in bodies.items()
        if body is not None and body.kept is None
    }
    if call.messages:
        told["socket"] = {
            "messages": call.messages,
            "sent_bytes": call.sent_bytes,
            "received_bytes": call.received_bytes,
            "all_kept": not call.has_dropped_messages,
        }
    return told


def _tls(flow: http.HTTPFlow, trust_stores: dict[str, str] | None) -> dict[str, object] | None:
    """The upstream handshake as the proxy made it; None where there was none."""
    server = flow.server_conn
    if server is None or not server.tls_established:
        return None
    return {
        "version": server.tls_version,
        "cipher": server.cipher,
        "chain_length": len(server.certificate_list),
        "trust_stores": trust_stores,
    }


def _storable(value: Any) -> Any:
    """JSON values without what no file takes: bytes that were no UTF-8 on the wire are shown as \\xNN."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {name: _storable(each) for name, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list) else value

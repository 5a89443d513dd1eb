"""One request and its response: can be cut, shows what it waits for, and sends nothing without a permit."""

import asyncio
import time
from typing import Any

from mitmproxy import flow
from mitmproxy.connection import Server
from mitmproxy.proxy import commands
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layers.http import DropStream
from mitmproxy.proxy.layers.http import GetHttpConnection
from mitmproxy.proxy.layers.http import HttpErrorHook
from mitmproxy.proxy.layers.http import HttpRequestHeadersHook
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.http import RequestData
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import RequestProtocolError
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http import SendHttp

from wxgate.layers.answers import AnswerNotCarried
from wxgate.layers.asked import Asked
from wxgate.layers.asked import asked_by
from wxgate.layers.at_once import GoesOnAtOnce
from wxgate.layers.codes import CANCELLED
from wxgate.layers.codes import CONNECT_FAILED
from wxgate.layers.codes import KILLED
from wxgate.layers.events import MpBodyWholeHook
from wxgate.layers.heads import put_right
from wxgate.layers.heads import request_fault
from wxgate.layers.heads import response_fault
from wxgate.layers.request_bounds import BeyondBounds
from wxgate.layers.request_bounds import Refusal
from wxgate.layers.request_bounds import RefusedHead
from wxgate.layers.request_bounds import refusal_in_words
from wxgate.layers.upstream import Ask
from wxgate.layers.websocket_layer import of_our_own
from wxgate.layers.wire import FULL_FRAMES
from wxgate.layers.wire import frames_in
from wxgate.layers.wire import wake


class OwnStream(GoesOnAtOnce, HttpStream):
    """``http_layer`` is the layer that it is a stream of.

    ``asked`` is what its client requested, ``target`` that of a CONNECT; ``permitted`` is the upstream connection that
    it may send on. ``refusal`` is why nothing of it is sent, ``not_carried`` why its response was ended by a limitation
    of ours.
    """

    asked: Asked | None = None
    target: tuple[str, int] | None = None
    permitted: Server | None = None
    refusal: Refusal | None = None
    not_carried: AnswerNotCarried | None = None
    _is_whole = False
    _has_body = False
    _child: Any = None

    def __init__(self, context: Context, stream_id: int, http_layer: Any) -> None:
        super().__init__(context, stream_id)
        self.http_layer = http_layer
        self.wire = http_layer.wire
        self._rooms: list[asyncio.Future[None]] = []

    @property
    def child_layer(self) -> Any:
        """What the stream became: a tunnel, or a WebSocket."""
        return self._child

    @child_layer.setter
    def child_layer(self, layer: Any) -> None:
        self._child = of_our_own(layer, self.wire)

    @property
    def waits_for(self) -> commands.Command | None:
        return self._paused.command if self._paused is not None else None

    def handle_event(self, event: Any) -> Any:
        if isinstance(event, RequestHeaders):
            self._has_body = not event.end_stream
            if isinstance(event, RefusedHead):
                self.refusal = event.refusal
        elif isinstance(event, BeyondBounds) and self._paused is not None:
            # It is notified when it continues, or now if it waits for longer; the hook that it waits for may not have
            # started.
            asyncio.get_running_loop().call_soon(self._tell_limit, event)
        if self._paused is not None:
            if isinstance(event, RequestProtocolError):
                # mitmproxy delivers that event only after the wait, and no hook reports a stream that was reset.
                is_connecting = isinstance(self._paused.command, GetHttpConnection)
                self.wire.own.client_left(self.flow, event.message, is_connecting)
            elif isinstance(event, RequestData):
                # A stream that waits handles nothing: its events are queued.
                if frames_in(self._paused_event_queue) > FULL_FRAMES:
                    self.wire.is_behind(lambda: frames_in(self._paused_event_queue), self._rooms.append)
            elif self._rooms:
                return self._then_wake(super().handle_event(event))
        return super().handle_event(event)

    def answer_at_once(self, command: commands.Command) -> Any:
        if isinstance(command, Ask):
            server = self.http_layer.ready_for(command)
            return None if server is None else ((server, None),)
        return super().answer_at_once(command)

    def _then_wake(self, goes_on: Any) -> Any:
        yield from goes_on
        if frames_in(self._paused_event_queue) <= FULL_FRAMES // 2:
            rooms, self._rooms = self._rooms, []
            wake(rooms)

    def check_invalid(self, request: bool) -> Any:
        # The first thing done with a new flow, and with its response.
        if request:
            self._begin()
            put_right(self.flow.request)
            self.refusal = self.refusal or request_fault(self.flow.request)
            fault = None if self.refusal is None else refusal_in_words(self.refusal)
        else:
            assert self.flow.response
            put_right(self.flow.response)
            fault = response_fault(self.flow.request, self.flow.response, self.wire.own.is_judged(self.flow))
        if fault is None:
            return (yield from super().check_invalid(request))
        yield from self._refused(fault, request)
        return True

    def _refused(self, fault: str, request: bool) -> Any:
        """As mitmproxy ends an invalid request, but only this call of its connections."""
        self.flow.error = flow.Error(fault)
        if request:  # no hook has seen it yet
            yield HttpRequestHeadersHook(self.flow)
        yield HttpErrorHook(self.flow)
        yield SendHttp(ResponseProtocolError(self.stream_id, fault, KILLED), self.context.client)
        if not request:
            yield SendHttp(RequestProtocolError(self.stream_id, fault, CANCELLED), self.context.server)
        self.flow.live = False
        self.client_state = self.server_state = self.state_errored
        yield DropStream(self.stream_id)

    def _begin(self) -> None:
        self.wire.own.streams[self.flow.id] = self
        there = self.flow.request
        if there.method == "CONNECT":
            self.target = (there.host, there.port)
            # What follows inside the tunnel has a start time of its own.
            self.wire.unfinished_since = time.monotonic()
        self.asked = asked_by(there, self.context, has_body=self._has_body)

    def check_killed(self, emit_error_hook: bool) -> Any:
        # The hook that it waited for has run, and the next one reports the call's end.
        for event in self._paused_event_queue:
            if isinstance(event, BeyondBounds):
                self._tell_limit(event)
        # mitmproxy forgets the streams that ended, but not those that were killed.
        is_killed = yield from super().check_killed(emit_error_hook)
        if is_killed:
            yield DropStream(self.stream_id)
        return is_killed

    def start_request_stream(self) -> Any:
        """If an addon has already answered (mitmproxy raises there), the body is discarded."""
        if self.flow.response is None:
            yield from super().start_request_stream()
        else:
            self.client_state = self.state_answered

    def state_answered(self, event: Any) -> Any:
        if not isinstance(event, RequestData):
            yield from self.state_consume_request_body(event)
        elif callable(self.flow.request.stream):
            self.flow.request.stream(event.data)  # counts it

    def state_stream_response_body(self, event: Any) -> Any:
        """The chunk that completes a streamed body waits for the hook; ``is_whole`` of the streaming callable tells
        which one."""
        assert self.flow.response
        for command in super().state_stream_response_body(event):
            if not self._is_whole and getattr(self.flow.response.stream, "is_whole", False):
                self._is_whole = True
                yield MpBodyWholeHook(self.flow)
                if (yield from self.check_killed(True)):
                    return
            yield command

    def handle_protocol_error(self, event: Any) -> Any:
        if isinstance(event, AnswerNotCarried):
            self.not_carried = event
        elif isinstance(event, BeyondBounds):
            self._tell_limit(event)
        yield from super().handle_protocol_error(event)

    def _tell_limit(self, event: BeyondBounds) -> None:
        if not event.is_told:
            event.is_told = True
            self.wire.own.limit_reached(self.flow, event.limit)

    def make_server_connection(self) -> Any:
        """Returns whether there is a connection that this call may use."""
        there = self.flow.request
        known = self.flow.server_conn
        ask = Ask(self, (there.host, there.port), there.scheme == "https", known.via, known.transport_protocol)
        server, trouble = yield ask
        if trouble:
            # The ``error`` hook sees the connection that failed.
            self.flow.server_conn = ask.server or known
            yield from self.handle_protocol_error(ResponseProtocolError(self.stream_id, trouble, CONNECT_FAILED))
            return False
        self.context.server = self.flow.server_conn = server
        if self.wire.own.permit(self.flow, server):
            self.permitted = server
            return True
        if self.flow.killable:
            self.flow.kill()
        yield from self.check_killed(True)
        return False

    def handle_connect_regular(self) -> Any:
        """Connects before the client has sent anything if the server speaks first: otherwise both would wait."""
        server = self.context.server
        if self.wire.own.connect_first(server.address) and (yield commands.OpenConnection(server)):
            self.flow.kill()
            yield from self.check_killed(False)
            return
        yield from super().handle_connect_regular()

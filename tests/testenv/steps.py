"""What of the product can be made to raise (break_rule.py, break_method.py) while a call is on its way."""

import inspect
from collections.abc import Iterator

from wxgate.layers import at_once
from wxgate.layers import backpressure
from wxgate.layers import handler
from wxgate.layers import http1_client
from wxgate.layers import http1_connection
from wxgate.layers import http1_server
from wxgate.layers import http2_client
from wxgate.layers import http2_connection
from wxgate.layers import http2_server
from wxgate.layers import http_layer
from wxgate.layers import own
from wxgate.layers import stream
from wxgate.layers import upstream
from wxpolicy.rules.order import discover
from wxpolicy.rules.stage import Stage

# What raises -> the path that has it asked.
BEFORE_ANYTHING_LEAVES = {
    **{f"{rule.__name__}:check": "/json" for rule in discover(Stage.TARGET)},
    "wxgate.call.addon:call_facts": "/json",
    "wxgate.call.addon:standing_of": "/json",
    "wxpolicy.call.state:classify": "/json",
    "wxpolicy.call.stages:judge_domains": "/json",
    "wxpolicy.call.stages:settle_referer": "/json",
    "wxgate.steering.app_states:AppStates.app": "/json",
    "wxpolicy.state.app:App.begin": "/json",
    "wxgate.call.bodies:_is_small": "/json",
}
WITHOUT_A_BYTE_OF_HTTP = {
    "wxgate.connections.upstreams:judge": "/json",
    "wxgate.connections.upstreams:Upstreams.seen": "/json",
    "wxgate.call.from_layers:FromLayers._say_where_it_goes": "/json",
}

# Bodies, windows and the end of a connection are not met by a small GET that is answered.
NOT_ON_THE_WAY = {
    "OwnStream.start_request_stream",
    "OwnHttp2Connection.close_connection",
    "LimitedH2Connection.reset_stream",
    "LimitedH2Connection.stream_window_updated",
    "Closing._handle_event",
    "OwnHttp1Server.wait",
    "OwnStream.handle_protocol_error",
    # What it says is said already, and what it closes is closed.
    "_Wired.log",
}
# Met before the break is made, or in another mode; tests/wxgate/layers has them.
ELSEWHERE = {
    "OwnReplayHandler.__init__",
    "OwnReplayHandler.replay",
    "_ConnectsFirst.finish_start",
    "_BodyWithTrailers.__init__",
}


def _methods() -> Iterator[str]:
    http = http1_client, http1_connection, http1_server, http2_client, http2_connection, http2_server, http_layer
    for module in (at_once, backpressure, handler, *http, own, stream, upstream):
        for kind in vars(module).values():
            if not inspect.isclass(kind) or kind.__module__ != module.__name__:
                continue
            bases = [base for base in kind.__mro__[1:] if base.__module__.split(".")[0] == "mitmproxy"]
            for name, value in vars(kind).items():
                above = any(getattr(base, name, None) not in (None, getattr(object, name, None)) for base in bases)
                if inspect.isfunction(value) and above:
                    what = f"{kind.__name__}.{name}"
                    if what not in NOT_ON_THE_WAY | ELSEWHERE:
                        yield f"{module.__name__}:{what}"


METHODS = sorted(_methods())

# How the connection comes about and is looked at, beside what the two other files break.
UPSTREAMS = "wxgate.connections.upstreams"
ON_THE_CONNECTION = (
    f"{UPSTREAMS}:Upstream", f"{UPSTREAMS}:begin", f"{UPSTREAMS}:asked_for", f"{UPSTREAMS}:waiting_for",
    f"{UPSTREAMS}:_shown", f"{UPSTREAMS}:Shown", f"{UPSTREAMS}:ServedChain", f"{UPSTREAMS}:Question",
    f"{UPSTREAMS}:with_agreement", f"{UPSTREAMS}:too_new", f"{UPSTREAMS}:UpstreamSeen",
    f"{UPSTREAMS}:Upstreams._judge", f"{UPSTREAMS}:Upstreams._is_refused_by_all", f"{UPSTREAMS}:Upstreams._refuses",
    f"{UPSTREAMS}:Upstreams._waiting", f"{UPSTREAMS}:TrustSource.stores", f"{UPSTREAMS}:Offering.learn",
    f"{UPSTREAMS}:Offering.ask", f"{UPSTREAMS}:Offering.question", f"{UPSTREAMS}:Offering.why_failed",
    "wxgate.connections.hosts:Hosts._name", "wxgate.connections.hosts:read_host",
    "wxgate.connections.local_addresses:LocalAddresses._look_at_address",
    "wxgate.connections.local_addresses:LocalAddresses._is_free",
    "wxgate.call.execution:Execution.feed", "wxgate.call.execution:Execution.failing_closed",
    "wxgate.call.live_calls:LiveCalls.of", "wxgate.call.live_calls:LiveCalls.open",
    "wxgate.call.live_calls:LiveCall.kill", "wxgate.call.addon:Calls._opened", "wxgate.call.addon:Calls._counts",
    "wxgate.call.addon:Calls._admitted", "wxgate.layers.stream:asked_by", "wxgate.layers.stream:put_right",
    "wxgate.layers.stream:request_fault", "wxgate.layers.http_layer:OwnHttpLayer._look_at_permit",
    "wxgate.layers.http_layer:OwnHttpLayer._note", "wxgate.layers.http_layer:OwnHttpLayer._of_our_own",
    "wxgate.layers.upstream:speaking_to", "wxgate.layers.own:Layers.with_our_own", "wxgate.layers.own:Layers.asked_by",
    "wxgate.layers.own:Layers.refusal_of", "wxgate.layers.own:Layers.failed", "wxgate.layers.own:Layers.waiting_for",
    "wxgate.layers.own:Layers.opened_for", "wxgate.layers.own:Layers.asked_for",
    "wxgate.recording.recorder:Recorder.record", "wxgate.recording.session:Session.record",
    "wxpolicy.call.judgement:Judgement.feed", "wxpolicy.call.record_maker:record_of",
)  # fmt: skip

"""Checks that the installed mitmproxy has everything that our layers rely on.

An overridden method that mitmproxy no longer calls would go unnoticed. So each is looked up, with the parameters that
are relied on, before the proxy starts. Nothing of mitmproxy is imported before it is checked.
"""

import importlib
import inspect
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from wxpolicy.terms import Text

KNOWN_MAJORS = (11, 12)
# Every live test passes on these.
TESTED = ("11.0.2", "12.3.1")

_HTTP = "mitmproxy.proxy.layers.http"
_HTTP1, _HTTP2, _H2, _HTTP3, _EVENTS = (
    f"{_HTTP}.{name}" for name in ("_http1", "_http2", "_http_h2", "_http3", "_events")
)
_LAYER, _SERVER, _MODES = "mitmproxy.proxy.layer", "mitmproxy.proxy.server", "mitmproxy.proxy.layers.modes"

# What our classes override: class -> method -> the parameters that are relied on.
OVERRIDDEN: dict[str, dict[str, tuple[str, ...]]] = {
    f"{_HTTP}:HttpLayer": {
        "__init__": ("context", "mode"),
        "_handle_event": ("event",),
        "event_to_child": ("child", "event"),
        "make_stream": ("stream_id",),
        "get_connection": ("event", "reuse"),
        "register_connection": ("command",),
    },
    f"{_HTTP}:HttpStream": {
        "__init__": ("context", "stream_id"),
        "handle_event": ("event",),
        "check_invalid": ("request",),
        "check_killed": ("emit_error_hook",),
        "make_server_connection": (),
        "handle_connect_regular": (),
        "handle_protocol_error": ("event",),
        "state_stream_response_body": ("event",),
        "start_request_stream": (),
    },
    f"{_HTTP}:HttpClient": {"__init__": ("context",), "_handle_event": ("event",)},
    f"{_HTTP}:GetHttpConnection": {
        "__init__": ("address", "tls", "via", "transport_protocol"),
        "connection_spec_matches": ("connection",),
    },
    f"{_EVENTS}:ResponseProtocolError": {"__init__": ("stream_id", "message", "code")},
    f"{_HTTP1}:Http1Server": {"__init__": ("context",), "send": ("event",), "read_headers": ("event",)},
    f"{_HTTP1}:Http1Client": {
        "__init__": ("context",),
        "send": ("event",),
        "read_headers": ("event",),
        "mark_done": ("request", "response"),
    },
    f"{_HTTP1}:Http1Connection": {
        "read_body": ("event",),
        "wait": ("event",),
        "mark_done": ("request", "response"),
    },
    f"{_HTTP2}:Http2Connection": {
        "handle_event": ("event",),
        "close_connection": ("msg",),
        "handle_h2_event": ("event",),
    },
    f"{_HTTP2}:Http2Server": {"__init__": ("context",), "_handle_event": ("event",)},
    f"{_HTTP2}:Http2Client": {"__init__": ("context",)},
    f"{_HTTP3}:Http3Server": {"__init__": ("context",), "_handle_event": ("event",), "parse_headers": ("event",)},
    f"{_H2}:BufferedH2Connection": {
        "__init__": ("config",),
        "data_to_send": ("amount",),
        "send_data": ("stream_id", "data", "end_stream"),
        "stream_window_updated": ("stream_id",),
        "reset_stream": ("stream_id", "error_code"),
        "receive_data": ("data",),
        "_receive_frame": ("frame",),
        "acknowledge_received_data": ("acknowledged_size", "stream_id"),
    },
    f"{_SERVER}:ConnectionHandler": {
        "server_event": ("event",),
        "__init__": ("context",),
        "drain_writers": (),
        "open_connection": ("command",),
        "handle_connection": ("connection",),
        "handle_client": (),
        "log": ("message", "level", "exc_info"),
    },
    "mitmproxy.addons.clientplayback:ReplayHandler": {"__init__": ("flow", "options"), "replay": ()},
    f"{_MODES}:DestinationKnown": {"finish_start": ()},
    "mitmproxy.proxy.layers.tcp:TCPLayer": {"__init__": ("context", "ignore"), "relay_messages": ("event",)},
    f"{_LAYER}:Layer": {"_handle_event": ("event",), "handle_event": ("event",)},
    "mitmproxy.proxy.layers.websocket:WebsocketLayer": {"__init__": ("context", "flow"), "relay_messages": ("event",)},
    "mitmproxy.addonmanager:AddonManager": {
        "__init__": ("master",),
        "register": ("addon",),
        "remove": ("addon",),
        "clear": (),
        "add": ("addons",),
        "trigger": ("event",),
        "trigger_event": ("event",),
    },
    "mitmproxy.addons.errorcheck:ErrorCheck": {"shutdown_if_errored": ()},
    "mitmproxy.master:Master": {"__init__": ("opts",)},
}

# What is replaced (wxgate/layers/patches), each by a file of its own.
PATCHED = {
    "mitmproxy.proxy.mode_servers": ("ProxyConnectionHandler",),
    "mitmproxy.addons.clientplayback": ("ReplayHandler",),
    "mitmproxy.http:MessageData": ("__post_init__",),
    "mitmproxy.http:Headers": ("__init__", "get_all", "get", "__contains__"),
    "mitmproxy.net.tls": ("is_supported_version",),
    "mitmproxy.proxy.layers.tls:TLSLayer": ("tls_interact",),
}

# What else is read or called.
USED = {
    _LAYER: ("Paused",),
    f"{_LAYER}:Layer": ("context", "debug", "_paused", "_paused_event_queue"),
    f"{_LAYER}:NextLayer": ("layer", "data_client"),
    f"{_HTTP}:HttpLayer": ("mode", "command_sources", "streams", "connections", "waiting_for_establishment"),
    f"{_HTTP}:HttpStream": ("flow", "stream_id", "child_layer"),
    f"{_HTTP}:HttpClient": ("child_layer",),
    f"{_HTTP1}:Http1Connection": ("stream_id", "request", "response", "buf", "body_reader", "done"),
    f"{_HTTP2}:Http2Connection": ("h2_conn", "h2_conf", "streams", "is_closed"),
    f"{_HTTP2}:Http2Client": ("our_stream_id", "stream_queue"),
    f"{_HTTP2}": ("parse_h2_request_headers", "StreamState"),
    f"{_HTTP3}:Http3Server": ("h3_conn",),
    "h2.frame_buffer:FrameBuffer": ("_update_header_buffer",),
    f"{_H2}:BufferedH2Connection": ("stream_buffers",),
    f"{_SERVER}:ConnectionHandler": (
        "transports",
        "client",
        "layer",
        "handle_hook",
        "hook_task",
        "open_connection",
        "close_connection",
        "wakeup",
        "wakeup_timer",
        "timeout_watchdog",
    ),
    f"{_MODES}:DestinationKnown": ("child_layer", "done"),
    "mitmproxy.proxy.layers.websocket:WebsocketConnection": ("conn", "frame_buf", "send2"),
    "mitmproxy.proxy.layers.websocket:WebsocketLayer": ("flow", "client_ws", "server_ws"),
    "mitmproxy.proxy.context:Context": ("client", "server", "options", "layers"),
    "mitmproxy.addonmanager:AddonManager": ("_iter_hooks",),
    "mitmproxy.addons.proxyserver:Proxyserver": ("servers",),
}

# Our modules whose imports name what they need.
_IMPORTING = ("wxgate.layers.own", "wxgate.layers.handler", "wxgate.layers.internals", "wxgate.pipeline")


def version() -> str:
    try:
        return metadata.version("mitmproxy")
    except metadata.PackageNotFoundError:
        return ""


def unfit() -> Text | None:
    """Why the proxy cannot start on this mitmproxy, in one sentence; None if it can."""
    found = version()
    if not found:
        return Text("没有安装 mitmproxy", "mitmproxy is not installed")
    if _major(found) not in KNOWN_MAJORS:
        known = ", ".join(map(str, KNOWN_MAJORS))
        return Text(
            f"不支持 mitmproxy {found}（只支持主版本 {known}）：请安装 requirements.txt 中的版本",
            f"mitmproxy {found} is not supported (only major versions {known}): install the version in requirements.txt",
        )
    missing = next(lacking(), None)
    if missing is None:
        return None
    return Text(
        f"mitmproxy {found} 缺少所需的 {missing}：请安装 requirements.txt 中的版本",
        f"mitmproxy {found} lacks {missing}, which this tool needs: install the version in requirements.txt",
    )


def untried() -> Text | None:
    """A notice that this mitmproxy is newer than those that the tests have run with."""
    found = version()
    newest = max((each for each in TESTED if _major(each) == _major(found)), key=_numbers, default="")
    if not newest or _numbers(found) <= _numbers(newest):
        return None
    return Text(
        f"mitmproxy {found} 比测试过的 {newest} 新，但具备所需的一切，照常启动",
        f"mitmproxy {found} is newer than the tested {newest}, but has everything that is needed, so the proxy starts",
    )


def lacking() -> Iterator[str]:
    """Names that are relied on and that are missing or different."""
    for place, methods in OVERRIDDEN.items():
        for name, parameters in methods.items():
            if not _takes(_member(place, name), parameters):
                yield _shown(place, name)
    for place, names in (*PATCHED.items(), *USED.items()):
        for name in names:
            if _member(place, name) is None:
                yield _shown(place, name)
    for module in _IMPORTING:
        try:
            importlib.import_module(module)
        except (ImportError, AttributeError) as error:
            yield str(error)
            return


def _member(place: str, name: str) -> Any:
    """The attribute or annotation of that name in ``place`` ("module" or "module:Class"); None if there is none."""
    module_name, _, class_name = place.partition(":")
    try:
        owner: Any = importlib.import_module(module_name)
        if not class_name:
            return getattr(owner, name, None)
        owner = getattr(owner, class_name)
    except (ImportError, AttributeError):
        return None
    found = getattr(owner, name, None)
    if found is not None:
        return found
    annotated = (inspect.get_annotations(base).get(name) for base in getattr(owner, "__mro__", ()))
    return next((each for each in annotated if each is not None), None)


def _takes(method: Any, parameters: tuple[str, ...]) -> bool:
    """Whether it is a method with these parameters, in that order."""
    if not callable(method):
        return False
    try:
        taken = [name for name in inspect.signature(method).parameters if name != "self"]
    except (TypeError, ValueError):
        return True
    return tuple(taken[: len(parameters)]) == parameters


def _shown(place: str, name: str) -> str:
    return f"{place.replace(':', '.')}.{name}"


def _major(found: str) -> int:
    return _numbers(found)[0]


def _numbers(found: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in found.split(".")) or (0,)

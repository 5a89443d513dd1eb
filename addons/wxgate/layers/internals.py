"""Everything that reaches behind mitmproxy's public API, in one place.

Checked on 11.0.2 (Python 3.11), 12.2.3 and 12.3.1 (Python 3.13).
"""

import asyncio
import functools
import logging
import signal
from collections.abc import Callable
from collections.abc import Sequence
from typing import Any

import mitmproxy.version
from mitmproxy import options
from mitmproxy import optmanager
from mitmproxy.addons import default_addons
from mitmproxy.addons import errorcheck
from mitmproxy.master import Master
from mitmproxy.net import tls as net_tls
from mitmproxy.proxy import commands
from mitmproxy.proxy.layers.http import HttpStream
from mitmproxy.proxy.layers.http import RequestHeaders
from mitmproxy.proxy.layers.http import ResponseProtocolError
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.layers.http import _http2
from mitmproxy.proxy.layers.modes import DestinationKnown
from mitmproxy.tools import cmdline
from OpenSSL import SSL

from wxgate.layers.dispatch import TabledAddons
from wxgate.layers.dispatch import skip_type_checks_of_messages
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason


class CouldNotStart(Exception):
    """Why the proxy did not come up, each reason once; mitmproxy's own (what it logged as errors) are English alone."""

    def __init__(self, reasons: Sequence[Text]) -> None:
        self.reasons = tuple(dict.fromkeys(reasons))
        super().__init__(self.in_lang("en"))

    def in_lang(self, lang: str) -> str:
        return "\n".join(reason.in_lang(lang) for reason in self.reasons)


class StartupCheck(errorcheck.ErrorCheck):
    """Ends a start that logged errors with an exception instead of ``sys.exit``.

    Master.run asks the addon named "errorcheck" after each step of the start.
    """

    name = "errorcheck"

    async def shutdown_if_errored(self) -> None:
        await asyncio.sleep(0)
        if self.logger.has_errored:
            raise CouldNotStart([_reason(record) for record in self.logger.has_errored])


def _reason(record: logging.LogRecord) -> Text:
    error = record.exc_info[1] if record.exc_info else None
    message = record.getMessage()
    return unusable(error) if isinstance(error, OSError) and error.filename else Text(message, message)


def unusable(error: OSError) -> Text:
    """What mitmproxy cannot read or write at its start: its certificate and its configuration."""
    what, why = error.filename, reason(error)
    return Text(
        f"{what} 无法使用（{why.zh}）：mitmproxy 的证书和配置放在那里；可用 -- --set confdir=文件夹 换一处",
        f"{what} cannot be used ({why.en}): mitmproxy keeps its certificate and its configuration there; another place is chosen with -- --set confdir=FOLDER",
    )


class EmbeddedMaster(Master):
    """mitmproxy without its own terminal output, with ``addons`` after its own."""

    def __init__(self, opts: options.Options, addons: Sequence[object]) -> None:
        super().__init__(opts, with_termlog=False)
        skip_type_checks_of_messages()
        self.addons = TabledAddons(self)
        self.addons.add(*default_addons())
        self.addons.add(StartupCheck())
        self.addons.add(*addons)


def apply_arguments(master: Master, arguments: Sequence[str]) -> None:
    """Sets mitmproxy's options from a mitmdump command line.

    Raises OptionsError, or SystemExit as argparse does on words it does not know.
    """
    opts = master.options
    parser = cmdline.mitmdump(opts)
    parser.prog = "run.py ... --"
    args = parser.parse_args(list(arguments))
    opts.set(*args.setoptions, defer=True)
    optmanager.load_paths(opts, f"{opts.confdir}/config.yaml", f"{opts.confdir}/config.yml")
    opts.update(**{name: value for name, value in vars(args).items() if name in opts and value is not None})


def listen_addresses(master: Master) -> list[tuple[str, int]]:
    """Where the proxy really listens, after port 0 was resolved."""
    proxyserver = master.addons.get("proxyserver")
    return [address[:2] for server in proxyserver.servers for address in server.listen_addrs]


def wireguard_configuration(master: Master) -> str | None:
    """What a phone's WireGuard app needs, None where no server speaks WireGuard. Its Endpoint is what the proxy listens on."""
    servers = master.addons.get("proxyserver").servers
    return next((server.client_conf() for server in servers if hasattr(server, "client_conf")), None)


def never_answer_for_the_origin() -> None:
    """Makes mitmproxy close where it would send an error page of its own.

    Any HTTP status is success to a mini-program, so what cannot be answered must
    end as a network failure: HTTP/1 connections close, HTTP/2 streams are reset.
    Flows that an addon can kill end so anyway; a malformed request never becomes one.
    """
    if _http1.make_error_response is _no_page:
        return
    _http1.make_error_response = _no_page
    _http1.Http1Server.send = _told_nothing(_http1.Http1Server.send)
    _http2.Http2Server._handle_event = _told_nothing(_http2.Http2Server._handle_event)


def _no_page(*_: object, **__: object) -> bytes:
    return b""


def _told_nothing(send: Callable[..., Any]) -> Callable[..., Any]:
    """The layer's method, with every error that has a page turned into one that has none."""

    @functools.wraps(send)
    def silent(self: Any, event: Any) -> Any:
        if isinstance(event, ResponseProtocolError) and _has_page(event.code):
            event.code = _KILLED
        return (yield from send(self, event))

    return silent


if mitmproxy.version.VERSION.startswith("11."):
    from mitmproxy.net.http import status_codes

    _KILLED: Any = status_codes.NO_RESPONSE

    def _has_page(code: Any) -> bool:
        return code != _KILLED

else:
    from mitmproxy.proxy.layers.http._events import ErrorCode

    _KILLED = ErrorCode.KILL

    def _has_page(code: Any) -> bool:
        return code.http_status_code() is not None


def tolerate_missing_tls_versions() -> None:
    """Lets mitmproxy ask for old TLS versions on an OpenSSL that has forgotten some (SSL 3 in OpenSSL 4).

    Its check of what is supported raises there instead of saying no.
    """
    asked = net_tls.is_supported_version

    def is_supported_version(version: net_tls.Version) -> bool:
        try:
            return bool(asked(version))
        except SSL.Error:
            return False

    net_tls.is_supported_version = is_supported_version


def frame_bodies_without_length() -> None:
    """Chunks an HTTP/2 request body of no declared length on its way to an HTTP/1 server.

    mitmproxy would send it without any framing, and the server would take the
    body for a second request that nobody judged.
    """
    send = _http1.Http1Client.send
    if getattr(send, "frames", False):
        return

    @functools.wraps(send)
    def framing(self: _http1.Http1Client, event: Any) -> Any:
        if isinstance(event, RequestHeaders) and not event.end_stream:
            request = event.request
            unframed = "content-length" not in request.headers and "transfer-encoding" not in request.headers
            if (request.is_http2 or request.is_http3) and unframed:
                # A copy: the session keeps the request as the client sent it.
                chunked = request.copy()
                chunked.headers["transfer-encoding"] = "chunked"
                event = RequestHeaders(event.stream_id, chunked, event.end_stream)
        return (yield from send(self, event))

    framing.frames = True  # type: ignore[attr-defined]
    _http1.Http1Client.send = framing  # type: ignore[method-assign]


def connect_first_where(asked: Callable[[tuple[str, int]], bool]) -> None:
    """Connects upstream before the client has spoken, where ``asked`` says so of the address.

    Lazy connecting waits for the client's first bytes; where the server speaks
    first, both would wait for ever.
    """
    _asked[:] = [asked]
    if getattr(HttpStream.handle_connect_regular, "may_connect_first", False):
        return
    connects, starts = HttpStream.handle_connect_regular, DestinationKnown.finish_start

    def handle_connect_regular(self: HttpStream) -> Any:
        if _asked[0](self.context.server.address) and (yield commands.OpenConnection(self.context.server)):
            self.flow.kill()
            yield from self.check_killed(False)
            return
        yield from connects(self)

    def finish_start(self: DestinationKnown) -> Any:
        address = self.context.server.address
        if address and self.context.server.transport_protocol == "tcp" and _asked[0](address):
            error = yield commands.OpenConnection(self.context.server)
            if error:
                self._handle_event = self.done  # type: ignore[method-assign]
                return error
        return (yield from starts(self))

    handle_connect_regular.may_connect_first = True  # type: ignore[attr-defined]
    HttpStream.handle_connect_regular = handle_connect_regular  # type: ignore[method-assign]
    DestinationKnown.finish_start = finish_start  # type: ignore[method-assign]


_asked: list[Callable[[tuple[str, int]], bool]] = []


def quiet_loggers() -> None:
    """Leaves out what mitmproxy tells of single connections: what matters of it is in the session."""
    for name in ("asyncio", "hpack", "tornado", "quic", "aioquic", "mitmproxy.proxy"):
        logging.getLogger(name).setLevel(logging.ERROR)


def stop_on_signals(master: Master) -> None:
    """Ctrl-C and SIGTERM end the session cleanly."""
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(master.shutdown)

    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if not hasattr(signal, name):
            continue
        try:
            loop.add_signal_handler(getattr(signal, name), stop)
        except NotImplementedError:  # Windows
            signal.signal(getattr(signal, name), stop)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)

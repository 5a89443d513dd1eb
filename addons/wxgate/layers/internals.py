"""mitmproxy inside this process: its master, its options, its errors at the start."""

import asyncio
import logging
import signal
from collections.abc import Sequence
from typing import Any

from mitmproxy import options
from mitmproxy import optmanager
from mitmproxy.addons import default_addons
from mitmproxy.addons import errorcheck
from mitmproxy.master import Master
from mitmproxy.tools import cmdline

from wxgate.layers.dispatch import TabledAddons
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason


class CouldNotStart(Exception):
    """Why the proxy did not start, each reason once; mitmproxy's own (which it logged as errors) are in English
    only."""

    def __init__(self, reasons: Sequence[Text]) -> None:
        self.reasons = tuple(dict.fromkeys(reasons))
        super().__init__(self.in_lang("en"))

    def in_lang(self, lang: str) -> str:
        return "\n".join(reason.in_lang(lang) for reason in self.reasons)


class StartupCheck(errorcheck.ErrorCheck):
    """Ends a start that logged errors with an exception instead of ``sys.exit``.

    Master.run calls the addon named "errorcheck" after each step of the start.
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
    """What mitmproxy cannot read or write when it starts: its certificate and its configuration."""
    what, why = error.filename, reason(error)
    return Text(
        f"{what} 无法使用（{why.zh}）：mitmproxy 的证书和配置保存在那里；可用 -- --set confdir=目录 更换",
        f"{what} cannot be used ({why.en}): mitmproxy keeps its certificate and configuration there; choose another directory with -- --set confdir=DIR",
    )


class EmbeddedMaster(Master):
    """mitmproxy without its own terminal output, with ``addons`` after its own, and ``first`` before them."""

    def __init__(self, opts: options.Options, addons: Sequence[object], first: Sequence[object] = ()) -> None:
        super().__init__(opts, with_termlog=False)
        self.addons = TabledAddons(self)
        self.addons.add(*first, *default_addons())
        self.addons.add(StartupCheck())
        self.addons.add(*addons)


def apply_arguments(master: Master, arguments: Sequence[str]) -> None:
    """Sets mitmproxy's options from a mitmdump command line.

    Raises OptionsError, or SystemExit as argparse does for unknown words.
    """
    opts = master.options
    parser = cmdline.mitmdump(opts)
    parser.prog = "run.py ... --"
    args = parser.parse_args(list(arguments))
    opts.set(*args.setoptions, defer=True)
    optmanager.load_paths(opts, f"{opts.confdir}/config.yaml", f"{opts.confdir}/config.yml")
    opts.update(**{name: value for name, value in vars(args).items() if name in opts and value is not None})


def listening_servers(master: Master) -> list[Any]:
    """mitmproxy's servers, one per mode: each has a ``mode`` and, after port 0 was resolved, ``listen_addrs``."""
    return list(master.addons.get("proxyserver").servers)


def quiet_loggers() -> None:
    """Suppresses mitmproxy's messages about single connections: what matters of them is in the session."""
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

"""Runs mitmproxy with the pipeline inside this process, with our own start, errors and end."""

import asyncio
import logging
from collections.abc import Callable
from collections.abc import Coroutine
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

from mitmproxy import exceptions
from mitmproxy import options
from mitmproxy.master import Master

from wxgate.layers.internals import CouldNotStart
from wxgate.layers.internals import EmbeddedMaster
from wxgate.layers.internals import apply_arguments
from wxgate.layers.internals import quiet_loggers
from wxgate.layers.internals import stop_on_signals
from wxgate.layers.internals import unusable
from wxgate.page.server import read_page_address
from wxgate.pipeline import Pipeline
from wxgate.pipeline import pipeline
from wxgate.start.entrances import entrances
from wxgate.start.entrances import place_for_programs
from wxgate.start.new_authority import NewAuthority
from wxgate.start.ports import bind_error
from wxpolicy.terms import Text
from wxredact.bodies import redact_text
from wxreport.entrance import Entrance


@dataclass(frozen=True, slots=True)
class Launch:
    """How a session is started. ``for_s`` is None if only Ctrl-C ends it, ``keep_body_bytes`` if the default holds."""

    policies: tuple[Path, ...]  # one for each mini-program
    session: Path
    listen_host: str = "0.0.0.0"
    listen_port: int = 8080
    mode: str = ""
    scope: str = ""
    extra_roots: tuple[str, ...] = ()
    lang: str = "en"
    for_s: float | None = None
    keep_body_bytes: int | None = None
    page: str = ""
    scenario: str = ""
    watch: str = ""
    connect: tuple[str, ...] = ()
    allow_local: bool = False
    probe: bool = False
    # What the session is for: awaited once the proxy listens, with its address and the proxy's certificate.
    # The session ends with it; it raises nothing but its cancellation.
    work: Callable[[str, int, Path], Coroutine[Any, Any, None]] | None = None
    mitmproxy_arguments: Sequence[str] = ()


@dataclass(slots=True)
class Listening:
    """What is known once the proxy listens."""

    entrances: list[Entrance] = field(default_factory=list)
    confdir: Path = Path()
    page_url: str | None = None


class UsageMistake(Exception):
    """A mistake in the policy or an option, as text for the user."""


def run(launch: Launch, ready: Callable[[Listening], None]) -> None:
    """Runs a session to its end; ``ready`` is called once the proxy listens.

    Raises UsageMistake or CouldNotStart if it did not start.
    """
    asyncio.run(_run(launch, ready))


async def _run(launch: Launch, ready: Callable[[Listening], None]) -> None:
    errors = _log_to_stderr()
    _look_at_addresses(launch)
    ours = pipeline()
    master = EmbeddedMaster(options.Options(), ours.addons, [NewAuthority()])
    try:
        master.options.update(
            listen_host=launch.listen_host,
            listen_port=launch.listen_port,
        )
        apply_arguments(master, launch.mitmproxy_arguments)
        master.options.update(
            mp_lang=launch.lang,
            mp_mode=launch.mode,
            mp_scope=launch.scope,
            mp_extra_roots=launch.extra_roots,
            mp_connect=launch.connect,
            mp_allow_local=launch.allow_local,
            mp_policy=[str(policy) for policy in launch.policies],
            mp_session=str(launch.session),
            mp_page=launch.page,
            mp_scenario=launch.scenario,
            mp_watch=launch.watch,
            mp_probe=launch.probe,
        )
        if launch.keep_body_bytes is not None:
            master.options.update(mp_keep_body=launch.keep_body_bytes)
    except exceptions.OptionsError as error:
        await _discard(master, ours)
        raise UsageMistake(str(error)) from error
    except OSError as error:
        await _discard(master, ours)
        raise CouldNotStart([unusable(error)]) from error
    stop_on_signals(master)
    master.addons.add(_Ready(master, ours, launch, errors, ready))
    try:
        await master.run()
    except CouldNotStart:
        await _discard(master, ours)
        raise
    finally:
        # Connections that are still open are cancelled with the loop; asyncio would show each as an error.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)


def _look_at_addresses(launch: Launch) -> None:
    """Raises CouldNotStart if the proxy or its page cannot listen. Other modes than the HTTP proxy check by
    themselves."""
    places: dict[str, tuple[str, int]] = {}
    if not any(word.startswith(("--mode", "-m")) for word in launch.mitmproxy_arguments):
        places["--listen"] = launch.listen_host, launch.listen_port
    try:
        page = read_page_address(launch.page)
    except ValueError:
        page = None  # a mistake that the page itself reports better
    if page is not None:
        places["--page"] = page
    found = [bind_error(*place, option) for option, place in places.items()]
    reasons = [reason for reason in found if reason is not None]
    if not reasons and page is not None and page[1] and page[1] == launch.listen_port and "--listen" in places:
        reasons = [
            Text(
                f"--listen 和 --page 使用了同一个端口 {page[1]}：请更换其中一个",
                f"--listen and --page use the same port {page[1]}: choose another port for one of them",
            )
        ]
    if reasons:
        raise CouldNotStart(reasons)


async def _discard(master: EmbeddedMaster, ours: Pipeline) -> None:
    """Nothing was recorded: no session is left behind that a report would take for the newest."""
    await master.done()
    ours.session.discard()


class _Ready:
    """Reports that the proxy listens, and ends the session when its time is up."""

    def __init__(
        self,
        master: Master,
        ours: Pipeline,
        launch: Launch,
        errors: "_StartErrors",
        tell: Callable[[Listening], None],
    ) -> None:
        self._master = master
        self._ours = ours
        self._errors = errors
        self._launch = launch
        self._tell = tell
        self._work: asyncio.Task[None] | None = None

    async def done(self) -> None:
        """The session ends by Ctrl-C: its work is cancelled too."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.wait([self._work])

    def _time_is_up(self) -> None:
        if self._work is not None:
            self._work.cancel()  # when it ends, the session ends
        else:
            self._master.shutdown()

    def running(self) -> None:
        self._errors.are_raised = False
        confdir = Path(self._master.options.confdir).expanduser()
        page_url = self._ours.page.url
        found = entrances(self._master)
        self._tell(Listening(found, confdir, page_url))
        if self._launch.for_s is not None:
            asyncio.get_running_loop().call_later(self._launch.for_s, self._time_is_up)
        if self._launch.work is not None:
            host, port = place_for_programs(found)
            self._work = asyncio.create_task(self._launch.work(host, port, confdir / "mitmproxy-ca-cert.pem"))
            self._work.add_done_callback(lambda _: self._master.shutdown())


class _StartErrors(logging.Filter):
    """Errors during the start end it, as CouldNotStart: they are not reported twice, and never with a traceback."""

    are_raised = True

    def filter(self, record: logging.LogRecord) -> bool:
        return not (self.are_raised and record.levelno >= logging.ERROR)


class _Masked(logging.Formatter):
    """Log messages of any part may quote the wire: an address, an exception's text, a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return redact_text(super().format(record))


def _log_to_stderr() -> _StartErrors:
    """Warnings and errors, one line each, without mitmproxy's messages for every connection."""
    handler, errors = logging.StreamHandler(), _StartErrors()
    handler.setFormatter(_Masked("%(asctime)s %(message)s", "%H:%M:%S"))
    handler.addFilter(errors)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    quiet_loggers()
    return errors

"""The session being recorded: opens it, keeps its facts and notices, and closes it.

Recording never blocks or breaks traffic: every write is handed to the writer's thread, and waiting for one is limited
in time.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable
from concurrent.futures import Future
from pathlib import Path

from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader

from wxgate.recording.counters import Counters
from wxgate.start.policy_source import PolicySource
from wxpolicy.call.record import CallRecord
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason
from wxredact.bodies import redact_text
from wxsession.embedded import EMBEDDED
from wxsession.store import InUse
from wxsession.store import Store
from wxsession.store import StoreWriter

logger = logging.getLogger(__name__)

# How long a response may be held so that its record is on disk first. A commit takes a
# millisecond; if it takes longer than this, nobody waits.
PATIENCE_S = 0.5
FACTS_EVERY_S = 1.0


class Session:
    """Owns ``mp_session``. Everything that is recorded goes through here."""

    def __init__(self, source: PolicySource, counters: Counters, store: Store = EMBEDDED) -> None:
        self.counters = counters
        self.store = store
        self.writer: StoreWriter | None = None
        self.notices: list[Text] = []
        self.lang = "en"
        self._source = source
        self._keeping: asyncio.Task[None] | None = None
        self._overdue: Future[bool] | None = None  # a record that took too long, until it is written
        counters.noticed.subscribe(self.notice)
        counters.counted.subscribe(self.say)
        source.refused.subscribe(self.notice)
        source.saved.subscribe(self.say)
        source.changed.subscribe(self._policy)

    def load(self, loader: Loader) -> None:
        loader.add_option("mp_session", str, "", "The session's directory; empty: a new one under sessions/.")
        loader.add_option("mp_lang", str, "en", "Language of messages: zh or en.")

    def configure(self, updated: set[str]) -> None:
        self.lang = ctx.options.mp_lang
        if "mp_session" not in updated or self.writer is not None:
            return
        folder = Path(ctx.options.mp_session or default_folder()).expanduser()
        try:
            self.writer = self.store.create(folder, self._trouble)
        except InUse as error:
            raise exceptions.OptionsError(_in_use(folder).in_lang(self.lang)) from error
        except Exception as error:
            raise exceptions.OptionsError(_not_recorded(folder, error).in_lang(self.lang)) from error
        policies = self._source.policies
        for name, value in (
            ("started_at", str(time.time())),
            ("mode", policies.agreed(lambda policy: policy.mode.value)),
            ("scope", policies.nameless.scope.value),
            ("edition", policies.agreed(lambda policy: policy.edition.name)),
            ("appid", policies.agreed(lambda policy: policy.appid)),
        ):
            self.writer.fact(name, value)
        self._tell_policies()
        for file in self._source.files:
            self.writer.policy(time.time(), file.text)

    def running(self) -> None:
        if self._keeping is None:
            self._keeping = asyncio.get_running_loop().create_task(self._keep_facts(), name="session facts")

    def close(self) -> None:
        """Writes what is left; see SessionEnd."""
        if self._keeping is not None:
            self._keeping.cancel()
            self._keeping = None
        if self.writer is None:
            return
        self._write_facts()
        self.writer.fact("ended_at", str(time.time()))
        lost = self.writer.close()
        if lost:
            self.say(
                Text(
                    zh=f"RECORD_DROPPED：本次会话丢失了 {lost} 条调用记录",
                    en=f"RECORD_DROPPED: {lost} call records of this session are lost",
                )
            )

    def discard(self) -> None:
        """The proxy did not start: after closing, removes what was created for its session."""
        if self.writer is not None:
            self.writer.discard()

    def record(self, record: CallRecord, flow: bytes | None = None, *, is_last: bool = True) -> Awaitable[None] | None:
        """Records a call; returns what to wait for until the record survives the process, None if there is nothing to
        wait for.

        ``flow`` gets the record too. Not ``is_last``: the same call is recorded again when it ends.
        """
        if self.writer is None:
            return None
        if is_last and flow is not None:
            written = self.writer.keep(record, flow)
        else:
            written = self.writer.call(record, flow, is_last=is_last)
        if written is None or self.writer.behind or not (self._overdue is None or self._overdue.done()):
            return None
        return self._written(written)

    async def _written(self, written: "Future[bool]") -> None:
        """Returns when it is done, or when it takes too long."""
        await asyncio.wait([asyncio.wrap_future(written)], timeout=PATIENCE_S)
        self._overdue = None if written.done() else written

    def record_changed(self, record: CallRecord) -> None:
        """Records what is now known about a call that was recorded before."""
        if self.writer is not None:
            self.writer.changed(record)

    def record_later(self, record: CallRecord) -> Future[bool] | None:
        """Records a call for which nobody waits."""
        return self.writer.call(record) if self.writer else None

    def handshake(self, at: float, device: str, host: str, side: str, trouble: str) -> None:
        if self.writer is not None:
            self.writer.handshake(at, device, host, side, trouble)

    def app_state(self, at: float, device: str, appid: str, state: str, source: str) -> None:
        """An app was sent to the background or to the foreground; ``source`` is who did it."""
        if self.writer is not None:
            self.writer.app_state(at, device, appid, state, source)

    def say(self, text: Text) -> None:
        """Something that the user should see now, but not in the report."""
        logger.warning("%s", redact_text(text.in_lang(self.lang)))

    def notice(self, text: Text) -> None:
        """Something that the user should know about the session: printed now, and again in its report."""
        self.say(text)
        if self.writer is not None:
            self.writer.notice(time.time(), text)

    def _trouble(self, text: Text) -> None:
        # Called from the writer's thread, which writes it as soon as it can.
        logger.error("%s", text.in_lang(self.lang))
        self.notices.append(text)

    def _policy(self, at: float, text: str, policies: PolicySet) -> None:
        if self.writer is not None:
            self.writer.policy(at, text)
            self._tell_policies()

    def _tell_policies(self) -> None:
        assert self.writer is not None
        files = [str(file.path) for file in self._source.files]
        self.writer.fact("policies", json.dumps(self._source.policies.told(files)))
        self.writer.fact("policy_file", files[0] if len(files) == 1 else "")

    async def _keep_facts(self) -> None:
        while True:
            await asyncio.sleep(FACTS_EVERY_S)
            if self.counters.changed:
                self._write_facts()

    def _write_facts(self) -> None:
        assert self.writer is not None
        for name, value in self.counters.facts().items():
            self.writer.fact(name, value)


async def waited(for_what: Awaitable[None] | None) -> None:
    if for_what is not None:
        await for_what


def _in_use(folder: Path) -> Text:
    return Text(
        f"另一个代理正在 {folder} 中录制会话：请停止它，或用 --session 换一个目录",
        f"another proxy is recording a session in {folder}: stop it, or choose another directory with --session",
    )


def _not_recorded(folder: Path, error: Exception) -> Text:
    why = reason(error) if isinstance(error, OSError) else Text(str(error), str(error))
    return Text(
        f"会话无法录制在 {folder}：{why.zh}；请用 --session 换一个目录",
        f"the session cannot be recorded in {folder}: {why.en}; choose another directory with --session",
    )


class SessionEnd:
    """The last addon: when a session ends, the others still hand in the calls that were in flight."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def done(self) -> None:
        self.session.close()


def default_folder() -> Path:
    return Path("sessions") / time.strftime("%Y-%m-%d_%H-%M-%S")

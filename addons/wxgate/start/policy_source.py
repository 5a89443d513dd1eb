"""The policy in force: read at the start, watched, replaced by every good save."""

import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path

from mitmproxy import ctx
from mitmproxy import exceptions

from wxgate.signal import Signal
from wxpolicy.policy import HostPlace
from wxpolicy.policy import Policy
from wxpolicy.policyfile import Reading
from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.places import read_connect
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason

logger = logging.getLogger(__name__)

# How long a save may take to come into force.
WATCH_S = 0.2
# How long the loop waits for the interpreter while a policy is read, each time that it had let it go for a system
# call: a callback makes many. Python's own 5 ms would add up to a stall.
POLITE_SWITCH_S = 0.0003


class PolicyRefused(Exception):
    """Why a policy that reads well cannot come into force, for a person."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class _Save:
    stamp: tuple[int, int, int]
    text: str


class PolicySource:
    """Owns ``mp_policy``, ``mp_mode``, ``mp_scope``, ``mp_extra_roots`` and ``mp_connect``.

    ``policy`` is what new calls are judged by. A save with mistakes keeps the
    last good one and says where the mistakes are.
    """

    def __init__(self) -> None:
        self.policy = Policy()
        self.text = ""
        self.changed: Signal[float, str, Policy] = Signal()  # when (Unix time), the file's text, the policy
        self.refused: Signal[Text] = Signal()
        self.saved: Signal[Text] = Signal()
        # What else must hold of a policy (its files exist): raises PolicyRefused. Emitted in any thread.
        self.checked: Signal[Policy, Path] = Signal()
        self._path: Path | None = None
        self._seen: tuple[int, int, int] | None = None
        self._last_was_refused = False
        self._watching: asyncio.Task | None = None

    @property
    def path(self) -> Path | None:
        """The policy's file."""
        return self._path

    @property
    def folder(self) -> Path:
        """Where the policy lies: relative paths in it start here."""
        return self._path.parent if self._path else Path()

    def load(self, loader) -> None:
        loader.add_option("mp_policy", str, "policy.yaml", "The mini-program's policy file.")
        loader.add_option("mp_mode", str, "", "release, debug or observe; empty: as the policy says.")
        loader.add_option("mp_scope", str, "", "miniprogram or all; empty: as the policy says.")
        loader.add_option("mp_extra_roots", Sequence[str], [], "PEM files of further roots to trust upstream.")

        loader.add_option(
            "mp_connect", Sequence[str], [], "HOST=ADDR[:PORT]: where a name lives, beside the policy's hosts."
        )

    def configure(self, updated: set[str]) -> None:
        if not updated & {"mp_policy", "mp_mode", "mp_scope", "mp_extra_roots", "mp_connect"}:
            return
        for name, kind in (("mp_mode", Mode), ("mp_scope", Scope)):
            value = getattr(ctx.options, name)
            if value and value not in tuple(kind):
                raise exceptions.OptionsError(f"{name}: found {value!r}, expected one of {', '.join(kind)}")
        for typed in ctx.options.mp_connect:
            if isinstance(place := read_connect(typed), Text):
                raise exceptions.OptionsError(f"connect: {place.in_lang(ctx.options.mp_lang)}")
        self._path = Path(ctx.options.mp_policy).expanduser()
        try:
            self._seen = _stamp(self._path)
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            why = reason(error)
            told = Text(f"{self._path} 无法读取：{why.zh}", f"{self._path} cannot be read: {why.en}")
            raise exceptions.OptionsError(told.in_lang(ctx.options.mp_lang)) from error
        reading = read_policy(text, str(self._path))
        if reading.policy is None:
            raise exceptions.OptionsError(
                "\n".join(mistake.in_lang(ctx.options.mp_lang) for mistake in reading.mistakes)
            )
        try:
            self._adopt(text, reading.policy)
        except PolicyRefused as refused:
            raise exceptions.OptionsError(refused.text.in_lang(ctx.options.mp_lang)) from refused

    def running(self) -> None:
        if self._watching is None:
            self._watching = asyncio.get_running_loop().create_task(self._watch(), name="policy watcher")

    def done(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            try:
                await self.look_again_meanwhile()
            except Exception:  # A watcher that died would silently keep an old policy.
                logger.exception("the policy could not be looked at again")

    def look_again(self) -> None:
        """Takes a save into force, or says why not."""
        if (save := self._save()) is not None:
            self._take(save, self._read(save))

    async def look_again_meanwhile(self) -> None:
        """The same, with calls going on: ten thousand entries take a third of a second to read."""
        if (save := self._save()) is not None:
            found = await asyncio.to_thread(self._read_politely, save)
            # Another may have come meanwhile, and may be in force.
            if self._seen == save.stamp:
                self._take(save, found)

    def _save(self) -> _Save | None:
        """What was saved since the last look; None where nothing was."""
        assert self._path is not None
        try:
            stamp = _stamp(self._path)
            if stamp == self._seen:
                return None
            text = self._path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            if self._seen is not None:
                self._seen = None
                self._refuse(
                    Text(
                        zh=f"{self._path} 无法读取（{reason(error).zh}），继续使用之前的策略",
                        en=f"{self._path} cannot be read ({reason(error).en}); the policy before stays in force",
                    )
                )
            return None
        self._seen = stamp
        return _Save(stamp, text) if text != self.text or self._last_was_refused else None

    def _read(self, save: _Save) -> Policy | Text:
        """The policy, which can come into force; or why it cannot. May run in any thread."""
        reading = read_policy(save.text, str(self._path))
        if reading.policy is None:
            return _kept(reading)
        policy = self._as_ordered(reading.policy)
        try:
            self.checked.emit(policy, self.folder)
        except PolicyRefused as refused:
            kept = Text("继续使用之前的策略", "the policy before stays in force")
            return Text(f"{refused.text.zh}；{kept.zh}", f"{refused.text.en}; {kept.en}")
        return policy

    def _read_politely(self, save: _Save) -> Policy | Text:
        """In a thread: whenever the loop has waited for a moment, it is the loop's turn."""
        usual_s = sys.getswitchinterval()
        sys.setswitchinterval(POLITE_SWITCH_S)
        try:
            return self._read(save)
        finally:
            sys.setswitchinterval(usual_s)

    def _take(self, save: _Save, found: Policy | Text) -> None:
        if isinstance(found, Text):
            self._refuse(found)
            return
        self._put_in_force(save.text, found)
        said = Text(f"{self._path} 已保存，对新请求生效", f"{self._path} was saved: in force for new calls")
        self.saved.emit(said)

    def _adopt(self, text: str, policy: Policy) -> None:
        """Raises PolicyRefused."""
        policy = self._as_ordered(policy)
        self.checked.emit(policy, self.folder)
        self._put_in_force(text, policy)

    def _as_ordered(self, policy: Policy) -> Policy:
        """With what the command line says in its place."""
        if ctx.options.mp_mode:
            policy = replace(policy, mode=Mode(ctx.options.mp_mode))
        if ctx.options.mp_scope:
            policy = replace(policy, scope=Scope(ctx.options.mp_scope))
        if ctx.options.mp_extra_roots:
            # Named on the command line: they start where the user stands, not where the policy lies.
            named = (str(Path(root).expanduser().absolute()) for root in ctx.options.mp_extra_roots)
            roots = (*policy.certificates.extra_roots, *named)
            policy = replace(policy, certificates=replace(policy.certificates, extra_roots=roots))
        if ctx.options.mp_connect:
            policy = replace(policy, hosts={**policy.hosts, **dict(self.typed_hosts())})
        return policy

    def _put_in_force(self, text: str, policy: Policy) -> None:
        self._last_was_refused = False
        # The texts first: to compare ten thousand entries takes its time.
        changed = text != self.text or policy != self.policy
        self.policy, self.text = policy, text
        if changed:
            self.changed.emit(time.time(), text, policy)

    def typed_hosts(self) -> list[tuple[str, HostPlace]]:
        """What ``mp_connect`` places, beside the policy's own."""
        return [place for place in map(read_connect, ctx.options.mp_connect) if not isinstance(place, Text)]

    def _refuse(self, text: Text) -> None:
        # Whoever then takes the mistake back wants to hear that all is well, though nothing has changed.
        self._last_was_refused = True
        self.refused.emit(text)


def _stamp(path: Path) -> tuple[int, int, int]:
    """Changes with every save, also one within the clock's grain that replaces the file."""
    status = path.stat()
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _kept(reading: Reading) -> Text:
    def lines(lang: str) -> str:
        return "\n".join(mistake.in_lang(lang) for mistake in reading.mistakes)

    return Text(
        zh=f"策略文件有错误，继续使用之前的策略：\n{lines('zh')}",
        en=f"the policy file has mistakes; the policy before stays in force:\n{lines('en')}",
    )

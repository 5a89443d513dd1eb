"""The policies in force: read at the start, watched, replaced by every valid save of their files."""

import asyncio
import logging
import time
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from typing import TypeVar

from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader

from wxgate.signal import Signal
from wxgate.start.in_thread import in_thread
from wxgate.start.policy_file import Bad
from wxgate.start.policy_file import Good
from wxgate.start.policy_file import PolicyFile
from wxgate.start.policy_file import PolicyRefused
from wxgate.start.policy_file import Save
from wxgate.start.policy_file import kept
from wxgate.start.policy_file import unreadable
from wxgate.start.several import fitting
from wxgate.start.several import one_for_all
from wxgate.start.several import one_of_several
from wxpolicy.policy import HostPlace
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.policyfile import Mistake
from wxpolicy.policyfile import Reading
from wxpolicy.policyfile.places import read_connect
from wxpolicy.policyfile.together import mistakes_between
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text

logger = logging.getLogger(__name__)

# How long a save may take to come into force.
WATCH_S = 0.2
_OPTIONS = {"mp_policy", "mp_mode", "mp_scope", "mp_extra_roots", "mp_connect"}
USUAL_FILE = "policy.yaml"
_NOWHERE = Path()
_T = TypeVar("_T")


@lru_cache(maxsize=16)
def _folder_of(path: Path) -> Path:
    """Cached, because it is asked for with each call and compared by identity."""
    return path.parent


class PolicySource:
    """Owns ``mp_policy``, ``mp_mode``, ``mp_scope``, ``mp_extra_roots`` and ``mp_connect``.

    ``policies`` are what new calls are judged by. A save with mistakes keeps the last valid version of its file and
    reports where the mistakes are.
    """

    def __init__(self) -> None:
        self.policies = PolicySet((Policy(),))
        self.files: tuple[PolicyFile, ...] = ()
        # When (Unix time), the text of the file that has changed, and what is in force now.
        self.changed: Signal[float, str, PolicySet] = Signal()
        self.refused: Signal[Text] = Signal()
        self.saved: Signal[Text] = Signal()
        # Further checks of a policy (its files exist): raise PolicyRefused. Emitted in any thread.
        self.checked: Signal[Policy, Path] = Signal()
        self._watching: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()  # one file at a time

    @property
    def folder(self) -> Path:
        """Where relative paths of the policy in force start. Those of several policies are already absolute, see
        ``one_of_several``."""
        return _folder_of(self.files[0].path) if len(self.files) == 1 else _NOWHERE

    def file_of(self, policy: Policy) -> PolicyFile | None:
        return next((file for file in self.files if file.policy is policy), None)

    def load(self, loader: Loader) -> None:
        # A config.yaml may name one file as a plain string, which mitmproxy does not accept for a list.
        if isinstance(named := ctx.options.deferred.get("mp_policy"), str):
            ctx.options.deferred["mp_policy"] = [named]
        loader.add_option(
            "mp_policy",
            Sequence[str],
            [USUAL_FILE],
            "The mini-program's policy file; repeated, one for each of several.",
        )
        loader.add_option("mp_mode", str, "", "release, debug or observe; empty: the policy's mode.")
        loader.add_option("mp_scope", str, "", "miniprogram or all; empty: the policy's scope.")
        loader.add_option("mp_extra_roots", Sequence[str], [], "PEM files of additional root certificates to trust.")

        loader.add_option(
            "mp_connect",
            Sequence[str],
            [],
            "HOST=ADDR[:PORT]: the address of a name, in addition to the policy's hosts.",
        )

    def configure(self, updated: set[str]) -> None:
        if not updated & _OPTIONS:
            return
        for name, kind in (("mp_mode", Mode), ("mp_scope", Scope)):
            value = getattr(ctx.options, name)
            if value and value not in tuple(kind):
                raise exceptions.OptionsError(f"{name}: found {value!r}, expected one of {', '.join(kind)}")
        for typed in ctx.options.mp_connect:
            if isinstance(place := read_connect(typed), Text):
                raise exceptions.OptionsError(f"connect: {place.in_lang(ctx.options.mp_lang)}")
        self._read_all([Path(name).expanduser() for name in ctx.options.mp_policy or [USUAL_FILE]], updated)

    def _read_all(self, paths: list[Path], updated: set[str]) -> None:
        """Raises OptionsError with every mistake of every file."""
        known = {file.path: file for file in self.files}
        files = [known.get(path) or PolicyFile(path) for path in paths]
        if len(files) > 1 and ctx.options.mp_scope == Scope.ALL:
            raise exceptions.OptionsError(one_for_all(len(files)).in_lang(ctx.options.mp_lang))
        texts, readings = [], []
        for file in files:
            if file.reading is not None and "mp_policy" not in updated:
                # Other options have changed. A bad save keeps its file's last valid policy here too.
                texts.append(file.text)
                readings.append(file.reading)
                continue
            try:
                save = file.first()
            except OSError as error:
                raise exceptions.OptionsError(unreadable(file.path, error).in_lang(ctx.options.mp_lang)) from error
            texts.append(save.text)
            is_read = file.reading is not None and save.text == file.text
            readings.append(file.reading if file.reading is not None and is_read else file.read(save))
        mistakes = [mistake for reading in readings for mistake in reading.mistakes]
        mistakes += mistakes_between(readings)
        if mistakes:
            raise exceptions.OptionsError("\n".join(mistake.in_lang(ctx.options.mp_lang) for mistake in mistakes))
        made: list[tuple[PolicyFile, str, Good]] = []
        for file, text, reading in zip(files, texts, readings, strict=True):
            assert reading.policy is not None
            if "mp_mode" in updated:
                file.mode = None
            policy = self._as_ordered(reading.policy, file, len(files))
            try:
                self.checked.emit(policy, file.path.parent if len(files) == 1 else _NOWHERE)
            except PolicyRefused as refused:
                raise exceptions.OptionsError(refused.text.in_lang(ctx.options.mp_lang)) from refused
            made.append((file, text, Good(reading, policy)))
        self.files = tuple(files)
        if "mp_policy" in updated:
            for file in files:
                file.is_good()
        self._put_in_force(made)

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
            for file in self.files:
                try:
                    await self._look_again_at(file)
                except Exception:  # A watcher that stopped would silently keep an old policy.
                    logger.exception("the policy could not be looked at again")

    async def look_again(self) -> None:
        """Puts saves into force, or reports why not. Calls continue: ten thousand entries take a third of a second to
        read."""
        for file in self.files:
            await self._look_again_at(file)

    async def _look_again_at(self, file: PolicyFile) -> None:
        async with self._reading:
            if (save := self._save(file)) is not None:
                found = await in_thread(self._read, file, save)
                # Another save may have arrived meanwhile, and may be in force.
                if file.seen == save.stamp and file in self.files:
                    self._take(file, save, found)

    async def beside(self, work: Callable[..., _T], *arguments: Any) -> _T:
        """Runs ``work``, which takes as long as reading a policy, in a thread, so that calls continue."""
        async with self._reading:
            return await in_thread(work, *arguments)

    def switch(self, file: PolicyFile, mode: Mode) -> None:
        """Uses another mode than the file's, for this run."""
        file.mode = mode
        if file.reading is not None and file.reading.policy is not None:
            policy = self._as_ordered(file.reading.policy, file, len(self.files))
            self._put_in_force([(file, file.text, Good(file.reading, policy))])

    def _save(self, file: PolicyFile) -> Save | None:
        found = file.save()
        if isinstance(found, Text):
            self._refuse(file, Bad(found))
            return None
        return found

    def _read(self, file: PolicyFile, save: Save) -> Good | Bad:
        """The policy, which can come into force; or why it cannot. May run in any thread."""
        reading = file.read(save)
        if reading.policy is None:
            return Bad(kept(reading.mistakes))
        beside: list[tuple[PolicyFile, Reading]] = []
        if mistakes := self._mistakes_beside(file, reading):
            beside = fitting(self.files, file, reading)
            if not beside:
                return Bad(kept(mistakes), (save, reading))
        first = self._made(file, reading)
        if isinstance(first, Bad):
            return first
        others = tuple((each, made) for each, of in beside if isinstance(made := self._made(each, of), Good))
        return replace(first, beside=others) if len(others) == len(beside) else Bad(kept(mistakes), (save, reading))

    def _made(self, file: PolicyFile, reading: Reading) -> Good | Bad:
        assert reading.policy is not None
        policy = self._as_ordered(reading.policy, file, len(self.files))
        try:
            self.checked.emit(policy, self.folder)
        except PolicyRefused as refused:
            before = Text("继续使用之前的策略", "the previous policy stays active")
            return Bad(Text(f"{refused.text.zh}；{before.zh}", f"{refused.text.en}; {before.en}"))
        return Good(reading, policy)

    def _mistakes_beside(self, file: PolicyFile, reading: Reading) -> list[Mistake]:
        """Conflicts between a save and the other files in force: reported for the save, whichever file comes first."""
        others = [each.reading for each in self.files if each is not file and each.reading is not None]
        if not others:
            return []
        return [mistake for mistake in mistakes_between([*others, reading]) if mistake.source == reading.source]

    def _take(self, file: PolicyFile, save: Save, found: Good | Bad) -> None:
        if isinstance(found, Bad):
            self._refuse(file, found)
            return
        taken = [(file, save.text, found)]
        taken += [(each, each.waiting[0].text, made) for each, made in found.beside if each.waiting is not None]
        for each, _, _ in taken:
            each.is_good()
        self._put_in_force(taken)
        for other in self.files:
            if other.waiting is not None:
                other.is_looked_at_again()
        for each, _, _ in taken:
            said = Text(f"{each.path} 已保存，对新的调用生效", f"{each.path} was saved and applies to new calls")
            self.saved.emit(said)

    def _as_ordered(self, policy: Policy, file: PolicyFile, count: int) -> Policy:
        """With the overrides of the command line; each of several policies is identified by its appid."""
        mode = file.mode or (Mode(ctx.options.mp_mode) if ctx.options.mp_mode else None)
        if mode is not None:
            policy = replace(policy, mode=mode)
        if ctx.options.mp_scope:
            policy = replace(policy, scope=Scope(ctx.options.mp_scope))
        if ctx.options.mp_extra_roots:
            # Named on the command line: relative to the working directory, not to the policy's folder.
            named = (str(Path(root).expanduser().absolute()) for root in ctx.options.mp_extra_roots)
            roots = (*policy.certificates.extra_roots, *named)
            policy = replace(policy, certificates=replace(policy.certificates, extra_roots=roots))
        if ctx.options.mp_connect:
            policy = replace(policy, hosts={**policy.hosts, **dict(self.typed_hosts())})
        return one_of_several(policy, file.path.parent) if count > 1 else policy

    def _put_in_force(self, made: list[tuple[PolicyFile, str, Good]]) -> None:
        changed = []
        for file, text, good in made:
            # The texts first: comparing ten thousand entries takes a while.
            if text != file.text or good.policy != file.policy:
                changed.append(text)
            file.text, file.policy, file.reading = text, good.policy, good.reading
        self.policies = PolicySet(file.policy for file in self.files if file.policy is not None)
        for text in changed:
            self.changed.emit(time.time(), text, self.policies)

    def typed_hosts(self) -> list[tuple[str, HostPlace]]:
        """The addresses set by ``mp_connect``, in addition to the policy's own."""
        return [place for place in map(read_connect, ctx.options.mp_connect) if not isinstance(place, Text)]

    def _refuse(self, file: PolicyFile, bad: Bad) -> None:
        file.problem, file.waiting = bad.why, bad.waiting
        self.refused.emit(bad.why)

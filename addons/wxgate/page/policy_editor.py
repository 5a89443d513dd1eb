"""Changes made on the page: entries of a policy file, with undo, and the mode and scope in force."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mitmproxy import ctx

from wxgate.start.policy_file import PolicyFile
from wxgate.start.policy_source import PolicySource
from wxgate.start.several import one_for_all
from wxpolicy.policy import HostPlace
from wxpolicy.policy import Policy
from wxpolicy.policyfile.add_entry import add_entry
from wxpolicy.policyfile.edited import Edited
from wxpolicy.policyfile.set_host import set_host
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason

MOST_EDITS = 50
LARGEST_FILE = 1 << 20


class NotEdited(Exception):
    """Why nothing was changed, as text for the user."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Edit:
    """``of`` is the list that ``entry`` was added to, or "hosts"; ``path`` is the policy file as it was named."""

    path: Path
    of: str
    entry: str
    before: bytes
    after: bytes


class PolicyEditor:
    """Each change is written to the file of the policy that it is for."""

    def __init__(self, source: PolicySource) -> None:
        self._source = source
        self._edits: list[Edit] = []
        self._editing = asyncio.Lock()

    def file_of(self, policy: Policy) -> PolicyFile | None:
        return self._source.file_of(policy)

    @property
    def last(self) -> Edit | None:
        """What ``undo`` would revert."""
        return self._edits[-1] if self._edits else None

    @property
    def typed_hosts(self) -> frozenset[str]:
        """The hosts set by ``--connect``, which takes precedence over the file."""
        return frozenset(name for name, _ in self._source.typed_hosts())

    async def add(self, policy: Policy, api: Api, entry: str) -> int:
        """Adds an entry and waits until it is in force; returns its line. Raises NotEdited."""
        return await self._edit(policy, api.value, entry, lambda text: add_entry(text, api, entry))

    async def set_host(self, policy: Policy, host: str, place: HostPlace | None) -> int:
        """Sets the address of a host; None removes it. As ``add``."""
        self._see_to_one_place(policy, host, place)
        shown = f"{host}: {place}" if place is not None else f"- {host}"
        return await self._edit(policy, "hosts", shown, lambda text: set_host(text, host, place))

    def _see_to_one_place(self, policy: Policy, host: str, place: HostPlace | None) -> None:
        for file in self._source.files:
            of_another = file.policy.hosts.get(host) if file.policy is not None and file.policy is not policy else None
            if place is not None and of_another not in (None, place) and host not in self.typed_hosts:
                raise NotEdited(
                    Text(
                        f"{file.path} 中 {host} 的地址是 {of_another}，一个域名只能有一个地址：请先在那里修改",
                        f"{file.path} has {of_another} as the address of {host}, and a name can have only one address: change it there first",
                    )
                )

    async def _edit(self, policy: Policy, of: str, entry: str, change: Callable[[str], Edited]) -> int:
        named = self._named(policy)
        # A symbolic link is kept: its target is edited.
        path = named.resolve()
        async with self._editing:
            before = self._read(path)
            try:
                text = before.decode("utf-8")
            except UnicodeDecodeError as error:
                raise NotEdited(Text(f"{path} 不是 UTF-8", f"{path} is not UTF-8")) from error
            mark = "\ufeff" if text.startswith("\ufeff") else ""
            made = await self._source.beside(change, text.removeprefix("\ufeff"))
            if made.text is None:
                raise NotEdited(made.why)
            if self._read(path) != before:
                raise NotEdited(Text(f"{path} 刚被修改，请重试", f"{path} was changed in the meantime, try again"))
            after = (mark + made.text).encode("utf-8")
            self._write(path, after)
            self._edits = [*self._edits[-MOST_EDITS + 1 :], Edit(named, of, entry, before, after)]
            await self._source.look_again()
        return made.line

    async def undo(self) -> None:
        """Reverts the last change. Raises NotEdited, also if the file was changed by others since."""
        async with self._editing:
            if not self._edits:
                raise NotEdited(Text("没有可撤销的修改", "there is nothing to undo"))
            edit = self._edits[-1]
            path = edit.path.resolve()
            if self._read(path) != edit.after:
                self._edits = [each for each in self._edits if each.path != edit.path]
                raise NotEdited(
                    Text(
                        f"{path} 之后又被修改过，请在文件中改回（{edit.entry}）",
                        f"{path} was changed since then: revert {edit.entry} in the file",
                    )
                )
            self._write(path, edit.before)
            self._edits.pop()
            await self._source.look_again()

    def switch(self, policy: Policy, mode: Mode | None, scope: Scope | None) -> None:
        """Switches the mode or scope for this run, as ``--mode`` and ``--scope`` do; with several policies, the mode of
        this one. Raises NotEdited."""
        if len(self._source.files) > 1:
            self._switch_one(policy, mode, scope)
            return
        changed = {"mp_mode": mode, "mp_scope": scope}
        ctx.options.update(**{name: value.value for name, value in changed.items() if value is not None})

    def _switch_one(self, policy: Policy, mode: Mode | None, scope: Scope | None) -> None:
        if scope is Scope.ALL:
            raise NotEdited(one_for_all(len(self._source.files)))
        file = self.file_of(policy)
        if file is not None and mode is not None:
            self._source.switch(file, mode)

    def _named(self, policy: Policy) -> Path:
        file = self.file_of(policy)
        if file is None:
            raise NotEdited(Text("没有策略文件", "there is no policy file"))
        return file.path

    def _read(self, path: Path) -> bytes:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise _not_edited(path, error) from error
        if len(data) > LARGEST_FILE:
            raise NotEdited(Text(f"{path} 太大", f"{path} is too large"))
        return data

    def _write(self, path: Path, data: bytes) -> None:
        """Atomically, with the permissions that the file had."""
        new = path.with_name(f".{path.name}.new")
        try:
            mode = path.stat().st_mode & 0o777
            with open(new, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                file.write(data)
            os.chmod(new, mode)
            os.replace(new, path)
        except OSError as error:
            new.unlink(missing_ok=True)
            raise _not_edited(path, error) from error


def _not_edited(path: Path, error: OSError) -> NotEdited:
    why = reason(error)
    return NotEdited(Text(f"{path} 无法修改：{why.zh}", f"{path} cannot be changed: {why.en}"))

"""Which addresses the user has joined to one device, and their names: kept in the session, and proposed in the next
one.

A continued session has its devices from the start. In a new one they are proposed and not applied: a network assigns
addresses anew.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from wxgate.recording.session import Session
from wxpolicy.state.joined import Group
from wxpolicy.state.joined import Joined
from wxpolicy.state.joined import groups_in
from wxsession.store import SessionUnreadable

FACT = "joined"
# How many earlier sessions are searched for devices, the most recently written first.
MOST_LOOKED_INTO = 10


class Remembered:
    """``beside`` returns the names of the sessions in the same folder, the most recently written first."""

    def __init__(self, joined: Joined, session: Session, beside: Callable[[Path], list[str]]) -> None:
        self._joined = joined
        self._session = session
        self._beside = beside
        self._before: asyncio.Future[list[Group]] | None = None

    def running(self) -> None:
        """A continued session."""
        if (folder := self._folder()) is not None:
            for group in self._groups_of(folder) or ():
                self._joined.join(group.addresses, group.name)

    def keep(self) -> None:
        """They have changed."""
        if self._session.writer is not None:
            told = [group.as_json() for group in self._joined.groups()]
            self._session.writer.fact(FACT, json.dumps(told, ensure_ascii=False))

    async def offered(self) -> list[Group]:
        """The devices of the last session in which the user joined or named any, except those with an address that is
        joined or named by now."""
        if self._before is None:
            self._before = asyncio.get_running_loop().run_in_executor(None, self._look_before)
        found = await asyncio.shield(self._before)
        taken = {address for group in self._joined.groups() for address in group.addresses}
        return [group for group in found if taken.isdisjoint(group.addresses)]

    def _look_before(self) -> list[Group]:
        folder = self._folder()
        if folder is None:
            return []
        for name in self._beside(folder)[:MOST_LOOKED_INTO]:
            groups = self._groups_of(folder.resolve().parent / name)
            if groups is not None:
                return groups
        return []

    def _groups_of(self, folder: Path) -> list[Group] | None:
        """None if no address was joined or named."""
        try:
            with closing(self._session.store.open(folder)) as reader:
                told = reader.kept(FACT)
        except SessionUnreadable:
            return None
        return groups_in(told) if told is not None else None

    def _folder(self) -> Path | None:
        return self._session.writer.folder if self._session.writer is not None else None

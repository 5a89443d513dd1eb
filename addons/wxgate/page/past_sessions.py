"""The other sessions in the same folder: a few of them are kept open at a time."""

from collections.abc import Callable
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from wxgate.page.last_policies import last_policies
from wxgate.page.sources import Sources
from wxgate.page.store_thread import StoreThread
from wxsession.store import SessionUnreadable
from wxsession.store import Store

MOST_LISTED = 200
MOST_OPEN = 3
DATABASE = "calls.sqlite"


class PastSessions:
    """``current`` returns the folder of the session that is shown, None if there is none."""

    def __init__(self, store: Store, current: Callable[[], Path | None]) -> None:
        self._store = store
        self._current = current
        self._open: dict[str, Sources] = {}

    def names(self) -> list[str]:
        """The most recently written one first."""
        current = self._current()
        return beside(current) if current is not None else []

    def sources(self, name: str, hosts: Sequence[str]) -> Sources | None:
        """What the page shows of another session; None if there is no such session."""
        current = self._current()
        if current is None or name not in self.names():
            return None
        if name not in self._open:
            while len(self._open) >= MOST_OPEN:
                self._open.pop(next(iter(self._open))).store.close()
            self._open[name] = past(self._store, current.resolve().parent / name, hosts)
        return self._open[name]

    def close(self) -> None:
        for sources in self._open.values():
            sources.store.close()
        self._open.clear()


def beside(folder: Path) -> list[str]:
    """The other sessions in the folder of this one, the most recently written one first."""
    found: list[tuple[float, str]] = []
    try:
        for path in folder.resolve().parent.iterdir():
            database = path / DATABASE
            if path.name != folder.resolve().name and database.is_file():
                found.append((database.stat().st_mtime, path.name))
    except OSError:
        pass  # unreadable sessions are not listed
    return [name for _, name in sorted(found, reverse=True)[:MOST_LISTED]]


def past(store: Store, folder: Path, hosts: Sequence[str]) -> Sources:
    """A session that is not being recorded by this proxy: nothing in it can be changed."""
    policies = last_policies(folder, _appids(store, folder))
    return Sources(hosts, StoreThread(lambda: store.open(folder)), lambda: store.open(folder), lambda: policies)


def _appids(store: Store, folder: Path) -> list[str]:
    """Of the policies that were in force at once, if there were several."""
    try:
        with closing(store.open(folder)) as reader:
            return [policy["appid"] for policy in reader.facts().policies]
    except SessionUnreadable:
        return []  # reported by any later request


def with_others(sources: Sources, store: Store, current: Callable[[], Path | None]) -> Sources:
    return replace(sources, others=PastSessions(store, current))

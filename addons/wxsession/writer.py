"""Writes a session while calls end.

A caller gets a future and may wait for it: once it is done, the record survives a ``kill -9``. Without a future it
already does. Nothing here ever raises into traffic. What cannot be written is kept and tried again, up to the limits of
the backlog; more is dropped and counted.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from wxpolicy.call.record import CallRecord
from wxpolicy.terms import Text
from wxsession import schema
from wxsession.backlog import Item
from wxsession.private import make_folder
from wxsession.writing import Writing


class SessionWriter:
    """The open session, a StoreWriter. ``on_trouble`` is called once per problem, from the writer's thread."""

    def __init__(self, folder: Path, on_trouble: Callable[[Text], None] = lambda text: None) -> None:
        """Creates the folder and its database. Raises OSError (InUse) or sqlite3.Error if that is not possible."""
        self._is_new = not folder.exists()
        make_folder(folder)
        self.folder = folder
        self._writing = Writing(folder, on_trouble)
        self._policy_versions = len(list(folder.glob("policy*.yaml")))

    @property
    def dropped(self) -> int:
        return self._writing.backlog.dropped

    @property
    def behind(self) -> bool:
        return self._writing.is_behind

    def call(self, record: CallRecord, flow: bytes | None = None, *, is_last: bool = True) -> Future[bool]:
        return self._put(Item(record, flow=flow, is_new=is_last))

    def keep(self, record: CallRecord, flow: bytes) -> Future[bool] | None:
        place = self._writing.append(flow)
        if place is None:
            return self.call(record, flow)
        self._writing.backlog.put_placed(Item(record, place=place, is_new=True))
        return None

    def changed(self, record: CallRecord) -> Future[bool]:
        return self._put(Item(record, is_change=True))

    def handshake(self, at: float, device: str, host: str, side: str, trouble: str) -> Future[bool]:
        row = (at, device, schema.storable(host), side, schema.storable(trouble))
        return self._put(Item(statements=((schema.INSERT_HANDSHAKE, row),)))

    def app_state(self, at: float, device: str, appid: str, state: str, source: str) -> Future[bool]:
        row = (at, device, schema.storable(appid), state, source)
        return self._put(Item(statements=((schema.INSERT_APP_STATE, row),)))

    def notice(self, at: float, text: Text) -> Future[bool]:
        return self._put(Item(statements=(schema.notice_statement(at, text),)))

    def fact(self, name: str, value: str) -> Future[bool]:
        self._writing.facts[name] = schema.storable(value)
        return self._put(Item(statements=((schema.INSERT_FACT, (name, schema.storable(value))),)))

    def policy(self, at: float, text: str) -> None:
        """Written to a file, and with its time to the database."""
        self._policy_versions += 1
        number = self._policy_versions
        name = "policy.yaml" if number == 1 else f"policy.{number}.yaml"
        self._writing.policy_file = name, text
        self._writing.write_policy()
        self._put(Item(statements=((schema.INSERT_POLICY, (at, name, schema.storable(text))),)))

    def close(self, timeout_s: float = 10.0) -> int:
        self._writing.end(timeout_s)
        return self.dropped

    def discard(self) -> None:
        if self._is_new:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _put(self, item: Item) -> Future[bool]:
        return self._writing.backlog.put(item)

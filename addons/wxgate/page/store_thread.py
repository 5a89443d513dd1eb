"""The page's own reader of a session: all queries run in one thread, none of them delays the proxy."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from typing import TypeVar

from wxgate.recording.session import Session
from wxpolicy.terms import Text
from wxsession.store import SessionUnreadable
from wxsession.store import StoreReader

Answer = TypeVar("Answer")
_MOST_CACHED = 64


class StoreThread:
    """``open`` is called with the first query, and again if the session's files were replaced."""

    def __init__(self, open: Callable[[], StoreReader]) -> None:
        self._open = open
        self._reader: StoreReader | None = None
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="page store")
        self._cached: dict[object, tuple[int, object, Any]] = {}

    async def ask(self, question: Callable[[StoreReader], Answer]) -> Answer:
        """Raises SessionUnreadable if the session cannot be read."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._asked, question)

    async def ask_once(
        self, key: object, question: Callable[[StoreReader], Answer], *, depends_on: object = None
    ) -> Answer:
        """As ``ask``; the answer for ``key`` is cached until something is written, or the object that it depends on
        changes."""

        def cached(reader: StoreReader) -> Answer:
            version = reader.version()
            found = self._cached.get(key)
            if found is None or found[0] != version or found[1] is not depends_on:
                while len(self._cached) >= _MOST_CACHED:
                    del self._cached[next(iter(self._cached))]
                found = self._cached[key] = version, depends_on, question(reader)
            return found[2]

        return await self.ask(cached)

    def close(self) -> None:
        """Does not wait for a query that is running."""
        self._threads.submit(self._close_reader)
        self._threads.shutdown(wait=False, cancel_futures=False)

    def _asked(self, question: Callable[[StoreReader], Answer]) -> Answer:
        if self._reader is not None:
            try:
                return question(self._reader)
            except SessionUnreadable:
                self._close_reader()
        self._reader = self._open()
        return question(self._reader)

    def _close_reader(self) -> None:
        if self._reader is not None:
            reader, self._reader = self._reader, None
            self._cached.clear()
            reader.close()


def opened(session: Session) -> Callable[[], StoreReader]:
    """Opens the session that is being recorded."""

    def open() -> StoreReader:
        writer = session.writer
        if writer is None:
            raise SessionUnreadable(Text("没有录制会话", "no session is being recorded"))
        return session.store.open(writer.folder)

    return open

"""Changes, as they happen: a stream of server-sent events, which browsers reconnect by themselves."""

import asyncio
import json
from typing import Any

from tornado.iostream import StreamClosedError

from wxgate.page.handlers import Handler
from wxgate.page.handlers import Refused
from wxgate.page.shown_policy import shown_policy
from wxgate.page.sources import Sources
from wxpolicy.terms import Text
from wxsession.store import SessionUnreadable

EVERY_S = 0.4
# The browser reconnects after this time when the proxy is gone.
RETRY_MS = 1000
# A comment is sent, so that a dead connection is noticed.
STILL_HERE_S = 15.0
MOST_LISTENERS = 20


class Ticker:
    """Polls the session while there are listeners, and tells each of them what has changed."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._listeners: set[asyncio.Queue[str]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._seen: dict[str, Any] = {}

    def listen(self) -> asyncio.Queue[str]:
        """Raises Refused if there are too many listeners."""
        if len(self._listeners) >= MOST_LISTENERS:
            raise Refused(503, Text("打开的页面太多", "too many pages are open"))
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=8)
        self._listeners.add(queue)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look(), name="page ticker")
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        self._listeners.discard(queue)

    def close(self) -> None:
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self) -> None:
        while self._listeners:
            changed = await self._changed()
            if changed:
                for queue in self._listeners:
                    # A listener that does not read already has something to read.
                    if not queue.full():
                        queue.put_nowait(json.dumps(changed))
            await asyncio.sleep(EVERY_S)

    async def _changed(self) -> list[str]:
        """Which of "calls", "devices" and "policy" have changed since the last poll."""
        try:
            calls: Any = await self._sources.store.ask(lambda reader: reader.version())
        except SessionUnreadable:
            calls = None
        states, policies = self._sources.states, self._sources.policies()
        now = {
            "calls": calls,
            "devices": json.dumps(
                [states.status(), [group.as_json() for group in states.joined.groups()], *self._of_a_proxy()]
            )
            if states is not None
            else None,
            "policy": json.dumps([shown_policy(each, policies, self._sources.editor) for each in policies]),
        }
        changed = [name for name, value in now.items() if self._seen.get(name) != value]
        self._seen = now
        return changed

    def _of_a_proxy(self) -> list[Any]:
        arrivals, trust = self._sources.arrivals, self._sources.client_trust
        return [arrivals.as_json() if arrivals is not None else None, trust.unopened() if trust is not None else None]


class Events(Handler):
    """Each event's data is a list of what has changed."""

    def initialize(self, sources: Sources, ticker: Ticker) -> None:
        super().initialize(sources)
        self._ticker = ticker
        self._telling: asyncio.Task[None] | None = None

    def on_connection_close(self) -> None:
        """The browser has closed the connection: removed at once, because a page that is reloaded repeatedly would
        leave many listeners."""
        if self._telling is not None:
            self._telling.cancel()

    async def get(self) -> None:
        queue = self._ticker.listen()
        self._telling = asyncio.current_task()
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        try:
            self.write(f"retry: {RETRY_MS}\n\n")
            await self.flush()
            while True:
                try:
                    self.write(f"data: {await asyncio.wait_for(queue.get(), STILL_HERE_S)}\n\n")
                except TimeoutError:
                    self.write(": still here\n\n")
                await self.flush()
        except (StreamClosedError, asyncio.CancelledError):
            pass  # the browser has closed the connection, or the proxy is shutting down
        finally:
            self._ticker.leave(queue)

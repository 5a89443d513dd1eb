"""The page over a session, in a thread of the test's own process: no proxy is started."""

import asyncio
import queue
import threading
from contextlib import contextmanager
from pathlib import Path

from wxgate.page.viewer import serve
from wxsession.embedded import EMBEDDED
from wxsession.store import Store


@contextmanager
def viewing(folder: Path, store: Store = EMBEDDED):
    """The page's URL, such as http://127.0.0.1:1234/."""
    told: queue.Queue = queue.Queue()

    def run() -> None:
        async def main() -> None:
            task = asyncio.current_task()
            loop = asyncio.get_running_loop()
            await serve(store, folder, "127.0.0.1", 0, lambda url: told.put((url, loop, task)))

        try:
            asyncio.run(main())
        except asyncio.CancelledError:
            pass

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    url, loop, task = told.get(timeout=20)
    try:
        yield url
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)

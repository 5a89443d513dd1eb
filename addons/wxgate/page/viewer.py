"""The page for a past session (or one that another process records), without a proxy."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

from tornado import netutil

from wxgate.page.past_sessions import past
from wxgate.page.past_sessions import with_others
from wxgate.page.serving import PageServer
from wxsession.store import Store


async def serve(store: Store, folder: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Until it is cancelled. ``ready`` is called with the page's URL. Raises OSError if the address is not
    available."""
    sockets = netutil.bind_sockets(port, host)
    page = PageServer(sockets, lambda hosts: with_others(past(store, folder, hosts), store, lambda: folder))
    page.start()
    ready(url_of(sockets))
    try:
        await asyncio.Event().wait()
    finally:
        page.stop()


def url_of(sockets: list[socket.socket]) -> str:
    host, port = sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

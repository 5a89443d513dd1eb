"""The page over a session of the past (or one that another process records), without a proxy."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

from tornado import netutil

from wxgate.page.serving import PageServer
from wxgate.page.sources import Sources
from wxgate.page.store_thread import StoreThread
from wxpolicy.policy import Policy
from wxpolicy.policyfile import read_policy
from wxsession.store import Store


async def serve(store: Store, folder: Path, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Until it is cancelled. ``ready`` is given the page's URL. Raises OSError where the address cannot be had."""
    sockets = netutil.bind_sockets(port, host)
    policy = last_policy(folder)
    page = PageServer(
        sockets,
        lambda hosts: Sources(
            hosts, StoreThread(lambda: store.open(folder)), lambda: store.open(folder), lambda: policy
        ),
    )
    page.start()
    ready(url_of(sockets))
    try:
        await asyncio.Event().wait()
    finally:
        page.stop()


def url_of(sockets: list[socket.socket]) -> str:
    host, port = sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def last_policy(folder: Path) -> Policy:
    """The policy that was in force at the session's end; the defaults where none can be read."""

    def number(path: Path) -> int:
        middle = path.name.removeprefix("policy").removesuffix("yaml").strip(".")
        return int(middle) if middle.isdigit() else 1

    for path in sorted(folder.glob("policy*.yaml"), key=number, reverse=True):
        try:
            reading = read_policy(path.read_text(encoding="utf-8", errors="replace"), str(path))
        except OSError:
            continue
        if reading.policy is not None:
            return reading.policy
    return Policy()

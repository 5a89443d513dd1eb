"""Starts proxies for as long as a fixture lives, and then judges their sessions again offline."""

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from testenv.proxy import Proxy
from testenv.replay import differences
from wxlab.lab import Lab


def starting(
    lab: Lab, confdir: Path, new_folder: Callable[[], Path], usual: type[Proxy]
) -> Iterator[Callable[..., Proxy]]:
    """For a fixture to yield from: ``start(kind=..., policy=..., arguments=(...))``."""
    started = []

    def start(kind: type[Proxy] = usual, **options: Any) -> Proxy:
        proxy = kind(lab, new_folder(), confdir, **options)
        started.append(proxy)
        return proxy.start()

    yield start
    for proxy in started:
        proxy.kill9()
    assert [line for proxy in started if proxy.is_replayed for line in differences(proxy.session)] == [], (
        "judged otherwise offline"
    )

"""Fixtures of the live tests: a lab, proxies in front of it, and clients that use them."""

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest

from testenv.proxy import BareProxy
from testenv.proxy import Proxy
from testenv.replay import differences
from wxlab.lab import Lab

# Tests that start the product, or another program, are no part of the quick loop.
LIVE = tuple(Path(__file__).parent / folder for folder in ("live", "scripts"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in LIVE):
            item.add_marker(pytest.mark.live)


@pytest.fixture(scope="session")
def whole_lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture
def lab(whole_lab: Lab) -> Iterator[Lab]:
    """Origins on loopback for every host of wxlab.lab, with an empty log."""
    whole_lab.forget()
    yield whole_lab
    # The next file's shared proxies are started from the whole lab: no host may still live at an origin that is gone.
    whole_lab.forget()


@pytest.fixture(scope="session")
def confdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the proxies of this run keep their CA: made once, by the first of them."""
    return tmp_path_factory.mktemp("confdir")


@pytest.fixture
def start_proxy(lab: Lab, confdir: Path, tmp_path: Path) -> Iterator[Callable[..., Proxy]]:
    """Starts ``scripts/run.py``: ``start_proxy(policy=..., arguments=("--mode", "debug"))``. See testenv.proxy.Proxy."""
    yield from _starter(Proxy, lab, confdir, tmp_path)


@pytest.fixture
def start_bare_proxy(lab: Lab, confdir: Path, tmp_path: Path) -> Iterator[Callable[..., BareProxy]]:
    """Starts mitmdump without the product, in the same lab."""
    yield from _starter(BareProxy, lab, confdir, tmp_path)


def _starter(kind, lab, confdir, tmp_path):
    started = []

    def start(**options):
        folder = tmp_path / f"{kind.__name__.lower()}-{len(started)}"
        folder.mkdir()
        proxy = kind(lab, folder, confdir, **options)
        started.append(proxy)
        return proxy.start()

    yield start
    for proxy in started:
        proxy.kill9()
    assert [line for proxy in started for line in differences(proxy.session)] == [], "judged otherwise offline"

"""Fixtures of the live tests: proxies and pages that the tests of one file share, to stay fast."""

import pytest

from testenv import devices
from testenv import enforcing
from testenv.browser import opened_page
from testenv.page_sessions import make_small
from testenv.proxy import BareProxy
from testenv.proxy import Proxy
from testenv.starting import starting
from testenv.steering import Steering
from testenv.viewer import viewing

WITH_PAGE = ("--page", "127.0.0.1:0")


@pytest.fixture(scope="module")
def shared_proxy(whole_lab, confdir, tmp_path_factory):
    """Starts a proxy that lives until the file's last test: ``shared_proxy(policy=..., arguments=(...))``."""
    yield from starting(whole_lab, confdir, lambda: tmp_path_factory.mktemp("shared"), Proxy)


@pytest.fixture(scope="module")
def shared_bare_proxy(shared_proxy):
    """mitmdump alone: what "untouched" is measured against."""
    return shared_proxy(kind=BareProxy)


# One proxy a mode. What stands on the command line beats the policy: its own mode and scope are others.


@pytest.fixture(scope="module")
def release(shared_proxy):
    return shared_proxy(policy=enforcing.POLICY, arguments=("--mode", "release", "--scope", "all"))


@pytest.fixture(scope="module")
def debug(shared_proxy):
    return shared_proxy(policy=enforcing.POLICY, arguments=("--mode", "debug", "--scope", "all"))


@pytest.fixture(scope="module")
def observe(shared_proxy):
    return shared_proxy(policy=enforcing.POLICY, arguments=("--mode", "observe", "--scope", "all"))


# Devices and their state


@pytest.fixture
def proxy(start_proxy):
    """A proxy with its page; a file whose tests need another policy has a ``proxy`` of its own."""
    return start_proxy(policy=devices.POLICY, arguments=WITH_PAGE)


@pytest.fixture
def steering(proxy):
    return Steering(proxy)


@pytest.fixture(scope="module")
def refusing(shared_proxy):
    """One proxy for all tests in which nobody may change anything."""
    return Steering(shared_proxy(policy=devices.POLICY, arguments=WITH_PAGE))


# The page over a small session


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """One browser for all tests of a file: each says the language and size that it wants."""
    folder = tmp_path_factory.mktemp("page")
    make_small(folder / "other")
    with viewing(make_small(folder / "session")) as url, opened_page(url, timeout_s=240) as opened:
        yield opened


@pytest.fixture
def quiet(page):
    """Nothing on the console, no script out of the data, nothing wider than the window."""
    page.said.clear()
    yield
    assert page.said == [], "an error on the console"
    assert page.run("document.title") != "run", "hostile words ran"
    width = page.run("document.documentElement.scrollWidth - innerWidth")
    assert width <= 0, f"{width} pixels wider than the window"

"""Fixtures of the live tests: proxies that the tests of one file share, to stay fast."""

import pytest

from testenv.proxy import BareProxy
from testenv.proxy import Proxy
from testenv.starting import starting


@pytest.fixture(scope="module")
def shared_proxy(whole_lab, confdir, tmp_path_factory):
    """Starts a proxy that lives until the file's last test: ``shared_proxy(policy=..., arguments=(...))``."""
    yield from starting(whole_lab, confdir, lambda: tmp_path_factory.mktemp("shared"), Proxy)


@pytest.fixture(scope="module")
def shared_bare_proxy(shared_proxy):
    """mitmdump alone: what "untouched" is measured against."""
    return shared_proxy(kind=BareProxy)

"""Fixtures of the live tests: proxies that the tests of one file share, to stay fast."""

import pytest

from testenv.proxy import BareProxy
from testenv.proxy import Proxy
from testenv.replay import differences


@pytest.fixture(scope="module")
def shared_proxy(whole_lab, confdir, tmp_path_factory):
    """Starts a proxy that lives until the file's last test: ``shared_proxy(policy=..., arguments=(...))``."""
    started = []

    def start(kind=Proxy, **options):
        proxy = kind(whole_lab, tmp_path_factory.mktemp("shared"), confdir, **options)
        started.append(proxy)
        return proxy.start()

    yield start
    for proxy in started:
        proxy.kill9()
    assert [line for proxy in started if proxy.is_replayed for line in differences(proxy.session)] == [], (
        "judged otherwise offline"
    )


@pytest.fixture(scope="module")
def shared_bare_proxy(shared_proxy):
    """mitmdump alone: what "untouched" is measured against."""
    return shared_proxy(kind=BareProxy)

"""An addon of mitmproxy's is left out only where it would have done nothing."""

import pytest
from mitmproxy import http
from mitmproxy.addons.anticache import AntiCache
from mitmproxy.addons.anticomp import AntiComp
from mitmproxy.addons.disable_h2c import DisableH2C
from mitmproxy.addons.maplocal import MapLocal
from mitmproxy.addons.onboarding import Onboarding
from mitmproxy.addons.savehar import SaveHar
from mitmproxy.addons.tlsconfig import TlsConfig
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.layers.idle_addons import guarded


def request_for(url="https://api.example.com/", authority="", **headers):
    flow = tflow.tflow(resp=False)
    flow.request = http.Request.make("GET", url)
    for name, value in headers.items():
        flow.request.headers[name] = value
    if authority:
        flow.request.authority = authority
    return flow


def is_called(addon, flow, **options):
    """Whether the addon's ``request`` hook is called for a flow, where these options are set."""
    called = []
    with taddons.context(addon) as context:
        context.configure(addon, **options)
        hook = guarded(addon, "request", called.append, context.options)
    if hook is not None:
        hook(flow)
    return bool(called)


@pytest.mark.parametrize(
    ("case", "kind", "option", "value"),
    [
        ("anticache", AntiCache, "anticache", True),
        ("anticomp", AntiComp, "anticomp", True),
        ("map local", MapLocal, "map_local", [f"|//api.example.com|{__file__}"]),
    ],
)
def test_one_that_an_option_wakes(case, kind, option, value):
    assert not is_called(kind(), request_for())
    assert is_called(kind(), request_for(), **{option: value})


@pytest.mark.parametrize(
    ("case", "flow", "expected"),
    [
        ("any call", request_for(), False),
        ("its host", request_for("http://mitm.it/"), True),
        ("its host in capitals", request_for("http://MITM.it/"), True),
        ("in the Host line", request_for("https://1.2.3.4/", host="mitm.it:443"), True),
        ("in the Host line in capitals", request_for("https://1.2.3.4/", Host="Mitm.It"), True),
        ("as the authority of HTTP/2", request_for("https://1.2.3.4/", authority="mitm.it"), True),
    ],
)
def test_the_onboarding_page(case, flow, expected):
    assert is_called(Onboarding(), flow) is expected
    assert is_called(Onboarding(), request_for("http://other.example/"), onboarding_host="other.example")
    assert not is_called(Onboarding(), request_for("http://mitm.it/"), onboarding=False)


@pytest.mark.parametrize(
    ("case", "flow", "expected"),
    [
        ("any call", request_for(), False),
        ("an upgrade to h2c", request_for(upgrade="h2c"), True),
        ("an upgrade in capitals", request_for(UPGRADE="h2c"), True),
        ("a socket", request_for(upgrade="websocket"), True),
    ],
)
def test_h2c(case, flow, expected):
    assert is_called(DisableH2C(), flow) is expected


def test_h2c_by_prior_knowledge():
    flow = request_for()
    flow.request.method = "PRI"
    assert is_called(DisableH2C(), flow)


def test_the_revocation_list():
    assert not is_called(TlsConfig(), request_for())
    assert is_called(TlsConfig(), request_for("https://api.example.com/mitmproxy-123.crl"))


def test_a_har_is_written_where_it_was_asked_for(tmp_path):
    for name in ("response", "error", "websocket_end"):
        with taddons.context(SaveHar()) as context:
            assert guarded(SaveHar(), name, print, context.options) is None
            context.options.hardump = str(tmp_path / "out.har")
            assert guarded(SaveHar(), name, print, context.options) is print


def test_an_addon_of_another_kind_is_called_as_ever():
    class Mine(AntiCache):
        pass

    assert is_called(Mine(), request_for())

"""The proxy's own address leads to the phone's page, and only where it is its own."""

from types import SimpleNamespace

import pytest
from mitmproxy.proxy import mode_specs
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.phone.page_requests import PageRequests
from wxgate.phone.page_requests import visit_of

OWN = "192.168.1.7"
CASES = [
    ("an explicit proxy's own address", "regular", OWN, OWN, True),
    ("another address", "regular", "192.168.1.8", "192.168.1.8", False),
    ("its address in the URL, another's name in the Host", "regular", OWN, "evil.example.com", False),
    ("a name that was bound to it", "regular", "evil.example.com", "evil.example.com", False),
    ("a tunnel's target", "wireguard", OWN, OWN, False),
    ("a transparent proxy's target", "transparent", OWN, OWN, False),
    ("a reverse proxy's own address", "reverse:http://192.168.1.9:80", OWN, OWN, False),
]


def visited(mode="regular", host=OWN, named=OWN, authority="", path="/"):
    with taddons.context() as context:
        context.options.add_option("onboarding_host", str, "mitm.it", "")
        flow = tflow.tflow()
        flow.client_conn.proxy_mode = mode_specs.ProxyMode.parse(mode)
        flow.client_conn.sockname, flow.client_conn.tls_version = (OWN, 8080), None
        flow.client_conn.timestamp_tls_setup = None
        flow.request.scheme, flow.request.host, flow.request.port = "http", host, 8080
        flow.request.headers["host"], flow.request.path = f"{named}:8080", path
        layers = SimpleNamespace(asked_by=lambda flow: SimpleNamespace(authority=authority))
        PageRequests(layers).requestheaders(flow)
    return flow


@pytest.mark.parametrize(("case", "mode", "host", "named", "is_shown"), CASES, ids=[each[0] for each in CASES])
def test_who_is_shown_the_phones_page(case, mode, host, named, is_shown):
    assert (visited(mode, host, named).request.host == "miniprogram.test") is is_shown


@pytest.mark.parametrize(("authority", "is_direct"), [("", True), (f"{OWN}:8080", False)])
def test_a_request_for_a_path_came_without_a_proxy(authority, is_direct):
    visit = visit_of(visited(authority=authority))
    assert (visit.origin, visit.is_direct) == (f"http://{OWN}:8080", is_direct)


def test_mitmproxys_own_downloads_stay():
    assert visited(path="/cert/pem").request.host == "mitm.it"

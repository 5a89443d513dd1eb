"""The proxy's own address leads to the certificate page, and only where it is its own."""

import pytest
from mitmproxy.proxy import mode_specs
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.page.doorstep import Doorstep

CASES = [
    ("an explicit proxy's own address", "regular", "192.168.1.7", True),
    ("another address", "regular", "192.168.1.8", False),
    ("a tunnel's target", "wireguard", "192.168.1.7", False),
    ("a transparent proxy's target", "transparent", "192.168.1.7", False),
    ("a reverse proxy's own address", "reverse:http://192.168.1.9:80", "192.168.1.7", False),
]


@pytest.mark.parametrize(("case", "mode", "host", "is_shown"), CASES, ids=[each[0] for each in CASES])
def test_who_is_shown_the_certificate_page(case, mode, host, is_shown):
    with taddons.context() as context:
        context.options.add_option("onboarding_host", str, "mitm.it", "")
        flow = tflow.tflow()
        flow.client_conn.proxy_mode = mode_specs.ProxyMode.parse(mode)
        flow.client_conn.sockname, flow.client_conn.tls_version = ("192.168.1.7", 8080), None
        flow.client_conn.timestamp_tls_setup = None
        flow.request.scheme, flow.request.host, flow.request.port = "http", host, 8080
        Doorstep().requestheaders(flow)
        assert (flow.request.host == "mitm.it") is is_shown

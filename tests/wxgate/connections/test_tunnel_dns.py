"""In a tunnel, names have no IPv6 address, and the phone's page has one of IPv4; elsewhere DNS is left alone."""

import pytest
from mitmproxy.net.dns import types
from mitmproxy.proxy import mode_specs
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.connections.tunnel_dns import TunnelDns

OTHER, OWN = "api.example.com", "MiniProgram.test"
CASES = [
    ("IPv6 in a tunnel", "wireguard", OTHER, types.AAAA, []),
    ("IPv4 in a tunnel", "wireguard", OTHER, types.A, None),
    ("IPv6 elsewhere", "dns", OTHER, types.AAAA, None),
    ("the phone's page in a tunnel", "wireguard", OWN, types.A, ["192.0.2.53"]),
    ("mitmproxy's certificate page in a tunnel", "wireguard", "mitm.it", types.A, ["192.0.2.53"]),
    ("the phone's page, IPv6", "wireguard", OWN, types.AAAA, []),
    ("the phone's page by this machine's resolver", "dns", OWN, types.A, ["192.0.2.53"]),
]


@pytest.mark.parametrize(("case", "mode", "name", "kind", "expected"), CASES, ids=[each[0] for each in CASES])
def test_who_is_answered(case, mode, name, kind, expected):
    with taddons.context() as context:
        context.options.add_option("onboarding_host", str, "mitm.it", "")
        flow = tflow.tdnsflow()
        flow.client_conn.proxy_mode = mode_specs.ProxyMode.parse(mode)
        flow.request.questions[0].type, flow.request.questions[0].name = kind, name
        TunnelDns().dns_request(flow)
    answered = None if flow.response is None else [str(each.ipv4_address) for each in flow.response.answers]
    assert answered == expected
